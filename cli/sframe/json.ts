/**
 * The JSON of `sframe coverage` and `sframe verify`, and the frame that all `sframe` commands put around their files.
 * docs/sframe.md describes it for readers; a change that could break one raises {@link SFRAME_JSON_VERSION}.
 * Addresses are strings of hexadecimal digits, sizes are numbers of bytes.
 */

import { formatAddress } from '../../parser';
import {
  type Coverage,
  type CoverageTotals,
  type DifferenceKind,
  type DifferentRange,
  FunctionNames,
  type MissingFunction,
  type RecoveryRow,
  type StructureFinding,
  type Verdict,
  type Verification,
} from '../../sframe';
import type { FailedFile, LeftOut } from './files/elf-files';
import type { SFrameDumpFileJson } from './dump/dump-json';
import { formatRecoveryRow, type RowNotation } from './verify/row-text';
import { notationOf } from './verify/verify-text';

export const SFRAME_JSON_VERSION = 1;

/** What the JSON of every `sframe` command begins with. */
export interface SFrameJsonHead {
  readonly schema: `perf-sframe/sframe-${'dump' | 'coverage' | 'verify' | 'kernel' | 'make' | 'predict' | 'diff'}`;
  readonly version: typeof SFRAME_JSON_VERSION;
}

/** The beginning of a document, up to where a comma and further members follow. */
export function sframeJsonHead(schema: SFrameJsonHead['schema']): string {
  const head: SFrameJsonHead = { schema, version: SFRAME_JSON_VERSION };
  return JSON.stringify(head).slice(0, -1);
}

/** Files that were not looked at. */
export interface NotLookedAtJson {
  /** Files that should have been, with what went wrong. */
  readonly failed: readonly FailedFile[];
  /** Files below folders, by reason. */
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}

export interface FunctionJson {
  readonly name: string | null;
  readonly start: string;
  readonly sizeBytes: number;
}

export interface MissingFunctionJson extends FunctionJson {
  readonly consequence: MissingFunction['consequence'];
  readonly cause: MissingFunction['cause'];
  /** Its object or source file, where the symbol table tells. */
  readonly origin: string | null;
}

export interface CoverageFileJson extends Omit<Coverage, 'name'> {
  readonly file: string;
  /** Functions without SFrame rows, largest first; as many as --limit allows, none in a run over folders. */
  readonly missing: readonly MissingFunctionJson[];
}

/** The document of `sframe dump --json`. */
export interface DumpJson extends SFrameJsonHead, NotLookedAtJson {
  readonly files: readonly SFrameDumpFileJson[];
}

export interface CoverageJson extends SFrameJsonHead, NotLookedAtJson {
  readonly files: readonly CoverageFileJson[];
  readonly totals: CoverageTotals;
}

/** A file's part of {@link CoverageJson}. */
export function coverageFileJson(coverage: Coverage, missing: readonly MissingFunction[]): CoverageFileJson {
  const { name, ...facts } = coverage;
  return {
    file: name,
    ...facts,
    missing: missing.map((each) => ({
      name: each.name ?? null,
      start: hex(each.startSvma),
      sizeBytes: each.sizeBytes,
      consequence: each.consequence,
      cause: each.cause,
      origin: each.origin ?? null,
    })),
  };
}

/** A row in the notation of the text output; null where there is none. */
export interface DifferentRangeJson {
  readonly start: string;
  readonly end: string;
  readonly sframe: string | null;
  readonly reference: string | null;
}

export interface KindJson {
  readonly kind: DifferenceKind;
  readonly bytes: number;
  readonly rangeCount: number;
  /** The first few. */
  readonly ranges: readonly DifferentRangeJson[];
}

export interface VerifyFileJson {
  readonly file: string;
  readonly verdict: Verdict;
  readonly sections: Verification['sections'];
  readonly reference: readonly string[];
  /** Damaged entries of the reference. */
  readonly referenceDamage: number;
  readonly comparedFunctions: number;
  readonly comparedBytes: number;
  readonly functionsWithoutReference: number;
  readonly functionsWithoutSFrame: number;
  readonly totals: readonly {
    readonly kind: DifferenceKind;
    readonly functions: number;
    readonly bytes: number;
  }[];
  /** As many as --limit allows. */
  readonly functions: readonly (FunctionJson & { readonly kinds: readonly KindJson[] })[];
  readonly structure: readonly StructureFinding[];
}

export interface VerifyJson extends SFrameJsonHead, NotLookedAtJson {
  readonly files: readonly VerifyFileJson[];
  /** Files by verdict. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Findings that --allow and --baseline took. */
  readonly accepted: number;
}

/** A file's part of {@link VerifyJson}. @param limit functions with differences at most */
export function verifyFileJson(verification: Verification, verdict: Verdict, limit: number): VerifyFileJson {
  const { differences, image } = verification;
  const names = new FunctionNames(image);
  const notation = notationOf(verification);
  return {
    file: image.name,
    verdict,
    sections: verification.sections,
    reference: verification.referenceNames,
    referenceDamage: verification.referenceDamage,
    comparedFunctions: verification.comparedFdes,
    comparedBytes: verification.comparedBytes,
    functionsWithoutReference: verification.unreferencedFdes,
    functionsWithoutSFrame: verification.uncoveredFdes,
    totals: [...differences.totals].map(([kind, total]) => ({ kind, ...total })),
    functions: differences.functions.slice(0, limit).map(({ startSvma, endSvma, kinds }) => ({
      name: names.nameOf(startSvma) ?? null,
      start: hex(startSvma),
      sizeBytes: endSvma - startSvma,
      kinds: kinds.map(({ ranges, ...kind }) => ({
        ...kind,
        ranges: ranges.map((range) => rangeJson(range, notation)),
      })),
    })),
    structure: verification.structure,
  };
}

function rangeJson(range: DifferentRange, notation: RowNotation): DifferentRangeJson {
  const row = (side: RecoveryRow | undefined) =>
    side ? formatRecoveryRow(side, notation).replace(/ +/g, ' ') : null;
  return {
    start: hex(range.startSvma),
    end: hex(range.endSvma),
    sframe: row(range.sframe),
    reference: row(range.reference),
  };
}

/** What a run did not look at. */
export function notLookedAtJson(
  leftOut: ReadonlyMap<LeftOut, number>,
  failed: readonly FailedFile[],
): NotLookedAtJson {
  return { failed, leftOut: Object.fromEntries(leftOut) };
}

function hex(svma: number): string {
  return `0x${formatAddress(svma)}`;
}
