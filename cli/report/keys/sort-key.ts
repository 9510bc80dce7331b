/**
 * What a column of a report is. A key says what samples are counted by; a number says how much. Each is an object with all that
 * tables and texts ask of it, listed in index.ts: a forgotten member does not compile.
 */

import type { Branch, DetailOfSample, LocationTable, Profile, SampleDetail } from '../../../profile';
import type { FrameTable, Thread } from '../../../unwinder';
import type { HistogramEntry } from '../table/histogram';
import type { EntryFacts } from './entry-facts';

/** What keys look at. */
export interface SortContext {
  readonly profile: Profile;
  readonly locations: LocationTable;
  readonly frames: FrameTable;
  /** Whether a module is the kernel, or one of its own. */
  readonly isKernel: (module: number) => boolean;
  /** Bytes from the start of the symbol that covers a frame. */
  readonly symbolOffsetOf: (frame: number) => number;
  /** Whether what is counted are branches. */
  readonly countsBranches: boolean;
  /** Whether the cycles of a branch, 16 bits, are printed as a signed number. */
  readonly cyclesAreSigned: boolean;
  /** Keys whose values the profile keeps of each sample, in the order of the values. */
  readonly recordedKeys: readonly SortKey[];
  /** What each module is called in tables. */
  readonly moduleName: (module: number) => string | undefined;
  /** The symbol that --parent found for a row of the sample table. */
  readonly parentOfRow: (row: number) => string | undefined;
  /** The path of a cgroup, by its id in halves; undefined where no record named it. */
  readonly cgroupPath: (low: number, high: number) => string | undefined;
  /** Whether times are printed to the nanosecond. */
  readonly showsNanoseconds: boolean;
  /** What the first thread of a thread's process is called. */
  readonly processName: (thread: Thread) => string;
}

/** What the values of samples are read with. */
export interface DetailSources {
  /** The fields of a tracepoint as text; undefined where the event has none that can be read. */
  readonly formatTrace: DetailOfSample<string | undefined>;
  /** The branch that is being counted, where branches are: one object for all. */
  readonly branch: Branch;
  /** Whether what is counted are branches. */
  readonly countsBranches: boolean;
  /** The socket that a CPU sits in; -1 where the recording does not tell. */
  readonly socketOf: (cpu: number) => number;
  /** Times within a step of so many nanoseconds are the same. */
  readonly timeQuantumNs: bigint;
}

/** What tells entries apart, as a value that is equal for samples that count together. */
export type Telling =
  /** Of a thread under one name: `row` is any of its rows of the sample table. */
  | { readonly of: 'thread'; readonly value: (row: number, facts: EntryFacts) => string | number }
  /** Of a row of the sample table. */
  | { readonly of: 'row'; readonly value: (row: number, facts: EntryFacts) => string }
  /** Of a sample, which the profile does not keep unless a key asks for it. */
  | {
      readonly of: 'sample';
      readonly record: (sources: DetailSources) => DetailOfSample;
      /** What of the value counts; all of it where this is not given. */
      readonly value?: (detail: SampleDetail, facts: EntryFacts) => SampleDetail;
    }
  /** Of the code that was sampled, or that a chain passes through. */
  | { readonly of: 'code'; readonly value: (location: number, facts: EntryFacts) => string };

/** Negative where `a` comes first, 0 where the key does not tell them apart. */
export type EntryComparison = (a: HistogramEntry, b: HistogramEntry, facts: EntryFacts) => number;

/** A column that says what is counted. */
export interface SortKey {
  readonly heading: string;
  readonly tells: Telling;
  /** The order of entries. */
  readonly compare: EntryComparison;
  /** The order of lines that columns before this one leave equal, before {@link compare} decides; often the same. */
  readonly compareLines: EntryComparison;
  /**
   * The bytes that an entry's text needs; the heading is measured besides.
   * @param hasRoom columns are padded, as wide as fits, and no filter names binaries
   */
  readonly measure: (entry: HistogramEntry, facts: EntryFacts, hasRoom: boolean) => number;
  /** An entry's text in a column of a width. */
  readonly text: (entry: HistogramEntry, facts: EntryFacts, width: number) => string;
}

/** A column that says how much. */
export interface NumberKey {
  readonly heading: string;
  /** Least width, in characters. */
  readonly width: number;
  readonly value: (entry: HistogramEntry) => number;
  /** What the number is a percentage of; 'none' for numbers that are printed as they are. */
  readonly partOf: 'period' | 'latency' | 'none';
  /** Whether callees count, too. */
  readonly isTotal: boolean;
}
