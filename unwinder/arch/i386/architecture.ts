/**
 * i386: System V ABI, Intel386 supplement. Its programs run on x86-64 kernels as well, whose samples then hold the same
 * registers, extended by zeros, and a stack of 4-byte words.
 */

import { machines } from '../../../parser';
import type { Architecture } from '../arch';
import { followFrameRecord } from '../frame-record';
import { guessCaller } from './guess-caller';
import { findPcThunkRow } from './pc-thunk';
import { onlyReturns } from '../x86-64/returning';

export const i386: Architecture = {
  ...machines.i386,
  registerCount: 9,
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0,
  recordsLeafCaller: false,
  // No section is of ABI 0: there is no SFrame for it.
  kernelRules: { sframeAbi: 0, registerCount: 0, walksFramePointers: true },
  // The vDSO's trampolines have call frame information; where that cannot be had, guesses know them.
  withoutTables: { guessCaller, findTrampolineRow: findPcThunkRow },
  withoutTablesByLibdw: { guessCaller: followFrameRecord, findTrampolineRow: () => undefined },
  onlyReturns,
  of32BitPrograms: undefined,
};
