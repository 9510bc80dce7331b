/**
 * In how many samples of a recording each function was running (self), was on the stack (total), and called another
 * (edges), and what those samples weigh together: what two recordings are compared by. A function is a name in a binary's base name, so that builds in
 * different folders compare.
 */

import type { RecordedEvent } from '../../../parser';
import { UserPart, type Callchain, type Thread } from '../../../unwinder';
import type { Session } from '../../../profile';
import { RecordedFrames } from '../methods/recorded-frames';

/** Of frames that no symbol covers. */
export const UNKNOWN_SYMBOL = '[unknown]';

export interface FunctionName {
  readonly binary: string;
  readonly symbol: string;
}

/** Functions of both recordings, each once. */
export class FunctionTable {
  readonly names: FunctionName[] = [];
  private readonly ids = new Map<string, number>();

  intern(binary: string, symbol: string): number {
    const base = binary.slice(binary.lastIndexOf('/') + 1);
    const key = `${base}\0${symbol}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.names.length;
      this.ids.set(key, id);
      this.names.push({ binary: base, symbol });
    }
    return id;
  }
}

/** Counts of one event. By function id; edges by caller and callee. */
export class FunctionSamples {
  samples = 0;
  /** Sum of the weights of all samples, and of their squares. */
  weight = 0;
  squaredWeights = 0;
  readonly self: number[] = [];
  readonly total: number[] = [];
  readonly selfWeight: number[] = [];
  readonly totalWeight: number[] = [];
  /** By callee: samples by caller. */
  readonly callers: (Map<number, number> | undefined)[] = [];

  constructor(readonly event: RecordedEvent) {}

  /** Gives functions other ids, which nothing is counted under yet. */
  rename(ids: ReadonlyMap<number, number>): void {
    for (const [from, to] of ids) {
      for (const counts of [this.self, this.total, this.selfWeight, this.totalWeight]) {
        counts[to] = counts[from] ?? 0;
        counts[from] = 0;
      }
      this.callers[to] = this.callers[from];
      this.callers[from] = undefined;
    }
    this.callers.forEach((callers, callee) => {
      if (!callers) return;
      this.callers[callee] = new Map(
        [...callers].map(([caller, samples]) => [ids.get(caller) ?? caller, samples]),
      );
    });
  }
}

export class FunctionSampleCounter {
  readonly byEvent: FunctionSamples[] = [];
  private readonly functionOfFrame: number[] = [];
  private readonly recordedFrames: RecordedFrames;
  /** The functions of the sample at hand, innermost first, and those that were counted already. */
  private readonly stack: number[] = [];
  private readonly seen = new Set<number>();
  private readonly seenEdges = new Set<number>();

  constructor(
    private readonly session: Session,
    private readonly table: FunctionTable,
  ) {
    this.recordedFrames = new RecordedFrames(session);
  }

  /** Counts a sample of an event by its stack. One without stack counts for no function. */
  addSample(event: RecordedEvent, thread: Thread, chain: Callchain, weight: number): void {
    const counts = (this.byEvent[event.index] ??= new FunctionSamples(event));
    counts.samples++;
    counts.weight += weight;
    counts.squaredWeights += weight * weight;
    if (chain.count === 0) return;
    this.readStack(chain, thread);
    const { stack, seen, seenEdges } = this;
    addTo(counts.self, stack[0], 1);
    addTo(counts.selfWeight, stack[0], weight);
    seen.clear();
    seenEdges.clear();
    for (let i = 0; i < stack.length; i++) {
      const id = stack[i];
      // A recursive function is on the stack once, whatever its depth; so is a call.
      if (!seen.has(id)) {
        seen.add(id);
        addTo(counts.total, id, 1);
        addTo(counts.totalWeight, id, weight);
      }
      if (i + 1 === stack.length) break;
      const caller = stack[i + 1];
      const edge = id * 2 ** 26 + caller;
      if (seenEdges.has(edge)) continue;
      seenEdges.add(edge);
      const callers = (counts.callers[id] ??= new Map());
      callers.set(caller, (callers.get(caller) ?? 0) + 1);
    }
  }

  /** The event with most samples. */
  get mainEvent(): FunctionSamples | undefined {
    return this.byEvent.reduce<FunctionSamples | undefined>(
      (most, counts) => (most === undefined || counts.samples > most.samples ? counts : most),
      undefined,
    );
  }

  private readStack(chain: Callchain, thread: Thread): void {
    const { stack, recordedFrames } = this;
    stack.length = 0;
    let wasKernel: boolean | undefined;
    for (let i = 0; i < chain.count; i++) {
      const frame = chain.frames[i];
      const isKernel = recordedFrames.isKernel(frame);
      // The first frame of the kernel's and of the user's part is where it was interrupted, all others are callers.
      const isCaller = isKernel === wasKernel;
      wasKernel = isKernel;
      const isReturnAddress = isCaller && (isKernel || chain.userPart !== UserPart.Unwound);
      stack.push(this.functionOf(isReturnAddress ? recordedFrames.callOf(frame, thread) : frame));
    }
  }

  private functionOf(frame: number): number {
    const known = this.functionOfFrame[frame];
    if (known !== undefined) return known;
    const { binary, symbol = UNKNOWN_SYMBOL } = this.session.names.resolve(frame);
    return (this.functionOfFrame[frame] = this.table.intern(binary, symbol));
  }
}

function addTo(sums: number[], id: number, value: number): void {
  sums[id] = (sums[id] ?? 0) + value;
}
