/** x86-64: System V ABI, AMD64 supplement. */

import { machines, sframe } from '../../../parser';
import type { Architecture } from '../arch';
import { followFrameRecord } from '../frame-record';
import { i386 } from '../i386/architecture';
import { onlyReturns } from './returning';
import { findTrampolineRow } from './trampoline';

export const x86_64: Architecture = {
  ...machines.x86_64,
  registerCount: 17,
  staleInUserMode: [],
  callerStackPointerFromCfa: 0,
  returnAddressHighMask: 0xffffffff,
  recordsLeafCaller: false,
  kernelRules: {
    sframeAbi: sframe.SFRAME_ABI_AMD64_ENDIAN_LITTLE,
    registerCount: 16,
    walksFramePointers: true,
  },
  withoutTables: { guessCaller: followFrameRecord, findTrampolineRow },
  withoutTablesByLibdw: { guessCaller: followFrameRecord, findTrampolineRow: () => undefined },
  onlyReturns,
  of32BitPrograms: i386,
};
