/**
 * Profiles for tests, written as texts: "main;work;leaf" is a stack, outermost function first. "libm!sin" is a function
 * of another binary, "?12f0" an address without symbol, "main>inlined" a function with another inlined into it, all in
 * one frame.
 */

import { PERF_RECORD_MISC_USER } from '../../../parser';
import { FrameTable, MappingTable, Thread, type AddressSpace } from '../../../unwinder';
import { LocationTable, type FrameNaming, type LocationName } from '../location-table';
import { Profile, type ProfileLimits } from '../profile';

export interface MadeSample {
  readonly stack: string;
  readonly comm?: string;
  readonly tid?: number;
  readonly event?: number;
  readonly period?: number;
  readonly cpumode?: number;
}

const FUNCTION_SIZE = 0x100;
const LOAD_ADDRESS = 0x10_0000;

export class MadeProfile implements FrameNaming {
  readonly frames = new FrameTable();
  readonly mappings = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  readonly profile: Profile;
  readonly locations = new LocationTable(this.frames, this.mappings, this, {
    grain: 'function',
    showsFullPaths: false,
  });
  private readonly functions: string[] = [];
  private readonly threads = new Map<string, Thread>();
  private readonly names: LocationName[][] = [];

  constructor(samples: readonly MadeSample[], limits?: ProfileLimits) {
    this.profile = new Profile(false, this.frames, limits);
    for (const sample of samples) this.add(sample);
  }

  add(sample: MadeSample): void {
    const words = sample.stack === '' ? [] : sample.stack.split(';');
    const frames = Int32Array.from(words.reverse(), (word) => this.frameOf(word));
    const { event = 0, period = 1, cpumode = PERF_RECORD_MISC_USER } = sample;
    const frame = frames[0] ?? this.frameOf('?0');
    this.profile.add(
      { event, cpu: 0, cpumode, frame, period, latency: 0, details: [] },
      this.threadOf(sample),
      frames,
      frames.length,
    );
  }

  resolveOnce(frame: number): LocationName {
    return this.names[frame].at(-1)!;
  }

  expandOnce(frame: number): readonly LocationName[] {
    return this.names[frame];
  }

  positionOf(): undefined {
    return undefined;
  }

  disassemblyAddressOf(frame: number): number {
    return this.frames.addressLow[frame];
  }

  /** The frame that a word of a stack stands for. */
  frameOf(word: string): number {
    if (word.startsWith('?')) {
      const frame = this.frames.intern(-1, parseInt(word.slice(1), 16), 0);
      this.names[frame] = [{ symbol: undefined, symbolOffset: 0 }];
      return frame;
    }
    const [outer, ...inlined] = word.split('>');
    const [binary, name] = outer.includes('!') ? outer.split('!') : ['program', outer];
    const module = this.mappings.internModule(`/bin/${binary}`, undefined, false);
    const mapping = this.mappings.internMapping(module, LOAD_ADDRESS);
    // Each place that has other functions inlined is an address of its own.
    const symbolOffset = inlined.length === 0 ? 0 : 1 + this.indexOf(word);
    const start = (1 + this.indexOf(outer)) * FUNCTION_SIZE;
    const frame = this.frames.intern(mapping.index, LOAD_ADDRESS + start + symbolOffset, 0);
    this.names[frame] = [
      ...inlined.reverse().map((symbol) => ({ symbol, symbolOffset, isInlined: true })),
      { symbol: name, symbolOffset },
    ];
    return frame;
  }

  private indexOf(word: string): number {
    const index = this.functions.indexOf(word);
    return index >= 0 ? index : this.functions.push(word) - 1;
  }

  private threadOf({ comm = 'made', tid = 1 }: MadeSample): Thread {
    const key = `${tid} ${comm}`;
    let thread = this.threads.get(key);
    if (!thread) {
      thread = new Thread(tid, tid, {} as AddressSpace);
      thread.comm = comm;
      this.threads.set(key, thread);
    }
    return thread;
  }
}
