/** What a run counts of its stacks, to say why they are short and how to record better. */

import { PERF_SAMPLE_CALLCHAIN, PERF_SAMPLE_STACK_USER, type RecordedEvent } from '../../parser';
import { type Callchain, UserPart } from '../../unwinder';
import { StackSizes } from './stack-sizes';

export class StackFacts {
  /** Samples that were handed on. */
  samples = 0;
  /** Samples that filters left out. */
  filteredOut = 0;
  /** Samples that are damaged, or of no event that the recording describes. */
  skipped = 0;
  /** Samples of events that record neither callchains nor stack copies. */
  withoutStack = 0;
  /** Samples whose user part the kernel recorded as a callchain. */
  recorded = 0;
  /** Those of them that consist of the sampled address alone. */
  recordedAlone = 0;
  /** Of samples that were unwound here: how large their stack copies should have been. */
  readonly sizes = new StackSizes();

  /** Counts a sample with its stack. */
  addSample({ attr }: RecordedEvent, { userPart, count }: Callchain): void {
    this.samples++;
    if ((attr.sampleType & (PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_STACK_USER)) === 0) this.withoutStack++;
    if (userPart !== UserPart.Recorded && userPart !== UserPart.Deferred) return;
    this.recorded++;
    if (count === 1) this.recordedAlone++;
  }
}
