/**
 * AArch64: DWARF for the Arm 64-bit Architecture, section 4.1 (register numbers), and the procedure call standard;
 * perf's numbers are those of arch/arm64/include/uapi/asm/perf_regs.h.
 *
 * Return addresses may be signed (pointer authentication, keys A and B alike): with 48-bit addresses the code is
 * in bits 54 to 48 of the word. Rows say where a return address is signed (DWARF's RA_SIGN_STATE, SFrame's
 * mangled-RA bit), but a signature needs no row to be taken off, since no user address has these bits set: it is
 * taken off every return address. Left out on purpose: user addresses of 52 bits, which programs get only on
 * demand; recordings do not tell whether the kernel has them, and bits 51 to 48 are then address, not signature.
 */

import { elf, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { guessCaller, guessCallerAsPerf } from './guess-caller';
import { findTrampolineRow, PC_COLUMN } from './trampoline';

/**
 * Both number x0 to x28, 29 frame pointer, 30 link register, 31 stack pointer; perf's 32, the pc, takes a number
 * that DWARF reserves. Of perf's others (46 is the SVE vector length) no row needs any.
 */
const dwarfRegisterOfPerf = Array.from({ length: PC_COLUMN + 1 }, (_, register) => register);

export const aarch64: Architecture = {
  name: 'AArch64',
  elfMachine: elf.EM_AARCH64,
  registerCount: PC_COLUMN + 1,
  stackPointer: 31,
  framePointer: 29,
  linkRegister: 30,
  returnAddressColumn: 30,
  perfInstructionPointer: 32,
  perfStackPointer: 31,
  dwarfRegisterOfPerf,
  preservedRegisters: [19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0x0000ffff,
  recordsLeafCaller: true,
  kernelRules: {
    sframeAbi: sframe.SFRAME_ABI_AARCH64_ENDIAN_LITTLE,
    registerCount: 32,
    walksFramePointers: false,
  },
  guessCaller,
  guessCallerAsPerf,
  // Rows say when registers are restored.
  onlyReturns: () => false,
  findTrampolineRow,
};
