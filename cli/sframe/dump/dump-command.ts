/** `perf-sframe sframe dump`: SFrame sections as `readelf --sframe` of binutils 2.47 prints them. */

import {
  isSFrameDamage,
  readSFrameSections,
  type ElfImage,
  type SFrameFinding,
  type SFrameSection,
} from '../../../parser';
import { writeError } from '../../text/error-output';
import { fitText } from '../../text/terminal/fit-text';
import { ByteWriter, standardOutput } from '../../text/byte-writer';
import { printable, shown } from '../../text/printable';
import { sframeDumpJsonPieces } from './dump-json';
import { formatSFrameDumpPieces } from './dump-text';
import { filterOf, type DumpSelection, type FdeFilter } from './fde-filter';
import { notLookedAtJson, sframeJsonHead } from '../json';
import { findElfFiles } from '../files/elf-files';
import { ExitCode, worstOf } from '../exit-code';
import { forEachElfFile, finishFileRun } from '../files/file-run';

export interface SFrameDumpOptions extends DumpSelection {
  readonly json: boolean;
}

/**
 * @returns the exit code: that of a file that cannot be read, or of one that was named and has no SFrame section
 * @throws the system's error when the output cannot be written
 */
export function runSFrameDump(names: readonly string[], options: SFrameDumpOptions): ExitCode {
  const { json } = options;
  const files = findElfFiles(names);
  const out = new ByteWriter(standardOutput);
  const hasTitles = files.paths.length + files.missing.length > 1 || files.hasFolders;
  const warn = (text: string) => writeError(`perf-sframe: ${printable(text)}\n`);
  // Damage is said with that of the files' other parts.
  const warnOf = (finding: SFrameFinding) => {
    if (!isSFrameDamage(finding)) warn(`${finding.where}: ${finding.text}`);
  };
  let exitCode = ExitCode.Good;
  let printed = 0;
  if (json) out.writeText(`${sframeJsonHead('perf-sframe/sframe-dump')},"files":[`);
  const visit = (image: ElfImage, isMember: boolean) => {
    const found = readSFrameSections(image);
    found.findings.examples.forEach(warnOf);
    found.sections.forEach((section) => section.findings.examples.forEach(warnOf));
    const hasText = found.sections.length > 0 || found.findings.count('section-empty') > 0;
    if (found.sections.length === 0) {
      if (found.findings.isEmpty && !files.hasFolders) warn(`${image.name}: there is no SFrame section`);
      if (!files.hasFolders) exitCode = worstOf(exitCode, ExitCode.NoTable);
      if (!hasText) return;
    }
    const filter = filterOf(image, options);
    if (filter && !hasAny(found.sections, filter)) {
      if (!files.hasFolders) {
        warn(`${image.name}: the table has no such function`);
        exitCode = worstOf(exitCode, ExitCode.NoTable);
      }
      return;
    }
    if (json) out.writeText(printed > 0 ? ',\n' : '\n');
    else if (hasTitles || isMember) out.writeText(`\nFile: ${shown(image.name)}\n`);
    const pieces = json ? sframeDumpJsonPieces(image, found, filter) : formatSFrameDumpPieces(found, filter);
    for (const piece of pieces) out.writeText(json ? piece : fitText(piece));
    printed++;
  };
  const outcome = forEachElfFile(files, { visit });
  if (json)
    out.writeText(`\n],\n${JSON.stringify(notLookedAtJson(files.leftOut, outcome.failed)).slice(1)}\n`);
  out.flush();
  return finishFileRun(outcome, files, exitCode);
}

function hasAny(sections: readonly SFrameSection[], filter: FdeFilter): boolean {
  return sections.some((section) => {
    for (let fde = 0; fde < section.fdeCount; fde++) if (filter(section, fde)) return true;
    return false;
  });
}
