/**
 * Deferred callchains in a session: which samples wait for the user part of their stack, what their thread was called
 * when they were taken, and how many never got it.
 */

import {
  DeferredOutcome,
  DeferredSamples,
  hasFlag,
  highWord,
  lowWord,
  PERF_CONTEXT_USER_DEFERRED,
  type DeferredCallchain,
  type JoinOrder,
  type RecordedEvent,
  type RecordPlace,
  type Sample,
} from '../../../parser';
import type { Thread } from '../../../unwinder';
import type { Diagnostics } from '../diagnostics';

/** What is known of a sample's thread when the sample was taken; its mappings go on changing until it is joined. */
export interface ThreadThen {
  readonly thread: Thread;
  readonly comm: string | undefined;
}

/** Gets a sample that waited, and the user part of its stack where that came. */
export type JoinedVisitor = (
  place: RecordPlace,
  then: ThreadThen,
  outcome: DeferredOutcome,
  callchain: DeferredCallchain | undefined,
) => void;

const reasons: Partial<Record<DeferredOutcome, string>> = {
  [DeferredOutcome.Overtaken]: 'its record was lost',
  [DeferredOutcome.ThreadExited]: 'the thread exited first',
  [DeferredOutcome.RecordingEnded]: 'the recording ended first',
  [DeferredOutcome.TooManyWaiting]: 'too many samples waited',
};

export class DeferredChains {
  readonly samples: DeferredSamples<ThreadThen>;

  constructor(order: JoinOrder, diagnostics: Diagnostics, visit: JoinedVisitor) {
    this.samples = new DeferredSamples(order, (place, then, outcome, callchain) => {
      const reason = reasons[outcome];
      if (reason !== undefined) {
        diagnostics.add(
          'deferred',
          'samples are without their user stack: the deferred callchain that belongs to them is not in the recording',
          `sample of thread ${then.thread.tid} at file offset 0x${place.fileOffset.toString(16)}: ${reason}`,
        );
      }
      visit(place, then, outcome, callchain);
    });
  }
}

/** Offset in the sample's view of the cookie that ends its callchain, or -1 where it ends in none. */
export function findCookie(sample: Sample, event: RecordedEvent): number {
  const { view, littleEndian, callchainOffset, callchainCount } = sample;
  if (callchainCount < 2 || !hasFlag(event.attr, 'defer_callchain')) return -1;
  const cookie = callchainOffset + (callchainCount - 1) * 8;
  const isDeferred =
    (lowWord(view, cookie - 8, littleEndian) | 0) === PERF_CONTEXT_USER_DEFERRED &&
    (highWord(view, cookie - 8, littleEndian) | 0) === -1;
  return isDeferred ? cookie : -1;
}
