/**
 * s390x. A caller leaves 160 bytes below the CFA for its callee: the CFA is the stack pointer at the call plus 160. Leaf
 * functions may keep the return address, and any register that they preserve, in floating-point registers.
 */

import { machines, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { FRAME_AREA_SIZE_BYTES, guessCaller, guessCallerByLibdw } from './guess-caller';
import { dwarfRegisterOfFpr, findTrampolineRow, findTrampolineRowByLibdw, PC_COLUMN } from './trampoline';

export const s390x: Architecture = {
  ...machines.s390x,
  registerCount: PC_COLUMN + 1,
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
  withoutTables: { guessCaller, findTrampolineRow },
  withoutTablesByLibdw: {
    guessCaller: guessCallerByLibdw,
    findTrampolineRow: findTrampolineRowByLibdw,
  },
  // Rows say when registers are restored.
  onlyReturns: () => false,
  of32BitPrograms: undefined,
};
