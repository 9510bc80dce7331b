/**
 * i386: System V ABI, Intel386 supplement (figure 2.14: DWARF register numbers); perf's numbers are those of
 * arch/x86/include/uapi/asm/perf_regs.h.
 */

import { x86PltSizes, type Machine } from './machine';

const names = (list: string) => list.split(' ');

export const i386 = {
  name: 'i386',
  elfMachine: 3,
  wordSizeBytes: 4,
  unameNames: /^i[3-6]86$/,

  perfRegisterNames: names('AX BX CX DX SI DI BP SP IP FLAGS CS SS DS ES FS GS'),
  dwarfRegisterOfPerf: [0, 3, 1, 2, 6, 7, 5, 4, 8, -1, -1, -1, -1, -1, -1, -1],
  perfInstructionPointer: 8,
  perfStackPointer: 7,
  dwarfRegisterNames: names('eax ecx edx ebx esp ebp esi edi eip'),
  stackPointer: 4,
  framePointer: 5,
  linkRegister: -1,
  returnAddressColumn: 8,
  preservedRegisters: [3, 5, 6, 7],

  // Of sections with SFrame alone, which i386 does not have.
  wordRelocations: new Map(),
  // perf does not look for the slots of .plt.got, nor for the resolvers of IFUNCs, whose addends are in their slots.
  plt: { sizesOf: x86PltSizes, isX86: true, irelativeType: undefined, slotDisplacement: undefined },
  hasMappingSymbols: false,
  hasThumbBit: false,
  sframeAbis: [],
} as const satisfies Machine;
