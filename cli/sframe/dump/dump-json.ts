/** The JSON of `sframe dump`: the facts of the text, and where in the section they stand. */

import {
  formatAddress,
  SFrameLocationKind,
  SFrameRowStatus,
  type ElfImage,
  type SFrameFinding,
  type SFrameLocation,
  type SFrameSection,
  type SFrameSections,
} from '../../../parser';
import { FunctionNames } from '../../../sframe';
import type { FdeFilter } from './fde-filter';
import { indicesInFileOrder, namesOfFlags, registerName } from './dump-text';

/** Where a value is, for JSON: base + offset, read from there if `deref`. */
export interface SFrameLocationJson {
  readonly base: 'cfa' | 'sp' | 'fp' | `r${number}`;
  readonly offset: number;
  readonly deref: boolean;
}

export interface SFrameRowJson {
  /** Where the FRE is in the section. */
  readonly sectionOffset: number;
  /** Data words: their size, and how many. */
  readonly wordSizeBytes: number;
  readonly wordCount: number;
  /** Hexadecimal; of PC type MASK an offset into the repeated block. */
  readonly start: string;
  readonly cfa: SFrameLocationJson | null;
  /** "unchanged": not saved. All three are null in an outermost row. */
  readonly ra: SFrameLocationJson | 'unchanged' | null;
  readonly fp: SFrameLocationJson | 'unchanged' | null;
  readonly isOutermost: boolean;
  readonly isRaSigned: boolean;
}

export interface SFrameFdeJson {
  readonly name: string | null;
  readonly start: string;
  readonly sizeBytes: number;
  readonly pcType: 'inc' | 'mask';
  readonly repetitionSizeBytes: number;
  readonly type: 'default' | 'flex' | 'unknown';
  /** The size of its FREs' starts: 1, 2 or 4 bytes; null where the type means nothing. */
  readonly freType: 'addr1' | 'addr2' | 'addr4' | null;
  /** Where its entry of the index is in the section, and its first FRE (0 when that lies outside). */
  readonly sectionOffset: number;
  readonly freSectionOffset: number;
  readonly isSignal: boolean;
  readonly isOutermost: boolean;
  readonly pauthKey: 'A' | 'B' | null;
  readonly isDamaged: boolean;
  readonly rows: readonly SFrameRowJson[];
}

export interface SFrameSectionJson {
  readonly name: string;
  readonly svma: string;
  /** All sub-sections; the file's section may be larger. */
  readonly sizeBytes: number;
  /** Where its index and its FREs begin. */
  readonly fdeSectionOffset: number;
  readonly freSectionOffset: number;
  readonly version: number;
  readonly abi: string;
  readonly flags: readonly string[];
  readonly fixedFpOffset: number;
  readonly fixedRaOffset: number;
  readonly fdeCount: number;
  readonly freCount: number;
  readonly findings: readonly SFrameFinding[];
  /** In the file's order. */
  readonly fdes: readonly SFrameFdeJson[];
}

/** What the JSON of `sframe dump` has for a file; addresses are strings of hexadecimal digits. */
export interface SFrameDumpFileJson {
  readonly file: string;
  readonly sections: readonly SFrameSectionJson[];
  /** What was wrong with the file's sections as such. */
  readonly findings: readonly SFrameFinding[];
}

/**
 * A file's part of the JSON of `sframe dump`, an {@link SFrameDumpFileJson}, function by function: as one object it
 * would not fit memory for the largest files.
 */
export function* sframeDumpJsonPieces(
  image: ElfImage,
  found: SFrameSections,
  isWanted: FdeFilter = () => true,
): Generator<string> {
  const names = new FunctionNames(image);
  yield `{"file":${JSON.stringify(image.name)},"sections":[`;
  for (const [i, section] of found.sections.entries()) {
    const head = JSON.stringify(sectionHeadJson(section, found.placeNames[i]));
    yield `${i === 0 ? '' : ','}${head.slice(0, -1)},"fdes":[`;
    let separator = '\n';
    for (const index of indicesInFileOrder(section)) {
      if (!isWanted(section, index)) continue;
      yield separator + JSON.stringify(fdeJson(section, index, names.nameOf(section.fdeStart(index))));
      separator = ',\n';
    }
    yield ']}';
  }
  yield `],"findings":${JSON.stringify(found.findings.examples)}}`;
}

function sectionHeadJson(section: SFrameSection, name: string): Omit<SFrameSectionJson, 'fdes'> {
  const { header } = section;
  return {
    name,
    svma: `0x${formatAddress(section.svma)}`,
    sizeBytes: section.extentBytes,
    fdeSectionOffset: header.fdeSectionOffset,
    freSectionOffset: header.freSectionOffset,
    version: header.version,
    abi: section.plan.name,
    flags: namesOfFlags(header.flags),
    fixedFpOffset: header.fixedFpOffset,
    fixedRaOffset: header.fixedRaOffset,
    fdeCount: header.fdeCount,
    freCount: header.freCount,
    findings: section.findings.examples,
  };
}

function fdeJson(section: SFrameSection, index: number, name: string | undefined): SFrameFdeJson {
  const isMask = section.isMask(index);
  const rows: SFrameRowJson[] = [];
  const status = section.forEachRow(index, (row, fre) =>
    rows.push({
      start: `0x${formatAddress(isMask ? fre.startOffset : row.startSvma)}`,
      cfa: row.isOutermost ? null : locationJson(section, row.cfa),
      ra: savedJson(section, row.ra),
      fp: savedJson(section, row.fp),
      isOutermost: row.isOutermost,
      isRaSigned: row.isRaSigned,
      sectionOffset: fre.sectionOffset,
      wordSizeBytes: fre.wordSizeBytes,
      wordCount: fre.wordCount,
    }),
  );
  const types = ['default', 'flex'] as const;
  const freTypes = ['addr1', 'addr2', 'addr4'] as const;
  const { fdeSectionOffset, plan } = section.header;
  return {
    name: name ?? null,
    start: `0x${section.fdeStartWord(index).toString(16)}`,
    sizeBytes: section.fdeSize(index),
    pcType: isMask ? 'mask' : 'inc',
    repetitionSizeBytes: section.repSize(index),
    type: types[section.fdeType(index)] ?? 'unknown',
    freType: freTypes[section.freType(index)] ?? null,
    sectionOffset: fdeSectionOffset + section.fdeFilePosition(index) * plan.layout.entrySizeBytes,
    freSectionOffset: section.freSectionOffset(index),
    isSignal: section.isSignal(index),
    isOutermost: section.isOutermostFde(index),
    pauthKey: section.plan.signsReturnAddresses ? (section.usesPauthKeyB(index) ? 'B' : 'A') : null,
    isDamaged: status === SFrameRowStatus.Corrupt,
    rows,
  };
}

function savedJson(
  section: SFrameSection,
  location: SFrameLocation,
): SFrameLocationJson | 'unchanged' | null {
  if (location.kind === SFrameLocationKind.Undefined) return null;
  return location.kind === SFrameLocationKind.Unchanged ? 'unchanged' : locationJson(section, location);
}

function locationJson(section: SFrameSection, location: SFrameLocation): SFrameLocationJson {
  const base =
    location.kind === SFrameLocationKind.FromCfa
      ? 'cfa'
      : (registerName(section, location.register) as SFrameLocationJson['base']);
  return { base, offset: location.offset, deref: location.deref };
}
