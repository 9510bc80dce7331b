/**
 * Deferred callchains (PERF_RECORD_CALLCHAIN_DEFERRED, Linux 6.19 and later): a sample's recorded callchain ends in
 * PERF_CONTEXT_USER_DEFERRED and a 64-bit cookie; its user part follows in a record of its own, written when the
 * thread returns to user mode. Samples wait here for it.
 *
 *   sample   tid 7   … -640 cookie A ──┐ waits
 *   sample   tid 7   … -640 cookie A ──┤ waits
 *   deferred tid 7   cookie A, ips ────┴─► both delivered, joined
 *   sample   tid 7   … -640 cookie A ────► late: taken after the record was written, in the same kernel entry.
 *                                          The record that has come already is its own too.
 *
 * Both kinds are matched by (tid, cookie), never by event: with `-a` the records come from another event than the
 * samples. Records and samples must be given in the order of their times.
 *
 * A sample is given up as soon as no record can come for it: when one with another cookie comes for its thread
 * (cookies are counted up, so its own was lost), when the thread exits, and at the end.
 *
 * perf 7.2 (tools/perf/util/session.c) delivers at the same moments, but does not know late samples: they wait for
 * the next record, which has another cookie; and it holds samples of exited threads to the end (`JoinOrder`).
 */

import type { RecordPlace } from './records';
import { highWord, lowWord, size64 } from './sample-layout';

/** The user part of a stack, as a CALLCHAIN_DEFERRED record holds it. */
export interface DeferredCallchain {
  readonly cookieLow: number;
  readonly cookieHigh: number;
  readonly view: DataView;
  readonly littleEndian: boolean;
  /** Offset in `view` of the first address; no markers are among them. */
  readonly offset: number;
  readonly count: number;
}

/** What became of a sample that waited. */
export enum DeferredOutcome {
  Joined,
  /** Joined with a record that had come before it. */
  JoinedLate,
  /** Another record of the thread came first. */
  Overtaken,
  /** The thread exited. */
  ThreadExited,
  /** The recording ended. */
  RecordingEnded,
  /** Too many samples wait: the oldest are given up, so that a damaged recording cannot take all memory. */
  TooManyWaiting,
}

export type DeferredDelivery<Context> = (
  sample: RecordPlace,
  context: Context,
  outcome: DeferredOutcome,
  callchain: DeferredCallchain | undefined,
) => void;

/** A recording at 4000 Hz of threads that stay in the kernel for a minute needs a quarter of this. */
const MOST_WAITING_BYTES = 256 * 1024 * 1024;

interface WaitingSample<Context> {
  readonly place: RecordPlace;
  readonly tid: number;
  readonly cookieLow: number;
  readonly cookieHigh: number;
  readonly context: Context;
}

/** Decodes a CALLCHAIN_DEFERRED record: header 8 | cookie u64 | nr u64 | ips. Undefined where it is damaged. */
export function findDeferredCallchain(
  place: RecordPlace,
  littleEndian: boolean,
): DeferredCallchain | undefined {
  const { view } = place.piece;
  const { start, sizeBytes } = place;
  if (sizeBytes < 24) return undefined;
  const count = size64(view, start + 16, littleEndian);
  if (count * 8 > sizeBytes - 24) return undefined;
  return {
    cookieLow: lowWord(view, start + 8, littleEndian),
    cookieHigh: highWord(view, start + 8, littleEndian),
    view,
    littleEndian,
    offset: start + 24,
    count,
  };
}

/**
 * Which of a sample and its record may come first. 'either': also the record, and a sample is given up when its thread exits.
 * 'forward': the sample alone, and it waits beyond the thread's exit (perf).
 */
export type JoinOrder = 'either' | 'forward';

/** @typeParam Context what the caller wants to know again when the sample is delivered */
export class DeferredSamples<Context> {
  /** In order of arrival. */
  private readonly waiting = new Set<WaitingSample<Context>>();
  private readonly waitingOfThread = new Map<number, WaitingSample<Context>[]>();
  private readonly lastOfThread = new Map<number, DeferredCallchain>();
  private waitingBytes = 0;

  constructor(
    private readonly order: JoinOrder,
    private readonly deliver: DeferredDelivery<Context>,
    private readonly mostWaitingBytes = MOST_WAITING_BYTES,
  ) {}

  /** Samples that wait. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** A sample whose callchain ends in a cookie. Delivers it at once where its record has come already. */
  addSample(place: RecordPlace, tid: number, cookieLow: number, cookieHigh: number, context: Context): void {
    const last = this.lastOfThread.get(tid);
    if (last && last.cookieLow === cookieLow && last.cookieHigh === cookieHigh) {
      this.deliver(place, context, DeferredOutcome.JoinedLate, last);
      return;
    }
    const sample = { place: place.copy(), tid, cookieLow, cookieHigh, context };
    this.waiting.add(sample);
    const ofThread = this.waitingOfThread.get(tid);
    if (ofThread) ofThread.push(sample);
    else this.waitingOfThread.set(tid, [sample]);
    this.waitingBytes += place.sizeBytes;
    if (this.waitingBytes > this.mostWaitingBytes) this.giveUpOldest();
  }

  /** A CALLCHAIN_DEFERRED record of a thread: delivers all samples of that thread that wait. */
  addCallchain(tid: number, callchain: DeferredCallchain): void {
    for (const sample of this.takeThread(tid)) {
      const isOurs = sample.cookieLow === callchain.cookieLow && sample.cookieHigh === callchain.cookieHigh;
      if (isOurs) this.deliver(sample.place, sample.context, DeferredOutcome.Joined, callchain);
      else this.deliver(sample.place, sample.context, DeferredOutcome.Overtaken, undefined);
    }
    if (this.order === 'either') this.lastOfThread.set(tid, copyCallchain(callchain));
  }

  /** EXIT of a thread. */
  endThread(tid: number): void {
    if (this.order === 'forward') return;
    this.lastOfThread.delete(tid);
    for (const { place, context } of this.takeThread(tid)) {
      this.deliver(place, context, DeferredOutcome.ThreadExited, undefined);
    }
  }

  /** End of the recording: delivers everything, in order of arrival. */
  finish(): void {
    for (const { place, context } of this.waiting) {
      this.deliver(place, context, DeferredOutcome.RecordingEnded, undefined);
    }
    this.waiting.clear();
    this.waitingOfThread.clear();
    this.waitingBytes = 0;
  }

  private takeThread(tid: number): readonly WaitingSample<Context>[] {
    const samples = this.waitingOfThread.get(tid);
    if (!samples) return [];
    this.waitingOfThread.delete(tid);
    for (const sample of samples) this.forget(sample);
    return samples;
  }

  private forget(sample: WaitingSample<Context>): void {
    this.waiting.delete(sample);
    this.waitingBytes -= sample.place.sizeBytes;
  }

  /** Delivers the older half. */
  private giveUpOldest(): void {
    for (const sample of this.waiting) {
      if (this.waitingBytes <= this.mostWaitingBytes / 2) break;
      this.forget(sample);
      const ofThread = this.waitingOfThread.get(sample.tid)!;
      ofThread.shift();
      if (ofThread.length === 0) this.waitingOfThread.delete(sample.tid);
      this.deliver(sample.place, sample.context, DeferredOutcome.TooManyWaiting, undefined);
    }
  }
}

/** A copy that does not keep the record's piece alive. */
function copyCallchain(callchain: DeferredCallchain): DeferredCallchain {
  const { view, offset, count } = callchain;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, count * 8).slice();
  return { ...callchain, view: new DataView(bytes.buffer), offset: 0 };
}
