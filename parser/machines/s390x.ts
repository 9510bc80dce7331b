/**
 * s390x: ELF ABI s390x supplement (table 1.8: DWARF register numbers); perf's numbers are those of
 * arch/s390/include/uapi/asm/perf_regs.h.
 */

import * as sframe from '../sframe/constants';
import { absolute32, absolute64, numbered, plainPlt, relative32, relative64, type Machine } from './machine';

/** DWARF number of f0 to f15: f0 f2 f4 f6, f1 f3 f5 f7, f8 f10 f12 f14, f9 f11 f13 f15 have 16 and up. */
const dwarfRegisterOfFpr = [16, 20, 17, 21, 18, 22, 19, 23, 24, 28, 25, 29, 26, 30, 27, 31];
const PC_COLUMN = 65;

export const s390x = {
  name: 's390x',
  elfMachine: 22,
  wordSizeBytes: 8,
  unameNames: /^s390x$/,

  perfRegisterNames: [...numbered('R', 16), ...numbered('FP', 16), 'MASK', 'PC'],
  dwarfRegisterOfPerf: [...Array(16).keys(), ...dwarfRegisterOfFpr, -1, PC_COLUMN],
  perfInstructionPointer: 33,
  perfStackPointer: 15,
  dwarfRegisterNames: [
    ...numbered('r', 16),
    ...'f0 f2 f4 f6 f1 f3 f5 f7 f8 f10 f12 f14 f9 f11 f13 f15'.split(' '),
  ],
  stackPointer: 15,
  framePointer: 11,
  linkRegister: 14,
  returnAddressColumn: 14,
  preservedRegisters: [6, 7, 8, 9, 10, 11, 12, 13, 24, 25, 26, 27, 28, 29, 30, 31],

  wordRelocations: new Map([
    [4, absolute32], // 32
    [5, relative32], // PC32
    [22, absolute64], // 64
    [23, relative64], // PC64
  ]),
  plt: plainPlt,
  hasMappingSymbols: false,
  hasThumbBit: false,
  sframeAbis: [
    {
      abi: sframe.SFRAME_ABI_S390X_ENDIAN_BIG,
      name: 's390x',
      littleEndian: false,
      fixedRaOffset: 0,
      cfaScale: 8,
      cfaAdjustment: 160,
      cfaAboveCallerSp: 160,
      signsReturnAddresses: false,
      allowsFpWithoutRa: true,
      version2WordsNameRegisters: true,
    },
  ],
} as const satisfies Machine;
