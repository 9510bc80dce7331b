/** Why a made section has other bytes than the one that gas and ld wrote, function by function; for tests. */

import type { SFrameSection } from '../../parser';

/** Bytes by cause; negative where the made section is smaller. Together they are the difference of the sections. */
export interface SizeAccount {
  /** Functions that the made section alone has: their object files were assembled without SFrame, or ld wrote no rows. */
  madeAlone: number;
  /** FREs of gas that say what the FRE before them says. They are made once. */
  repeatedRows: number;
  /** Starts of PLT rows: as wide as the entry needs, where ld's are as wide as the whole PLT needs. */
  narrowerStarts: number;
  /** A PLT that needs no repeated rows (one entry; s390x) is one FDE; ld writes one for the first entry and one for the others. */
  joinedPlt: number;
  /** FDEs of gas without FREs, for signal trampolines (docs/findings.md, 4). */
  emptyFde: number;
  /** Functions whose rows gas has wrong, by `.eh_frame`. */
  wrongRows: number;
  /** Anything else, which is a mistake of the maker. */
  readonly unexplained: { svma: number; bytes: number }[];
}

/** @param isWrong whether gas's rows of the function at an address are wrong */
export function accountForSizes(
  gas: SFrameSection,
  made: SFrameSection,
  isWrong: (startSvma: number, sizeBytes: number) => boolean,
): SizeAccount {
  const account: SizeAccount = {
    madeAlone: 0,
    repeatedRows: 0,
    narrowerStarts: 0,
    joinedPlt: 0,
    emptyFde: 0,
    wrongRows: 0,
    unexplained: [],
  };
  const starts = new Set<number>();
  for (let fde = 0; fde < gas.fdeCount; fde++) {
    const svma = gas.fdeStart(fde);
    const sizeBytes = gas.fdeSize(fde);
    starts.add(svma);
    const theirs = measureFde(gas, fde);
    const madeFde = made.findFde(svma);
    if (madeFde < 0) {
      account.unexplained.push({ svma, bytes: -theirs.bytes });
      continue;
    }
    if (made.fdeStart(madeFde) !== svma) {
      account.joinedPlt -= theirs.bytes;
      continue;
    }
    const ours = measureFde(made, madeFde);
    const difference = ours.bytes - theirs.bytes;
    if (made.fdeSize(madeFde) !== sizeBytes) account.joinedPlt += difference;
    else if (theirs.rows === 0) account.emptyFde += difference;
    else if (isWrong(svma, sizeBytes)) account.wrongRows += difference;
    else {
      const starts = ours.rows * (ours.startBytes - theirs.startBytes);
      account.repeatedRows -= theirs.repeatedBytes;
      account.narrowerStarts += starts;
      const bytes = difference + theirs.repeatedBytes - starts;
      if (bytes !== 0 || starts > 0) account.unexplained.push({ svma, bytes });
    }
  }
  for (let fde = 0; fde < made.fdeCount; fde++) {
    if (!starts.has(made.fdeStart(fde))) account.madeAlone += measureFde(made, fde).bytes;
  }
  return account;
}

function measureFde(section: SFrameSection, fde: number) {
  const { entrySizeBytes, attributeSizeBytes } = section.plan.layout;
  const startBytes = 1 << section.freType(fde);
  const cursor = section.newFreCursor(fde);
  let rows = 0;
  let freBytes = 0;
  let repeatedBytes = 0;
  let previous = '';
  while (cursor.next()) {
    const sizeBytes = cursor.endOfFre - cursor.sectionOffset;
    const rules = section.bytes.subarray(cursor.sectionOffset + startBytes, cursor.endOfFre).join();
    if (rules === previous) repeatedBytes += sizeBytes;
    previous = rules;
    rows++;
    freBytes += sizeBytes;
  }
  return { bytes: entrySizeBytes + attributeSizeBytes + freBytes, rows, startBytes, repeatedBytes };
}
