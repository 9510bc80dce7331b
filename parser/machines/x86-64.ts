/**
 * x86-64: System V ABI, AMD64 supplement (figure 3.36: DWARF register numbers); perf's
 * numbers are those of arch/x86/include/uapi/asm/perf_regs.h.
 */

import * as sframe from '../sframe/constants';
import { absolute32, absolute64, relative32, relative64, type Machine, x86PltSizes } from './machine';

const names = (list: string) => list.split(' ');

export const x86_64 = {
  name: 'x86-64',
  elfMachine: 62,
  wordSizeBytes: 8,
  unameNames: /^(x86_64|amd64)$/,

  perfRegisterNames: names(
    'AX BX CX DX SI DI BP SP IP FLAGS CS SS DS ES FS GS R8 R9 R10 R11 R12 R13 R14 R15',
  ),
  dwarfRegisterOfPerf: [0, 3, 2, 1, 4, 5, 6, 7, 16, -1, -1, -1, -1, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15],
  perfInstructionPointer: 8,
  perfStackPointer: 7,
  dwarfRegisterNames: names('rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip'),
  stackPointer: 7,
  framePointer: 6,
  linkRegister: -1,
  returnAddressColumn: 16,
  preservedRegisters: [3, 6, 12, 13, 14, 15],

  wordRelocations: new Map([
    [1, absolute64], // 64
    [2, relative32], // PC32
    [10, absolute32], // 32
    [11, absolute32], // 32S
    [24, relative64], // PC64
  ]),
  plt: { sizesOf: x86PltSizes, isX86: true, irelativeType: 37, slotDisplacement },
  hasMappingSymbols: false,
  hasThumbBit: false,
  sframeAbis: [
    {
      abi: sframe.SFRAME_ABI_AMD64_ENDIAN_LITTLE,
      name: 'AMD64',
      littleEndian: true,
      fixedRaOffset: -8,
      cfaScale: 1,
      cfaAdjustment: 0,
      cfaAboveCallerSp: 0,
      signsReturnAddresses: false,
      allowsFpWithoutRa: true,
      version2WordsNameRegisters: false,
    },
  ],
} as const satisfies Machine;

/** [endbr64] [bnd] jmp *disp32(%rip), that is `[f3 0f 1e fa] [f2] ff 25 disp32`. */
function slotDisplacement(code: Uint8Array, entry: number): number {
  let at = entry;
  if (code[at] === 0xf3 && code[at + 1] === 0x0f && code[at + 2] === 0x1e && code[at + 3] === 0xfa) at += 4;
  if (code[at] === 0xf2) at += 1;
  if (code[at] !== 0xff || code[at + 1] !== 0x25 || at + 6 > code.length) return 0;
  const displacement = code[at + 2] | (code[at + 3] << 8) | (code[at + 4] << 16) | (code[at + 5] << 24);
  return at + 6 - entry + displacement;
}
