/** How perf 7.2 unwinds, which has libdw (elfutils 0.196) do it: wrong in the cases that docs/as-perf.md lists under "Stacks". */

import { elf } from '../../parser';
import type { Module } from '../process/module';
import { LibdwModules } from './libdw-modules';
import type { UnwindPolicy } from './policy';

export const libdw: UnwindPolicy = {
  withoutTables: (arch) => arch.withoutTablesByLibdw,
  svmaInTables: svmaByFirstSegment,
  // What libdw finds depends on what was asked before.
  rulesKeptAs: undefined,
  stripsReturnAddresses: false,
  requiresCallerAbove: false,
  losesLinkRegisterInCalls: false,
  believesEveryLeafCaller: true,
  distrustsStaleRegisters: false,
  knowsFunctionEnds: false,
  goesOnWithoutBinary: false,
  showsGuessedZero: true,
  createFilter: (space) => new LibdwModules(space),
};

/**
 * perf (util/unwind-libdw.c, __report_module) takes all segments to lie as far from their file offsets as the first. Where
 * they do not, it asks at another address.
 */
function svmaByFirstSegment(module: Module, fileOffset: number): number {
  const svma = module.svmaOfFileOffset(fileOffset);
  const first = module.images.image?.segments.find(({ type }) => type === elf.PT_LOAD);
  return first && !Number.isNaN(svma) ? fileOffset + first.svma - first.fileOffset : svma;
}
