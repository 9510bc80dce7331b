/**
 * An ELF image for tests of `sframe coverage` and `sframe verify`: executable code of which nothing but the place
 * matters, an .eh_frame section and SFrame sections, each made from a description.
 */

import { ElfImage, MemoryByteSource } from '../../parser';
import { SectionBuilder } from '../../parser/dwarf/test-support/section-builder';
import { wrapInElf } from '../../parser/sframe/test-support/elf-wrapper';
import { machineOfAbi } from '../../parser/sframe/test-support/section-samples';
import {
  AARCH64,
  AMD64,
  buildSFrame,
  type BuiltSFrame,
  S390X,
  type SFrameSpec,
} from '../../parser/sframe/test-support/sframe-builder';

/** Where the one function of an image is by default, and its size. */
export const FUNCTION_START = 0x1000;
export const FUNCTION_BYTES = 0x20;

const SHT_PROGBITS = 1;
const SHF_ALLOC_EXECINSTR = 6;
const EH_FRAME_SVMA = 0x10000;

/** What DWARF says about a machine, by SFRAME_ABI_*. */
const dwarfFacts = new Map([
  [AARCH64, { raColumn: 30, dataAlignment: -8, stackPointer: 31, cfaOffset: 0, savesRa: false }],
  [AMD64, { raColumn: 16, dataAlignment: -8, stackPointer: 7, cfaOffset: 8, savesRa: true }],
  [S390X, { raColumn: 14, dataAlignment: -8, stackPointer: 15, cfaOffset: 160, savesRa: false }],
]);

/** A function of .eh_frame; its rows start with what the ABI has at a function's entry. */
export interface EhFunction {
  readonly start: number;
  readonly sizeBytes: number;
  readonly isSignal?: boolean;
  readonly usesKeyB?: boolean;
  /** Call frame instructions, by the functions below. */
  readonly instructions?: readonly ((out: SectionBuilder) => unknown)[];
}

export interface MadeCode {
  readonly name: string;
  readonly svma: number;
  readonly sizeBytes: number;
}

export interface MadeImage {
  readonly abi: number;
  /** Executable sections; one of 4 KiB at 0x1000 unless given. */
  readonly code?: readonly MadeCode[];
  readonly ehFrame?: readonly EhFunction[];
  readonly sframe?: Omit<SFrameSpec, 'abi'>;
  /** Changes to the SFrame section after it was assembled. */
  readonly damage?: (built: BuiltSFrame) => void;
  /** ET_*; ET_DYN unless given. */
  readonly type?: number;
}

/** The file. */
export function makeElf({ abi, code, ehFrame, sframe, damage, type }: MadeImage): Uint8Array {
  const littleEndian = abi !== 4;
  const codeSections = code ?? [{ name: '.text', svma: 0x1000, sizeBytes: 0x1000 }];
  const sections = codeSections.map(({ name, svma, sizeBytes }) => ({
    name,
    svma,
    bytes: new Uint8Array(sizeBytes),
    type: SHT_PROGBITS,
    flags: SHF_ALLOC_EXECINSTR,
  }));
  const made = [];
  if (ehFrame) {
    const bytes = assembleEhFrame(abi, littleEndian, ehFrame);
    made.push({ name: '.eh_frame', svma: EH_FRAME_SVMA, bytes, type: SHT_PROGBITS });
  }
  if (sframe) {
    const built = buildSFrame({ svma: 0x20000, ...sframe, abi });
    damage?.(built);
    made.push({ name: '.sframe', svma: built.svma, bytes: built.bytes });
  }
  return wrapInElf([...sections, ...made], { machine: machineOfAbi[abi], littleEndian, type });
}

/** The file, opened. */
export function makeImage(description: MadeImage): ElfImage {
  return ElfImage.parse(new MemoryByteSource('made', makeElf(description)));
}

function assembleEhFrame(abi: number, littleEndian: boolean, functions: readonly EhFunction[]): Uint8Array {
  const { raColumn, dataAlignment, stackPointer, cfaOffset, savesRa } = dwarfFacts.get(abi)!;
  const out = new SectionBuilder(littleEndian);
  functions.forEach((each, i) => {
    const augmentation = `z${each.isSignal ? 'S' : ''}${each.usesKeyB ? 'B' : ''}`;
    out.label(`cie${i}`).offsetOf(`cie${i} end`, `cie${i} start`).label(`cie${i} start`).u32(0);
    out.u8(1).text(augmentation).uleb(1).sleb(dataAlignment).u8(raColumn).uleb(0);
    defCfa(stackPointer, cfaOffset)(out);
    if (savesRa) savedAt(raColumn, -cfaOffset)(out);
    out.align(8).label(`cie${i} end`);
    out.offsetOf(`fde${i} end`, `fde${i} start`).label(`fde${i} start`).backTo(`cie${i}`);
    out.u64(each.start).u64(each.sizeBytes).uleb(0);
    for (const instruction of each.instructions ?? []) instruction(out);
    out.align(8).label(`fde${i} end`);
  });
  return out.u32(0).build();
}

/** Call frame instructions (DWARF 5, section 6.4.2), by the names of their directives. */
export function advance(deltaBytes: number) {
  return (out: SectionBuilder) => out.u8(0x02, deltaBytes);
}
export function defCfa(register: number, offset: number) {
  return (out: SectionBuilder) => out.u8(0x0c).uleb(register).uleb(offset);
}
export function defCfaOffset(offset: number) {
  return (out: SectionBuilder) => out.u8(0x0e).uleb(offset);
}
/** @param offset from the CFA, a multiple of 8 */
export function savedAt(register: number, offset: number) {
  return (out: SectionBuilder) =>
    out
      .u8(0x11)
      .uleb(register)
      .sleb(offset / -8);
}
export function inRegister(register: number, other: number) {
  return (out: SectionBuilder) => out.u8(0x09).uleb(register).uleb(other);
}
export function undefinedRegister(register: number) {
  return (out: SectionBuilder) => out.u8(0x07).uleb(register);
}
export function negateRaState() {
  return (out: SectionBuilder) => out.u8(0x2d);
}
export function defCfaExpression(...operations: number[]) {
  return (out: SectionBuilder) =>
    out
      .u8(0x0f)
      .uleb(operations.length)
      .u8(...operations);
}
export function expression(register: number, ...operations: number[]) {
  return (out: SectionBuilder) =>
    out
      .u8(0x10)
      .uleb(register)
      .uleb(operations.length)
      .u8(...operations);
}
export function valExpression(register: number, ...operations: number[]) {
  return (out: SectionBuilder) =>
    out
      .u8(0x16)
      .uleb(register)
      .uleb(operations.length)
      .u8(...operations);
}
/** An instruction that does not exist. */
export function unknownInstruction() {
  return (out: SectionBuilder) => out.u8(0x3f);
}
