/**
 * i386: System V ABI, Intel386 supplement. Its programs run on x86-64 kernels as well, whose samples then hold the same
 * registers, extended by zeros, and a stack of 4-byte words.
 */

import { machines } from '../../../parser';
import type { Architecture } from '../arch';
import { followFrameRecord } from '../frame-record';
import { onlyReturns } from '../x86-64/returning';

/** The vDSO's trampolines have call frame information. */
const codeWithoutTables = { guessCaller: followFrameRecord, findTrampolineRow: () => undefined };

export const i386: Architecture = {
  ...machines.i386,
  registerCount: 9,
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0,
  recordsLeafCaller: false,
  // No section is of ABI 0: there is no SFrame for it.
  kernelRules: { sframeAbi: 0, registerCount: 0, walksFramePointers: true },
  withoutTables: codeWithoutTables,
  withoutTablesByLibdw: codeWithoutTables,
  onlyReturns,
  of32BitPrograms: undefined,
};
