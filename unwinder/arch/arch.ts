/**
 * What differs between architectures, as data and a few functions; the rest of the unwinder sees only this
 * interface. Register numbers are DWARF's, except where "perf" is said.
 */

import type { Machine } from '../../parser';
import type { RegisterRow } from '../tables/register-row';
import type { StackMemory } from '../sample/stack-memory';
import type { FrameState } from '../sample/frame-state';

/** A machine, and how to step from its frames to their callers. */
export interface Architecture extends Machine {
  /** Registers that rows may name are below this number; the return address column is among them. */
  readonly registerCount: number;
  /** Registers whose words are outdated in samples that hit user mode: the kernel had no reason to save them. */
  readonly staleInUserMode: readonly number[];
  /** The caller's stack pointer is CFA plus this. */
  readonly callerStackPointerFromCfa: number;
  /** Keeps the address bits of a return address's high word; the rest may be a pointer authentication code. */
  readonly returnAddressHighMask: number;
  /** perf records the link register with chains of frame pointers, which miss the caller of a leaf function. */
  readonly recordsLeafCaller: boolean;
  readonly kernelRules: KernelRules;
  readonly withoutTables: CodeWithoutTables;
  /** The same as libdw (elfutils 0.196) does it, and so perf. */
  readonly withoutTablesByLibdw: CodeWithoutTables;
  /** Whether instructions do nothing any more but pop registers and return, without rows that say so. */
  readonly onlyReturns: (code: Uint8Array) => boolean;
  /** How its kernel's 32-bit programs are unwound; undefined where it runs none, or that cannot be done here. */
  readonly of32BitPrograms: Architecture | undefined;
}

/** How frames are left whose code no table covers. */
export interface CodeWithoutTables {
  /** Moves a frame to its caller by the chain of frames on the stack; false at its end. Says of code that was interrupted that it is exact. */
  readonly guessCaller: (frame: FrameState, memory: StackMemory) => boolean;
  /**
   * The row of a signal trampoline, or other code that is told by its instructions; undefined for the rest.
   * @param svma that is looked up: an instruction, or the byte before the first of a trampoline that a handler returns to
   */
  readonly findTrampolineRow: (svma: number, readCode: CodeReader) => RegisterRow | undefined;
}

/** What the kernel's SFrame code knows of an architecture (kernel-rules/). */
export interface KernelRules {
  /** SFRAME_ABI_* of the sections that it reads. */
  readonly sframeAbi: number;
  /** DWARF numbers below this one are registers that rules may name. */
  readonly registerCount: number;
  /** It follows frame pointers where there is no SFrame row. */
  readonly walksFramePointers: boolean;
}

/** Bytes of code at an svma; undefined where the binary does not have them all. */
export type CodeReader = (svma: number, sizeBytes: number) => DataView | undefined;
