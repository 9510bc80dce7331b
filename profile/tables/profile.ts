/**
 * A recording's samples, aggregated: the tables that report, fold and every export are views of.
 *
 *   SampleTable  event, thread, frame, stack ──► number of samples, period
 *                         │       │      │
 *                  ThreadStates   │   StackTable  (parent stack, frame); parents before children
 *                                 └──────┴─► FrameTable  (mapping, address)  ──► names, when something is printed
 *
 * Memory grows with distinct stacks, not with samples. Per sample nothing is named, formatted or allocated.
 */

import {
  EMPTY_STACK,
  FURTHER_FRAMES,
  NO_STACK,
  StackTable,
  type FrameTable,
  type Thread,
} from '../../unwinder';
import { SampleTable, type SampleKey } from './sample-table';
import { ThreadStates } from './thread-states';
import { DetailTable, FURTHER_DETAILS, type SampleDetail } from './sample-details';

/** What a profile takes from one sample; the caller reuses the object. */
export interface ProfiledSample {
  readonly event: number;
  readonly cpu: number;
  readonly cpumode: number;
  /** The frame of the sampled instruction pointer. */
  readonly frame: number;
  readonly period: number;
  /** The period in thousandths, divided by the number of threads that ran; 0 where that is not known. */
  readonly latency: number;
  /** Values by which samples are told apart besides; empty for none. */
  readonly details: readonly SampleDetail[];
}

/** Sums over the samples of an event that filters leave out. */
export interface HiddenSamples {
  samples: number;
  period: number;
  latency: number;
}

/** What is told apart, so that a recording of nothing but different stacks does not take all memory. */
export interface ProfileLimits {
  /** A frame, with its hashes, its location and what views keep of it, takes up to 200 bytes. */
  readonly frames: number;
  /** A stack, with the nodes that views make of it, takes up to 100. */
  readonly stacks: number;
}

/** Ten times what the largest recordings of real programs have. */
const USUAL_LIMITS: ProfileLimits = { frames: 1 << 20, stacks: 1 << 21 };

export class Profile {
  readonly stacks = new StackTable();
  readonly threads = new ThreadStates();
  readonly details = new DetailTable();
  samples = new SampleTable();
  /** By event, the samples that filters leave out; totals count them. */
  readonly hidden = new Map<number, HiddenSamples>();
  /** Samples, or branches, that are in no row since there are too many different details. */
  furtherSamples = 0;
  /** The sample before: its frames, outermost first, and the stack that each ends. */
  private lastFrames = new Int32Array(512);
  private lastStacks = new Int32Array(512);
  private lastDepth = 0;
  private readonly key: SampleKey = {
    event: 0,
    thread: 0,
    cpu: -1,
    cpumode: 0,
    frame: -1,
    stack: -1,
    detail: -1,
  };

  /**
   * @param tellsCpus whether samples of different processors are kept apart
   * @param frames those that stacks are made of, which get the limit
   */
  constructor(
    private readonly tellsCpus: boolean,
    private readonly frames: FrameTable,
    private readonly limits = USUAL_LIMITS,
  ) {
    frames.most = limits.frames;
  }

  /**
   * Adds a sample; returns its row of the sample table. -1 where there are too many different details: it counts as hidden then.
   * @param frames its stack, innermost first; the first `depth` count
   */
  add(sample: ProfiledSample, thread: Thread, frames: Int32Array, depth: number): number {
    const { key } = this;
    key.event = sample.event;
    key.thread = this.threads.intern(thread);
    key.cpu = this.tellsCpus ? sample.cpu : -1;
    key.cpumode = sample.cpumode;
    key.frame = sample.frame;
    key.stack = this.internStack(frames, depth);
    key.detail = sample.details.length === 0 ? -1 : this.details.intern(sample.details);
    if (key.detail === FURTHER_DETAILS) {
      this.furtherSamples++;
      this.addHidden(sample.event, sample.period, sample.latency);
      return -1;
    }
    return this.samples.add(key, 1, sample.period, sample.latency);
  }

  /** Counts a sample that a filter leaves out. */
  addHidden(event: number, period: number, latency: number): void {
    const hidden = this.hidden.get(event) ?? { samples: 0, period: 0, latency: 0 };
    hidden.samples++;
    hidden.period += period;
    hidden.latency += latency;
    this.hidden.set(event, hidden);
  }

  /** Samples with a frame that stands for all that came when there were too many frames or stacks. */
  countSamplesOfFurther(): number {
    const { stacks, samples, frames } = this;
    const isFurther = (frame: number): boolean => frames.mapping[frame] === FURTHER_FRAMES;
    const holdsFurther = new Uint8Array(stacks.count);
    for (let stack = 0; stack < stacks.count; stack++)
      holdsFurther[stack] = isFurther(stacks.frame[stack]) ? 1 : (holdsFurther[stacks.parent[stack]] ?? 0);
    let count = 0;
    for (let row = 0; row < samples.count; row++)
      if (holdsFurther[samples.stack[row]] === 1 || isFurther(samples.frame[row]))
        count += samples.samples[row];
    return count;
  }

  /** Stacks of neighbouring samples mostly begin alike: what they share is not looked up again. */
  private internStack(frames: Int32Array, depth: number): number {
    if (depth > this.lastFrames.length) {
      this.lastFrames = new Int32Array(depth * 2);
      this.lastStacks = new Int32Array(depth * 2);
      this.lastDepth = 0;
    }
    const { lastFrames, lastStacks, stacks } = this;
    const comparable = Math.min(depth, this.lastDepth);
    let level = 0;
    while (level < comparable && lastFrames[level] === frames[depth - 1 - level]) level++;
    let stack = level > 0 ? lastStacks[level - 1] : EMPTY_STACK;
    for (; level < depth; level++) {
      const frame = frames[depth - 1 - level];
      const isFull = stacks.count >= this.limits.stacks;
      stack = isFull ? stacks.find(stack, frame) : stacks.intern(stack, frame);
      if (stack === NO_STACK) {
        this.lastDepth = level;
        return stacks.intern(EMPTY_STACK, this.frames.intern(FURTHER_FRAMES, 0, 0));
      }
      lastFrames[level] = frame;
      lastStacks[level] = stack;
    }
    this.lastDepth = depth;
    return stack;
  }
}
