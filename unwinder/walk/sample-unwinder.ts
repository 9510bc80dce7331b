/** What turns a sample's registers and stack copy into frames. */

import type { Sample } from '../../parser';
import type { AddressSpace } from '../process/address-space';
import type { SampleRegisters } from '../sample/sample-registers';
import type { StopReason } from './stop-reason';

export interface SampleUnwinder {
  /** Frames of the sample that was unwound last, innermost first; the first {@link count} count. */
  readonly frames: Int32Array;
  readonly count: number;
  readonly stopReason: StopReason;
  readonly counters: UnwindCounters;
  /** Unwinds a sample of a process; the result is in {@link frames}, {@link count} and {@link stopReason}. */
  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void;
}

/** What an unwinder did, for `-v` and for tests. */
export interface UnwindCounters {
  /** Frames by the table that told how to unwind them, by RowSource. */
  readonly framesBySource: Float64Array;
  /** Frames that took the general path. */
  generalFrames: number;
  /** Samples that were started anew in full mode. */
  restartedSamples: number;
  /** Addresses for which a rule had to be made. */
  cacheMisses: number;
  /** Samples by StopReason. */
  readonly stops: Float64Array;
}

/** Counters at zero. */
export function createCounters(): UnwindCounters {
  return {
    framesBySource: new Float64Array(8),
    generalFrames: 0,
    restartedSamples: 0,
    cacheMisses: 0,
    stops: new Float64Array(16),
  };
}
