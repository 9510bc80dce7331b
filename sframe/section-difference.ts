/**
 * Two builds of a file, compared by their SFrame data: functions that lost or gained rows, those whose rows changed, sizes.
 * Functions are matched by name, since their addresses move; rows by their distance from the function's start. Functions of
 * one name (static ones) are matched in the order of their addresses.
 */

import {
  readSFrameSections,
  SFrameLocationKind,
  type ElfImage,
  type SFrameLocation,
  type SFrameSection,
} from '../parser';
import { FunctionNames } from './function-names';

export interface FunctionVersion {
  readonly startSvma: number;
  readonly sizeBytes: number;
  /** Rows as text: "+0x4 CFA r7+16 RA c-8 FP c-16". */
  readonly rows: readonly string[];
}

export interface ChangedFunction {
  readonly name: string;
  readonly before: FunctionVersion;
  readonly after: FunctionVersion;
}

export interface NamedFunction extends FunctionVersion {
  readonly name: string;
}

export interface SectionDifference {
  /** Bytes of all tables. */
  readonly sizeBytes: readonly [before: number, after: number];
  readonly fdeCount: readonly [before: number, after: number];
  /** Only before: their rows are lost. */
  readonly lost: readonly NamedFunction[];
  /** Only after. */
  readonly gained: readonly NamedFunction[];
  readonly changed: readonly ChangedFunction[];
  readonly sameFunctions: number;
}

/** Compares what two files have; one without a table has no functions. */
export function compareBuilds(before: ElfImage, after: ElfImage): SectionDifference {
  const [one, other] = [listFunctions(before), listFunctions(after)];
  const changed: ChangedFunction[] = [];
  const lost: NamedFunction[] = [];
  const gained: NamedFunction[] = [];
  let sameFunctions = 0;
  for (const [name, versions] of one.functions) {
    const others = other.functions.get(name) ?? [];
    versions.forEach((version, i) => {
      if (i >= others.length) lost.push({ name, ...version });
      else if (isSame(version, others[i])) sameFunctions++;
      else changed.push({ name, before: version, after: others[i] });
    });
  }
  for (const [name, versions] of other.functions) {
    const known = one.functions.get(name)?.length ?? 0;
    for (const version of versions.slice(known)) gained.push({ name, ...version });
  }
  return {
    sizeBytes: [one.sizeBytes, other.sizeBytes],
    fdeCount: [one.fdeCount, other.fdeCount],
    lost,
    gained,
    changed,
    sameFunctions,
  };
}

function listFunctions(image: ElfImage) {
  const names = new FunctionNames(image);
  const functions = new Map<string, FunctionVersion[]>();
  const { sections } = readSFrameSections(image);
  for (const section of sections) {
    for (let fde = 0; fde < section.fdeCount; fde++) {
      const startSvma = section.fdeStart(fde);
      const name = names.nameOf(startSvma) ?? '(no name)';
      const rows: string[] = [];
      section.forEachRow(fde, (row, { startOffset }) => {
        const signed = row.isRaSigned ? ' signed' : '';
        const what = row.isOutermost
          ? 'no caller'
          : `CFA ${locationText(section, row.cfa)} RA ${locationText(section, row.ra)}${signed} FP ${locationText(section, row.fp)}`;
        rows.push(`+0x${startOffset.toString(16)} ${what}`);
      });
      if (section.isSignal(fde)) rows.unshift('signal');
      if (section.isMask(fde)) rows.unshift(`every ${section.repSize(fde)} bytes`);
      const versions = functions.get(name);
      const version = { startSvma, sizeBytes: section.fdeSize(fde), rows };
      if (versions) versions.push(version);
      else functions.set(name, [version]);
    }
  }
  return {
    functions,
    sizeBytes: sections.reduce((sum, { extentBytes }) => sum + extentBytes, 0),
    fdeCount: sections.reduce((sum, { fdeCount }) => sum + fdeCount, 0),
  };
}

function locationText(section: SFrameSection, { kind, register, deref, offset }: SFrameLocation): string {
  if (kind === SFrameLocationKind.Undefined || kind === SFrameLocationKind.Unchanged) return 'u';
  const signed = offset < 0 ? String(offset) : `+${offset}`;
  if (kind === SFrameLocationKind.FromCfa) return `c${signed}`;
  const name = section.plan.machine.dwarfRegisterNames[register] ?? `r${register}`;
  return deref ? `(${name}${signed})` : `${name}${signed}`;
}

function isSame(one: FunctionVersion, other: FunctionVersion): boolean {
  return one.sizeBytes === other.sizeBytes && one.rows.join('\n') === other.rows.join('\n');
}
