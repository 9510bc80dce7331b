/** Two SFrame sections for the same code, compared at every byte that the first one covers; for tests. */

import {
  SFrameLocationKind,
  SFrameRow,
  SFrameRowStatus,
  type SFrameLocation,
  type SFrameSection,
} from '../../parser';

export interface SectionComparison {
  /** Addresses at which the rows differ, each with both rows. */
  readonly differences: { svma: number; one: string; other: string }[];
  /** Starts of functions of the first that the second has no FDE for. */
  readonly missing: number[];
}

export function compareSections(one: SFrameSection, other: SFrameSection): SectionComparison {
  const result: SectionComparison = { differences: [], missing: [] };
  for (let fde = 0; fde < one.fdeCount; fde++) {
    const start = one.fdeStart(fde);
    const otherFde = other.findFde(start);
    if (otherFde < 0) {
      result.missing.push(start);
      continue;
    }
    for (let svma = start; svma < start + one.fdeSize(fde); svma++) {
      const [a, b] = [rowText(one, svma), rowText(other, svma)];
      if (a !== b) result.differences.push({ svma, one: a, other: b });
    }
  }
  return result;
}

const row = new SFrameRow();

function rowText(section: SFrameSection, svma: number): string {
  const status = section.decodeRowInto(svma, row);
  if (status !== SFrameRowStatus.Found) return SFrameRowStatus[status];
  const flags = `${row.isSignal ? ' signal' : ''}${row.isRaSigned ? ' signed' : ''}${row.usesPauthKeyB ? ' key B' : ''}`;
  if (row.isOutermost) return `outermost${flags}`;
  return `CFA ${locationText(row.cfa)}, RA ${locationText(row.ra)}, FP ${locationText(row.fp)}${flags}`;
}

function locationText({ kind, register, deref, offset }: SFrameLocation): string {
  const base = kind === SFrameLocationKind.FromCfa ? 'CFA' : `r${register}`;
  if (kind === SFrameLocationKind.Unchanged || kind === SFrameLocationKind.Undefined) {
    return SFrameLocationKind[kind];
  }
  return deref ? `*(${base} + ${offset})` : `${base} + ${offset}`;
}
