/** What became of every sample of a recording, and which records told nothing that is used: nothing is left out unsaid. */

import { RecordType, recordTypeName, type Recording } from '../../parser';
import type { StackFacts } from './stack-facts';

/** Types of records that a session uses, or that only say how the recording was written. */
const usedTypes = new Set<number>([
  RecordType.MMAP,
  RecordType.MMAP2,
  RecordType.COMM,
  RecordType.FORK,
  RecordType.EXIT,
  RecordType.SAMPLE,
  RecordType.LOST,
  RecordType.LOST_SAMPLES,
  RecordType.KSYMBOL,
  RecordType.CGROUP,
  RecordType.CALLCHAIN_DEFERRED,
  RecordType.HEADER_ATTR,
  RecordType.HEADER_TRACING_DATA,
  RecordType.HEADER_BUILD_ID,
  RecordType.HEADER_FEATURE,
  RecordType.EVENT_UPDATE,
  RecordType.COMPRESSED,
  RecordType.COMPRESSED2,
  RecordType.FINISHED_ROUND,
  RecordType.FINISHED_INIT,
]);

export interface SkippedRecords {
  /** As perf calls the type: "THROTTLE"; "type 99" where it is not known. */
  readonly name: string;
  readonly count: number;
}

export class SampleAccounting {
  constructor(
    private readonly recording: Recording,
    private readonly stacks: StackFacts,
  ) {}

  /** Samples that were handed on. */
  get shown(): number {
    return this.stacks.samples;
  }

  /** Samples that filters left out, whether totals count them or not. */
  get filtered(): number {
    return this.stacks.filteredOut;
  }

  /** Samples that were read. */
  get read(): number {
    return this.recording.recordCounts.get(RecordType.SAMPLE) ?? 0;
  }

  /** Samples that are damaged, or of no event that the recording describes. */
  get skipped(): number {
    return this.stacks.skipped;
  }

  /** Samples whose fate is known. */
  get accounted(): number {
    return this.shown + this.filtered + this.skipped;
  }

  /** Records of types that say nothing that is used for samples and their stacks, in order of their numbers. */
  get skippedRecords(): readonly SkippedRecords[] {
    return [...this.recording.recordCounts]
      .filter(([type]) => !usedTypes.has(type))
      .sort(([a], [b]) => a - b)
      .map(([type, count]) => ({ name: recordTypeName(type), count }));
  }
}
