/**
 * Where unwinders part: what they believe, and what they do where tables say nothing. One object of named choices; the
 * unwinder asks it and knows nothing else of who unwinds so.
 *
 *   correct   what is so
 *   libdw     what perf 7.2 does by elfutils 0.196 (libdw.ts; each case in docs/as-perf.md)
 */

import type { Architecture, CodeWithoutTables } from '../arch/arch';
import type { AddressSpace, MappedRange, RangeFinder } from '../process/address-space';
import type { Module } from '../process/module';

export interface UnwindPolicy {
  /** How frames of code without tables are left. */
  readonly withoutTables: (arch: Architecture) => CodeWithoutTables;
  /** The svma by which a module's tables are asked for what lies at a file offset; NaN where no segment has it. */
  readonly svmaInTables: (module: Module, fileOffset: number) => number;
  /** What tells its rules from another policy's, where they are kept from run to run; undefined where they are not. */
  readonly rulesKeptAs: string | undefined;
  /** Authentication codes are taken off return addresses. */
  readonly stripsReturnAddresses: boolean;
  /** A caller is believed only if its frame lies above its callee's. */
  readonly requiresCallerAbove: boolean;
  /** What the link register held is lost in a call; otherwise it holds the address that the call returns to. */
  readonly losesLinkRegisterInCalls: boolean;
  /**
   * The link register of a recorded chain's innermost function is believed wherever no table says otherwise, and though the
   * chain has the caller already.
   */
  readonly believesEveryLeafCaller: boolean;
  /** Words of registers that the kernel did not save for a sample are not believed. */
  readonly distrustsStaleRegisters: boolean;
  /** At the end of a function, what was popped is known to be in its register, whatever the row says. */
  readonly knowsFunctionEnds: boolean;
  /** A frame whose binary cannot be had is shown, and its caller guessed. */
  readonly goesOnWithoutBinary: boolean;
  /** A return address of zero that was guessed is shown as a frame. */
  readonly showsGuessedZero: boolean;
  /** Leaves out binaries of an address space; undefined where none is left out. */
  readonly createFilter: ((space: AddressSpace) => BinaryFilter) | undefined;
}

/** Which binaries of an address space an unwinder finds. {@link find} gives ranges that it finds at each of their addresses. */
export interface BinaryFilter extends RangeFinder {
  /**
   * Whether the binary of a frame is found; remembers that it was asked.
   * @param ip the frame's address as it was read, `lookup` the one that is looked up
   */
  admits(range: MappedRange, lookup: number, ip: number, isInnermost: boolean): boolean;
}

export const correct: UnwindPolicy = {
  withoutTables: (arch) => arch.withoutTables,
  svmaInTables: (module, fileOffset) => module.svmaOfFileOffset(fileOffset),
  rulesKeptAs: 'correct',
  stripsReturnAddresses: true,
  requiresCallerAbove: true,
  losesLinkRegisterInCalls: true,
  believesEveryLeafCaller: false,
  distrustsStaleRegisters: true,
  knowsFunctionEnds: true,
  goesOnWithoutBinary: true,
  showsGuessedZero: false,
  createFilter: undefined,
};
