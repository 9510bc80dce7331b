/** All fuzz targets. */

import type { Target } from '../target';
import { answersCache } from './answers';
import { archive, elf, sframe, sframeMake, sframeVerify } from './binaries';
import { accounting, exportFormats, inject, page, script } from './commands';
import { gzip, xz, zstd } from './compression';
import { callFrames, debugInfo, lineTables, splitDebugInfo } from './debug-info';
import { jitDump, kallsyms, perfMap } from './lists';
import { demanglers } from './names';
import { featureHeaders, perfDirectory, perfFile, perfPipe } from './recordings';
import { comparison, prediction } from './totals';
import { tracepoints } from './tracepoints';

export const targets: readonly Target[] = [
  perfFile,
  perfPipe,
  perfDirectory,
  featureHeaders,
  tracepoints,
  zstd,
  gzip,
  xz,
  elf,
  archive,
  sframe,
  callFrames,
  debugInfo,
  splitDebugInfo,
  lineTables,
  kallsyms,
  perfMap,
  jitDump,
  demanglers,
  answersCache,
  script,
  accounting,
  inject,
  exportFormats,
  page,
  sframeVerify,
  sframeMake,
  prediction,
  comparison,
];
