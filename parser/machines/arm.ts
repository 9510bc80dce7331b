/**
 * arm: DWARF for the Arm Architecture (register numbers), ELF for the Arm Architecture (mapping symbols; bit 0 of a
 * function's value), and the procedure call standard; perf's numbers are those of arch/arm/include/uapi/asm/perf_regs.h.
 */

import { numbered, plainPlt, type Machine } from './machine';

export const arm = {
  name: 'arm',
  elfMachine: 40,
  wordSizeBytes: 4,
  unameNames: /^arm(v\d\w*)?$/,

  perfRegisterNames: [...numbered('r', 11), 'fp', 'ip', 'sp', 'lr', 'pc'],
  dwarfRegisterOfPerf: [...Array(16).keys()],
  perfInstructionPointer: 15,
  perfStackPointer: 13,
  dwarfRegisterNames: [...numbered('r', 13), 'sp', 'lr', 'pc'],
  stackPointer: 13,
  framePointer: 11,
  linkRegister: 14,
  returnAddressColumn: 14,
  preservedRegisters: [4, 5, 6, 7, 8, 9, 10, 11],

  // Of sections with SFrame alone, which arm does not have.
  wordRelocations: new Map(),
  plt: { ...plainPlt, sizesOf: () => ({ headerBytes: 20, entryBytes: 12 }) },
  hasMappingSymbols: true,
  hasThumbBit: true,
  sframeAbis: [],
} as const satisfies Machine;
