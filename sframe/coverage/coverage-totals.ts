/** The coverage of many files together, and orders to list them in. */

import type { Coverage, CoverageSplit } from './coverage';

export interface CoverageTotals {
  readonly files: number;
  readonly filesWithSFrame: number;
  readonly codeBytes: number;
  readonly bytes: CoverageSplit;
  readonly functions: CoverageSplit;
  readonly sframeSizeBytes: number;
  readonly ehFrameSizeBytes: number;
  readonly ehFrameHdrSizeBytes: number;
}

/** Adds up. */
export function sumCoverage(coverages: readonly Coverage[]): CoverageTotals {
  const sum = (number: (coverage: Coverage) => number) =>
    coverages.reduce((total, coverage) => total + number(coverage), 0);
  const sumSplit = (split: (coverage: Coverage) => CoverageSplit): CoverageSplit => ({
    both: sum((coverage) => split(coverage).both),
    ehFrameOnly: sum((coverage) => split(coverage).ehFrameOnly),
    sframeOnly: sum((coverage) => split(coverage).sframeOnly),
    neither: sum((coverage) => split(coverage).neither),
  });
  return {
    files: coverages.length,
    filesWithSFrame: coverages.filter(({ versions }) => versions.length > 0).length,
    codeBytes: sum(({ codeBytes }) => codeBytes),
    bytes: sumSplit(({ bytes }) => bytes),
    functions: sumSplit(({ functions }) => functions),
    sframeSizeBytes: sum(({ sframeSizeBytes }) => sframeSizeBytes),
    ehFrameSizeBytes: sum(({ ehFrameSizeBytes }) => ehFrameSizeBytes),
    ehFrameHdrSizeBytes: sum(({ ehFrameHdrSizeBytes }) => ehFrameHdrSizeBytes),
  };
}

/** What files can be sorted by. */
export const coverageSortKeys = ['name', 'code', 'sframe', 'missing', 'functions', 'size'] as const;
export type CoverageSortKey = (typeof coverageSortKeys)[number];

/** Sorts a list in place: names ascending, the least covered first, everything else the most first. */
export function sortCoverages(coverages: Coverage[], key: CoverageSortKey): void {
  const rank = ranks[key];
  const byName = (a: Coverage, b: Coverage) => compareText(a.name, b.name);
  coverages.sort((a, b) => rank(b) - rank(a) || byName(a, b));
}

const ranks: Readonly<Record<CoverageSortKey, (coverage: Coverage) => number>> = {
  name: () => 0,
  code: ({ codeBytes }) => codeBytes,
  sframe: ({ bytes, codeBytes }) => -(bytes.both + bytes.sframeOnly) / Math.max(codeBytes, 1),
  missing: ({ bytes }) => bytes.ehFrameOnly,
  functions: ({ functions }) => functions.ehFrameOnly + functions.neither,
  size: ({ sframeSizeBytes }) => sframeSizeBytes,
};

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
