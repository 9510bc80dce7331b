/**
 * The SFrame sections of a file as text, equal to what `readelf --sframe FILE` of binutils 2.47 prints. Formatting only: the
 * facts are the parser's.
 *
 * Cells of the text, as readelf has them:
 *
 *   CFA      sp+16, fp+16       base register and offset;  r10+0, (fp-16) in flexible FDEs, parentheses: read from there
 *   FP, RA   c-16               saved at CFA - 16
 *            u                  not saved
 *            U                  the row's word says "no rule" (RA only)
 *            f                  at the header's fixed offset (RA only)
 *            r14+0, (r10-8)     in a register, at an address relative to a register (flexible FDEs)
 *            r14                in a register (s390x, version 2)
 *            …[s]               RA is signed (pointer authentication)
 *
 * Where readelf cannot go on, this does: of several SFrame sections concatenated into one ELF section all are
 * printed, not just the first; FDEs and FREs that cannot be read are marked, where readelf ends in an assertion.
 */

import { shown } from '../../text/printable';
import type { FdeFilter } from './fde-filter';
import {
  formatAddress,
  sframe,
  SFrameLocationKind,
  SFrameRowStatus,
  type FreCursor,
  type SFrameLocation,
  type SFrameRow,
  type SFrameSection,
  type SFrameSections,
} from '../../../parser';

const flagNames: readonly (readonly [number, string])[] = [
  [sframe.SFRAME_F_FDE_SORTED, 'SFRAME_F_FDE_SORTED'],
  [sframe.SFRAME_F_FRAME_POINTER, 'SFRAME_F_FRAME_POINTER'],
  [sframe.SFRAME_F_FDE_FUNC_START_PCREL, 'SFRAME_F_FDE_FUNC_START_PCREL'],
];

const RA_WIDTH = 13;

const everyFde: FdeFilter = () => true;

/**
 * All SFrame sections of a file, as `readelf --sframe` prints them; nothing when there are none. Function by function: the text
 * of some files would not fit one string.
 */
export function* formatSFrameDumpPieces(
  found: SFrameSections,
  isWanted: FdeFilter = everyFde,
): Generator<string> {
  const { sections, placeNames, findings } = found;
  for (const { code } of findings.examples) {
    if (code === 'section-empty') yield "\nSection '.sframe' has no debugging data.\n";
  }
  for (const [i, section] of sections.entries()) {
    yield formatHeader(section, placeNames[i]);
    for (const index of indicesInFileOrder(section)) {
      if (isWanted(section, index)) yield formatFde(section, index);
    }
  }
}

/** FDE numbers by their place in the file's index, which is the order in which readelf prints them. */
export function indicesInFileOrder(section: SFrameSection): Uint32Array {
  const indices = new Uint32Array(section.fdeCount);
  for (let index = 0; index < indices.length; index++) indices[section.fdeFilePosition(index)] = index;
  return indices;
}

/** SFRAME_F_* by name. */
export function namesOfFlags(flags: number): string[] {
  const names = flagNames.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  const unknown = flags & ~flagNames.reduce((all, [flag]) => all | flag, 0);
  return unknown === 0 ? names : [...names, `0x${unknown.toString(16)}`];
}

function formatHeader(section: SFrameSection, placeName: string): string {
  const { header } = section;
  const flags = namesOfFlags(header.flags);
  let text = `Contents of the SFrame section ${shown(placeName)}:\n  Header :\n\n`;
  text += `    Version: SFRAME_VERSION_${header.version}\n`;
  text += `    Flags: ${flags.length === 0 ? 'NONE' : flags.join(',\n           ')}\n`;
  if (header.fixedFpOffset !== 0) text += `    CFA fixed FP offset: ${header.fixedFpOffset}\n`;
  if (header.fixedRaOffset !== 0) text += `    CFA fixed RA offset: ${header.fixedRaOffset}\n`;
  text += `    Num FDEs: ${header.fdeCount}\n    Num FREs: ${header.freCount}\n`;
  return `${text}\n  Function Index :\n`;
}

function formatFde(section: SFrameSection, index: number): string {
  const start = section.fdeStartWord(index).toString(16);
  let text = `\n    func idx [${section.fdeFilePosition(index)}]: pc = 0x${start}`;
  text += `, size = ${section.fdeSize(index)} bytes`;
  const attributes = (section.isSignal(index) ? 'S' : '') + (section.isFlex(index) ? 'F' : '');
  if (attributes !== '') text += `, attr = "${attributes}"`;
  if (section.usesPauthKeyB(index)) text += ', pauth = B key';
  const isMask = section.isMask(index);
  text += `\n    ${isMask ? 'STARTPC[m]' : 'STARTPC   '}      CFA       FP        RA           \n`;
  const status = section.forEachRow(index, (row, fre) => {
    const pc = isMask ? fre.startOffset : row.startSvma;
    text += `    ${formatAddress(pc).padStart(16, '0')}  ${formatRow(section, index, row, fre)}\n`;
  });
  return status === SFrameRowStatus.Corrupt ? `${text}    (damaged: not all rows can be read)\n` : text;
}

function formatRow(section: SFrameSection, index: number, row: SFrameRow, fre: FreCursor): string {
  if (row.isOutermost) return 'RA undefined';
  const isFlex = section.isFlex(index);
  const cfa = isFlex ? formatLocation(section, row.cfa) : formatDefaultCfa(section, row.cfa);
  // Of an RA that is not signed, readelf prints three blanks in place of the mark.
  const ra = formatRa(section, isFlex, row, fre) + (fre.isRaMangled ? '[s]' : '   ');
  return `${cfa.padEnd(10)}${formatLocation(section, row.fp).padEnd(10)}${ra.padEnd(RA_WIDTH)}`;
}

/** Default rows have a plus sign before negative offsets too. */
function formatDefaultCfa(section: SFrameSection, cfa: SFrameLocation): string {
  return `${registerName(section, cfa.register)}+${cfa.offset}`;
}

function formatRa(section: SFrameSection, isFlex: boolean, row: SFrameRow, fre: FreCursor): string {
  const hasFixed = section.header.fixedRaOffset !== 0;
  const wordIndex = isFlex ? 2 : 1;
  const hasWord = fre.wordCount > wordIndex && (isFlex || !hasFixed);
  if (!hasWord) return hasFixed ? 'f' : 'u';
  return fre.signedWord(wordIndex) === 0 ? 'U' : formatLocation(section, row.ra);
}

function formatLocation(section: SFrameSection, { kind, register, deref, offset }: SFrameLocation): string {
  const signed = offset < 0 ? String(offset) : `+${offset}`;
  switch (kind) {
    case SFrameLocationKind.Undefined:
    case SFrameLocationKind.Unchanged:
      return 'u';
    case SFrameLocationKind.FromCfa:
      return `c${signed}`;
    case SFrameLocationKind.FromRegister:
      if (section.plan.wordsNameRegisters) return `r${register}`;
      return deref
        ? `(${registerName(section, register)}${signed})`
        : `${registerName(section, register)}${signed}`;
  }
}

/** As readelf names registers. */
export function registerName(section: SFrameSection, register: number): string {
  const { stackPointer, framePointer } = section.plan.machine;
  if (register === stackPointer) return 'sp';
  return register === framePointer ? 'fp' : `r${register}`;
}
