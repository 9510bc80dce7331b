/** What a session is asked to do, and what it hands on. */

import type {
  BinaryFileSystem,
  DeferredCallchain,
  RecordPlace,
  RecordedEvent,
  Recording,
  Sample,
} from '../../parser';
import type { ProcessRoot, SearchPlaces } from '../../symbolizer';
import type { AnswerStore } from '../answers/known-answers';
import type { SFrameReader, Callchain, Thread, UnwindMethod } from '../../unwinder';
import type { SessionBehaviours } from './behaviours';
import type { FilterOptions } from './samples/sample-filter';

/** How a stack's user part is found: unwound by a method, or as the kernel recorded it. */
export type UnwindChoice = UnwindMethod | 'recorded';

/** What a session asks of the machine that it runs on; in a browser there is little to ask. */
export interface Host {
  /** Where binaries, debug files and lists of generated code are read. */
  readonly files: BinaryFileSystem;
  /** Whether a recording was made under the kernel that runs here now. */
  isRecordedHere(recording: Recording, kernelBuildId: Uint8Array | undefined): boolean;
  /** Root and own number of a recorded process that still runs here, in a container; asked only of a recording made here. */
  runningContainer?(pid: number, recording: Recording): ProcessRoot | undefined;
  /** Where what was found out of binaries is kept for later runs. */
  readonly answers?: AnswerStore;
}

export interface SessionOptions {
  readonly unwind: UnwindChoice;
  /** What is done in more than one way. */
  readonly behaviours: SessionBehaviours;
  /** Whether user stacks are unwound by the rules of the kernel's SFrame code, whatever {@link unwind} says. */
  readonly kernelRules?: boolean;
  /** Told in a line what the kernel's rules refuse. */
  readonly onKernelEvent?: (line: string) => void;
  /** Gives the SFrame sections of binaries where they are not to be those that the files hold (sframe's synthesizeSFrame). */
  readonly readSFrame?: SFrameReader;
  readonly maxStack: number;
  /** Whether deferred callchains are joined to their samples, rather than shown by themselves. */
  readonly mergesDeferred: boolean;
  readonly inlines: boolean;
  /** Whether samples of threads that have ended still find their names, as in `perf report` but not in `perf script`. */
  readonly keepsExitedThreads?: boolean;
  /** Whether of a recorded chain that is too long the outermost frames are kept, not the innermost. */
  readonly keepsOutermost?: boolean;
  /** Whether stacks are of no interest: samples come without, and nothing is unwound. */
  readonly skipsStacks?: boolean;
  /** Whether what is counted is the time that threads are away from their CPUs: see off-cpu/off-cpu.ts. */
  readonly offCpu?: boolean;
  /** Files with kernel symbols. */
  readonly kallsyms?: string;
  readonly vmlinux?: string;
  readonly places: SearchPlaces;
  readonly filter: FilterOptions;
  /** Told now and then how much of the recording is read; its size is not known of what comes through a pipe. */
  readonly onProgress?: (readBytes: number, totalBytes: number | undefined, samples: number) => void;
  /** Whether damage of any part of the input is a failure. */
  readonly isStrict: boolean;
  /** Whether to say nothing but errors. */
  readonly isQuiet?: boolean;
  /** Whether to say how stacks were unwound. */
  readonly isVerbose: boolean;
}

/**
 * What a command does with a sample. The sample, its thread and the chain are reused after the call.
 * @param isHidden the filters leave it out, but totals count it; its chain is empty
 */
export type SampleVisitor = (
  sample: Sample,
  event: RecordedEvent,
  thread: Thread,
  chain: Callchain,
  isHidden: boolean,
) => void;

/**
 * What a command does with a deferred callchain that is not joined. Of `trailer` only thread, time, cpu and event
 * are set.
 */
export type DeferredVisitor = (
  trailer: Sample,
  event: RecordedEvent,
  thread: Thread,
  callchain: DeferredCallchain,
  chain: Callchain,
) => void;

/** What a command does with a record that is not a sample, after it took effect (EXIT: before, while the thread is known). */
export type RecordVisitor = (place: RecordPlace) => void;

export interface OtherVisitors {
  readonly deferred?: DeferredVisitor;
  readonly record?: RecordVisitor;
  /** Records come as they stand in the file, not in the order of their times. */
  readonly inFileOrder?: boolean;
  /** Samples that stand for several counters come once, as they were recorded, not once for each counter. */
  readonly keepsGroups?: boolean;
}
