/** `perf-sframe sframe dump`: SFrame sections as `readelf --sframe` of binutils 2.47 prints them. */

import { readSFrameSections, type SFrameFinding } from '../../parser';
import { ByteWriter, standardOutput } from '../text/byte-writer';
import { printable, shown } from '../text/printable';
import { formatSFrameDumpPieces, sframeDumpJsonPieces } from './text/dump-text';
import { sframeJsonHead } from './text/json';
import { findElfFiles } from './elf-files';
import { forEachElfFile } from './file-run';

export interface SFrameDumpOptions {
  readonly json: boolean;
}

/**
 * @returns the exit code: 1 when a file cannot be read, or one that was named has no SFrame section that can be
 * @throws the system's error when a name does not exist, or the output cannot be written
 */
export function runSFrameDump(names: readonly string[], { json }: SFrameDumpOptions): number {
  const files = findElfFiles(names);
  const out = new ByteWriter(standardOutput);
  const hasTitles = files.paths.length > 1 || files.hasFolders;
  const warn = (text: string) => process.stderr.write(`perf-sframe: ${printable(text)}\n`);
  const warnOf = ({ where, text }: SFrameFinding) => warn(`${where}: ${text}`);
  let exitCode = 0;
  let printed = 0;
  if (json) out.writeText(`${sframeJsonHead('perf-sframe/sframe-dump')},"files":[`);
  const failed = forEachElfFile(files, (image) => {
    const found = readSFrameSections(image);
    found.findings.examples.forEach(warnOf);
    found.sections.forEach((section) => section.findings.examples.forEach(warnOf));
    if (found.findings.count('section-unreadable') > 0) exitCode = 1;
    if (found.sections.length === 0) {
      if (found.findings.isEmpty && !files.hasFolders) warn(`${image.name}: there is no SFrame section`);
      if (!files.hasFolders) exitCode = 1;
      return;
    }
    if (json) out.writeText(printed > 0 ? ',\n' : '\n');
    else if (hasTitles) out.writeText(`\nFile: ${shown(image.name)}\n`);
    const pieces = json ? sframeDumpJsonPieces(image, found) : formatSFrameDumpPieces(found);
    for (const piece of pieces) out.writeText(piece);
    printed++;
  });
  if (json) out.writeText('\n]}\n');
  out.flush();
  for (const { message } of failed) warn(message);
  return failed.length > 0 ? 1 : exitCode;
}
