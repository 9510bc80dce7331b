/**
 * x86-64: System V ABI, AMD64 supplement, figure 3.36 (DWARF register numbers); perf's numbers are those of
 * arch/x86/include/uapi/asm/perf_regs.h.
 */

import { elf, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { followFrameRecord } from '../frame-record';
import { onlyReturns } from './returning';

/** perf: ax bx cx dx si di bp sp ip flags cs ss ds es fs gs r8…r15. DWARF: rax rdx rcx rbx rsi rdi rbp rsp r8…r15 rip. */
const dwarfRegisterOfPerf = [
  0, 3, 2, 1, 4, 5, 6, 7, 16, -1, -1, -1, -1, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15,
]; // prettier-ignore

export const x86_64: Architecture = {
  name: 'x86-64',
  elfMachine: elf.EM_X86_64,
  registerCount: 17,
  stackPointer: 7,
  framePointer: 6,
  linkRegister: -1,
  returnAddressColumn: 16,
  perfInstructionPointer: 8,
  perfStackPointer: 7,
  dwarfRegisterOfPerf,
  preservedRegisters: [3, 6, 12, 13, 14, 15],
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0xffffffff,
  recordsLeafCaller: false,
  kernelRules: {
    sframeAbi: sframe.SFRAME_ABI_AMD64_ENDIAN_LITTLE,
    registerCount: 16,
    walksFramePointers: true,
  },
  guessCaller: followFrameRecord,
  guessCallerAsPerf: followFrameRecord,
  onlyReturns,
  // The C library's trampoline has call frame information, and x86-64's vDSO holds none.
  findTrampolineRow: () => undefined,
};
