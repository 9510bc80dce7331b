/**
 * AArch64: DWARF for the Arm 64-bit Architecture, section 4.1 (register numbers), ELF for the Arm 64-bit Architecture
 * (relocations, mapping symbols) and the procedure call standard; perf's numbers are those of
 * arch/arm64/include/uapi/asm/perf_regs.h.
 *
 * Left out on purpose: the 24-byte PLT entries of -z force-bti (perf takes them for 16 bytes, too).
 */

import * as sframe from '../sframe/constants';
import {
  absolute32,
  absolute64,
  numbered,
  plainPlt,
  relative32,
  relative64,
  type Machine,
  type SFrameAbi,
} from './machine';

const perfRegisterNames = [...numbered('x', 29), 'x29', 'lr', 'sp', 'pc'];
/** SVE's vector granule. */
perfRegisterNames[46] = 'vg';

const rowWords: Omit<SFrameAbi, 'abi' | 'name' | 'littleEndian'> = {
  fixedRaOffset: 0,
  cfaScale: 1,
  cfaAdjustment: 0,
  cfaAboveCallerSp: 0,
  signsReturnAddresses: true,
  allowsFpWithoutRa: false,
  version2WordsNameRegisters: false,
};

export const aarch64 = {
  name: 'AArch64',
  elfMachine: 183,
  wordSizeBytes: 8,
  unameNames: /^(aarch64|arm64)$/,

  perfRegisterNames,
  // Both number x0 to x28, 29 frame pointer, 30 link register, 31 stack pointer; perf's 32, the pc, takes a number that
  // DWARF reserves.
  dwarfRegisterOfPerf: Array.from({ length: 33 }, (_, register) => register),
  perfInstructionPointer: 32,
  perfStackPointer: 31,
  dwarfRegisterNames: [...numbered('x', 31), 'sp'],
  stackPointer: 31,
  framePointer: 29,
  linkRegister: 30,
  returnAddressColumn: 30,
  preservedRegisters: [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],

  wordRelocations: new Map([
    [257, absolute64], // ABS64
    [258, absolute32], // ABS32
    [260, relative64], // PREL64
    [261, relative32], // PREL32
  ]),
  plt: { ...plainPlt, sizesOf: () => ({ headerBytes: 32, entryBytes: 16 }) },
  hasMappingSymbols: true,
  hasThumbBit: false,
  sframeAbis: [
    {
      abi: sframe.SFRAME_ABI_AARCH64_ENDIAN_BIG,
      name: 'AArch64 big endian',
      littleEndian: false,
      ...rowWords,
    },
    {
      abi: sframe.SFRAME_ABI_AARCH64_ENDIAN_LITTLE,
      name: 'AArch64 little endian',
      littleEndian: true,
      ...rowWords,
    },
  ],
} as const satisfies Machine;
