/**
 * What a recording is and how well it can be unwound: counted in one pass, binaries ranked by their share of samples.
 */

import {
  CfiTable,
  elf,
  ParseError,
  readSFrameSections,
  type ElfImage,
  type RecordedEvent,
} from '../../parser';
import type { LocatedBinary } from '../../symbolizer';
import type { Module, StopReason, Thread } from '../../unwinder';
import type { Session } from '../../profile';

export interface RecordingFacts {
  readonly samples: number;
  readonly samplesByEvent: readonly { readonly event: RecordedEvent; readonly samples: number }[];
  /** Seconds between the first and the last sample; undefined without times. */
  readonly durationSeconds: number | undefined;
  readonly processes: readonly { readonly comm: string; readonly pid: number; readonly samples: number }[];
  readonly threadCount: number;
  readonly lostSamples: number;
  /** Samples with a user stack that was unwound here, by why the stack ends. */
  readonly stops: readonly { readonly reason: StopReason; readonly samples: number }[];
  readonly unwoundSamples: number;
  readonly binaries: readonly BinaryFacts[];
}

export interface BinaryFacts {
  readonly module: Module;
  /** Samples taken in the binary. */
  readonly selfSamples: number;
  /** Samples with the binary anywhere in their stack. */
  readonly totalSamples: number;
  /** Undefined for the kernel. */
  readonly located: LocatedBinary | undefined;
  readonly tables: TableFacts | undefined;
}

/** What a binary's file has to unwind and name it with. */
export interface TableFacts {
  /** Version of the SFrame section, undefined without one. */
  readonly sframeVersion: number | undefined;
  readonly sframeFunctions: number;
  readonly ehFrameFunctions: number;
  readonly hasSymbols: boolean;
  readonly hasDebugInformation: boolean;
}

/** Reads a whole recording and gathers its facts. */
export function gatherFacts(session: Session): RecordingFacts {
  const counts = new FactCounts(session);
  session.run((sample, event, thread, chain, isHidden) => {
    if (isHidden) return;
    counts.addSample(event.index, thread);
    if (sample.hasTime) counts.addTime(session.recording.times.delta(sample.timeLow, sample.timeHigh));
    counts.addFrames(chain.frames, chain.count);
  });
  return counts.facts();
}

class FactCounts {
  private samples = 0;
  private readonly byEvent: number[] = [];
  /** Each with the thread whose sample came first, and what its first thread was called then, which gives a process its name. */
  private readonly processes = new Map<
    number,
    { thread: Thread; comm: string | undefined; pid: number; samples: number }
  >();
  private readonly threads = new Set<number>();
  private readonly self = new Map<Module, number>();
  private readonly total = new Map<Module, number>();
  private readonly seen = new Set<Module>();
  private firstTime = Infinity;
  private lastTime = -Infinity;

  constructor(private readonly session: Session) {}

  addSample(eventIndex: number, thread: Thread): void {
    const { pid, tid } = thread;
    this.samples++;
    this.byEvent[eventIndex] = (this.byEvent[eventIndex] ?? 0) + 1;
    this.threads.add(tid);
    let process = this.processes.get(pid);
    if (process === undefined) {
      const comm = this.session.processes.find(pid)?.comm ?? thread.comm;
      this.processes.set(pid, (process = { thread, comm, pid, samples: 0 }));
    }
    process.samples++;
  }

  addTime(time: number): void {
    this.firstTime = Math.min(this.firstTime, time);
    this.lastTime = Math.max(this.lastTime, time);
  }

  addFrames(frames: Int32Array, count: number): void {
    this.seen.clear();
    for (let i = 0; i < count; i++) {
      const mapping = this.session.mappings.mappings[this.session.frames.mapping[frames[i]]];
      if (mapping === undefined) continue;
      const { module } = mapping;
      if (i === 0) this.self.set(module, (this.self.get(module) ?? 0) + 1);
      if (this.seen.has(module)) continue;
      this.seen.add(module);
      this.total.set(module, (this.total.get(module) ?? 0) + 1);
    }
  }

  facts(): RecordingFacts {
    const { session } = this;
    const stops = [...(session.unwinding.unwinder?.counters.stops ?? [])]
      .map((samples, reason) => ({ reason: reason, samples }))
      .filter((stop) => stop.samples > 0)
      .sort((a, b) => b.samples - a.samples);
    return {
      samples: this.samples,
      samplesByEvent: session.recording.events.map((event) => ({
        event,
        samples: this.byEvent[event.index] ?? 0,
      })),
      durationSeconds: this.lastTime >= this.firstTime ? (this.lastTime - this.firstTime) / 1e9 : undefined,
      processes: [...this.processes.values()]
        .map(({ thread, comm, pid, samples }) => ({ comm: comm ?? thread.nameInTables, pid, samples }))
        .sort((a, b) => b.samples - a.samples),
      threadCount: this.threads.size,
      lostSamples: Math.max(session.lostSamples, session.lostRecords),
      stops,
      unwoundSamples: stops.reduce((sum, stop) => sum + stop.samples, 0),
      binaries: [...this.total.keys()].map((module) => this.binaryFacts(module)).sort(byShare),
    };
  }

  private binaryFacts(module: Module): BinaryFacts {
    const located = module.isKernel ? undefined : this.session.binaries.locate(module);
    return {
      module,
      selfSamples: this.self.get(module) ?? 0,
      totalSamples: this.total.get(module) ?? 0,
      located,
      tables: located?.image && tableFacts(located.image, located.debugImage),
    };
  }
}

function byShare(a: BinaryFacts, b: BinaryFacts): number {
  return b.totalSamples - a.totalSamples || b.selfSamples - a.selfSamples;
}

function tableFacts(image: ElfImage, debugImage: ElfImage | undefined): TableFacts {
  const sections = attempt(() => readSFrameSections(image).sections) ?? [];
  const files = debugImage ? [image, debugImage] : [image];
  const hasSection = (name: string): boolean =>
    files.some((file) =>
      file.sections.some((section) => section.name === name && section.type !== elf.SHT_NOBITS),
    );
  return {
    sframeVersion: sections[0]?.version,
    sframeFunctions: sections.reduce((sum, section) => sum + section.fdeCount, 0),
    ehFrameFunctions: attempt(() => CfiTable.fromEhFrame(image)?.fdeCount) ?? 0,
    hasSymbols: hasSection('.symtab'),
    hasDebugInformation: hasSection('.debug_info'),
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
