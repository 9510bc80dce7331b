/**
 * AArch64. Return addresses may be signed (pointer authentication, keys A and B alike): with 48-bit addresses the code is
 * in bits 54 to 48 of the word. Rows say where a return address is signed (DWARF's RA_SIGN_STATE, SFrame's
 * mangled-RA bit), but a signature needs no row to be taken off, since no user address has these bits set: it is
 * taken off every return address. Left out on purpose: user addresses of 52 bits, which programs get only on
 * demand; recordings do not tell whether the kernel has them, and bits 51 to 48 are then address, not signature.
 */

import { machines, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { guessCaller, guessCallerByLibdw } from './guess-caller';
import { findTrampolineRow, PC_COLUMN } from './trampoline';

export const aarch64: Architecture = {
  ...machines.aarch64,
  registerCount: PC_COLUMN + 1,
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0x0000ffff,
  recordsLeafCaller: true,
  kernelRules: {
    sframeAbi: sframe.SFRAME_ABI_AARCH64_ENDIAN_LITTLE,
    registerCount: 32,
    walksFramePointers: false,
  },
  withoutTables: { guessCaller, findTrampolineRow },
  withoutTablesByLibdw: {
    guessCaller: guessCallerByLibdw,
    findTrampolineRow: () => undefined,
  },
  // Rows say when registers are restored.
  onlyReturns: () => false,
  of32BitPrograms: undefined,
};
