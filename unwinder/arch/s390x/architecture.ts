/**
 * s390x: ELF ABI s390x supplement, table 1.8 (DWARF register numbers); perf's numbers are those of
 * arch/s390/include/uapi/asm/perf_regs.h.
 *
 * A caller leaves 160 bytes below the CFA for its callee: the CFA is the stack pointer at the call plus 160. Leaf
 * functions may keep the return address, and any register that they preserve, in floating-point registers.
 */

import { elf, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { guessCaller, guessCallerAsPerf } from './guess-caller';
import { findTrampolineRow } from './trampoline';
import { dwarfRegisterOfFpr, FRAME_AREA_SIZE_BYTES, PC_COLUMN } from './registers';

/** perf: r0…r15, f0…f15, PSW mask, pc. */
const dwarfRegisterOfPerf = [...Array(16).keys(), ...dwarfRegisterOfFpr, -1, PC_COLUMN];

export const s390x: Architecture = {
  name: 's390x',
  elfMachine: elf.EM_S390,
  registerCount: PC_COLUMN + 1,
  stackPointer: 15,
  framePointer: 11,
  linkRegister: 14,
  returnAddressColumn: 14,
  perfInstructionPointer: 33,
  perfStackPointer: 15,
  dwarfRegisterOfPerf,
  preservedRegisters: [6, 7, 8, 9, 10, 11, 12, 13, 24, 25, 26, 27, 28, 29, 30, 31],
  // The kernel saves floating-point registers when it needs them itself; a sample of user mode shows what was last saved.
  staleInUserMode: dwarfRegisterOfFpr,
  callerStackPointerFromCfa: -FRAME_AREA_SIZE_BYTES,
  returnAddressHighMask: 0xffffffff,
  recordsLeafCaller: false,
  kernelRules: {
    sframeAbi: sframe.SFRAME_ABI_S390X_ENDIAN_BIG,
    registerCount: 32,
    walksFramePointers: false,
  },
  guessCaller,
  guessCallerAsPerf,
  // Rows say when registers are restored.
  onlyReturns: () => false,
  findTrampolineRow,
};
