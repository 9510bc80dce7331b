/**
 * One run over a recording: each sample gets its stack, waits for the deferred callchain that belongs to it, passes the
 * filters, and goes to the visitor; records between samples take effect.
 */

import {
  findDeferredCallchain,
  highWord,
  LimitError,
  lowWord,
  ParseError,
  parseTask,
  RecordType,
  SampleStatus,
  DeferredOutcome,
  type DeferredCallchain,
  type Recording,
  type RecordedEvent,
  type RecordPlace,
  type Sample,
} from '../../parser';
import { type ProcessTable, type StopReason, type Thread, UserPart } from '../../unwinder';
import type { MissingNames } from '../names/missing-names';
import { OffCpu, type KeptSample } from '../off-cpu/off-cpu';
import type { StackFacts } from '../stacks/stack-facts';
import type { Diagnostics } from './diagnostics';
import { CounterPeriods, isSplit } from './samples/counter-periods';
import { DeferredChains, findCookie, type ThreadThen } from './samples/deferred-chains';
import { FilterResult, type SampleFilter } from './samples/sample-filter';
import type { SampleStacks } from './samples/sample-stacks';
import type { OtherVisitors, SampleVisitor, SessionOptions } from './session-options';
import type { RecordEffects } from './state/record-effects';

/** What a run works with. */
export interface RunParts {
  readonly recording: Recording;
  readonly options: SessionOptions;
  readonly diagnostics: Diagnostics;
  readonly processes: ProcessTable;
  readonly effects: RecordEffects;
  readonly stacks: SampleStacks;
  readonly facts: StackFacts;
  readonly filter: SampleFilter;
  readonly missingNames: MissingNames;
}

/** Progress is reported once in so many records. */
const PROGRESS_MASK = 0xfff;

export class RecordingRun {
  private readonly recording: Recording;
  private readonly options: SessionOptions;
  private readonly diagnostics: Diagnostics;
  private readonly processes: ProcessTable;
  private readonly effects: RecordEffects;
  private readonly stacks: SampleStacks;
  private readonly facts: StackFacts;
  private readonly filter: SampleFilter;
  private readonly missingNames: MissingNames;
  /** Undefined where deferred callchains are not joined. */
  private readonly deferred: DeferredChains | undefined;
  private readonly counterPeriods: CounterPeriods;
  /** Undefined where samples weigh what they were recorded with. */
  private readonly offCpu: OffCpu | undefined;
  /** The stop reason of a sample that was kept, while it is visited. */
  private keptStop: { readonly reason: StopReason | undefined } | undefined;
  /** For the filter; made once, since a function for each sample would be garbage. */
  private readonly frameOfSample = (sample: Sample, thread: Thread): number =>
    this.stacks.frameOf(sample.cpumode, sample.ipLow, sample.ipHigh, thread);
  private recordCount = 0;

  constructor(
    parts: RunParts,
    private readonly visitSample: SampleVisitor,
    private readonly visitors: OtherVisitors,
  ) {
    const { recording, options, diagnostics } = parts;
    this.recording = recording;
    this.options = options;
    this.diagnostics = diagnostics;
    this.processes = parts.processes;
    this.effects = parts.effects;
    this.stacks = parts.stacks;
    this.facts = parts.facts;
    this.filter = parts.filter;
    this.missingNames = parts.missingNames;
    this.counterPeriods = new CounterPeriods(recording);
    if (options.mergesDeferred) {
      this.deferred = new DeferredChains(options.behaviours.deferred.order, diagnostics, (...joined) =>
        this.deliverJoined(...joined),
      );
    }
    if (options.offCpu) {
      const into = parts.stacks.another();
      this.offCpu = new OffCpu(recording, (kept, event, weightNs) => {
        this.deliverWeighed(kept, event, weightNs, into);
      });
    }
  }

  /** Reads the whole recording. What was wrong with it is in the diagnostics afterwards. */
  readAll(): void {
    const order = this.visitors.inFileOrder ? 'file' : 'time';
    const { problems } = this.recording.readRecords(order, (place) => {
      if ((++this.recordCount & PROGRESS_MASK) === 0) {
        this.options.onProgress?.(place.fileOffset, this.recording.sizeBytes, this.facts.samples);
      }
      const before = this.accountedSamples;
      try {
        if (place.type === RecordType.SAMPLE) this.handleSample(place);
        else this.handleRecord(place);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        if (error instanceof LimitError) {
          this.diagnostics.add('limit', 'records beyond a limit were left out', error.message);
        } else this.diagnostics.add('record', 'damaged records were skipped', error.message);
        if (place.type === RecordType.SAMPLE && this.accountedSamples === before) this.facts.skipped++;
      }
    });
    for (const problem of problems) {
      this.diagnostics.add(
        'recording',
        'the recording is damaged or incomplete: what could be read is shown',
        problem,
      );
    }
    this.deferred?.samples.finish();
    this.offCpu?.report(this.diagnostics);
    const { unknownIds } = this.counterPeriods;
    if (unknownIds > 0) {
      this.diagnostics.add(
        'counter-id',
        'counter values belong to no event and were left out',
        `${unknownIds} values`,
      );
    }
  }

  /** Samples that were delivered, filtered or skipped. */
  private get accountedSamples(): number {
    const { samples, filteredOut, skipped } = this.facts;
    return samples + filteredOut + skipped;
  }

  /** Samples that wait for the user part of their stacks: they come later than others that were taken after them. */
  get waitingCount(): number {
    return this.deferred?.samples.waitingCount ?? 0;
  }

  private handleSample(place: RecordPlace): void {
    const { recording } = this;
    const { sample, chain } = this.stacks;
    if (recording.decodeSampleInto(place, sample) !== SampleStatus.Ok) {
      const where = `record at file offset 0x${place.fileOffset.toString(16)}`;
      this.facts.skipped++;
      this.diagnostics.add('sample', 'samples that are damaged or belong to no event were skipped', where);
      return;
    }
    const event = recording.events[sample.eventIndex];
    if (this.offCpu && !this.offCpu.noteSample(sample, event)) return;
    const thread = this.processes.findOrCreate(sample.pid, sample.tid);
    chain.reset();
    if (this.isFiltered(place, event, thread)) return;
    const cookieOffset = findCookie(sample, event);
    if (cookieOffset < 0 && this.options.skipsStacks) {
      this.deliver(place, event, thread, false);
      return;
    }
    if (cookieOffset < 0) {
      this.stacks.appendRecorded(event, thread);
    } else if (this.deferred) {
      const { view, littleEndian, tid } = sample;
      const cookieLow = lowWord(view, cookieOffset, littleEndian);
      const cookieHigh = highWord(view, cookieOffset, littleEndian);
      this.deferred.samples.addSample(place, tid, cookieLow, cookieHigh, { thread, comm: thread.comm });
      return;
    } else {
      chain.appendRecorded(sample, thread.space, sample.callchainCount - 1);
      this.stacks.appendCookie();
    }
    this.stacks.appendUnwound(thread);
    this.deliver(place, event, thread, false);
  }

  /** Asks the filters about the current sample; one that they leave out is done with here. */
  private isFiltered(place: RecordPlace, event: RecordedEvent, thread: Thread): boolean {
    const { sample } = this.stacks;
    const result = this.filter.decide(sample, thread, this.frameOfSample);
    if (result === FilterResult.Hidden) this.deliver(place, event, thread, true);
    if (result === FilterResult.Skipped) this.offCpu?.skipSample(sample.tid);
    if (result !== FilterResult.Shown) this.facts.filteredOut++;
    return result !== FilterResult.Shown;
  }

  /** Hands on the current sample and its chain. */
  private deliver(place: RecordPlace, event: RecordedEvent, thread: Thread, isHidden: boolean): void {
    const { options } = this;
    const { sample, chain } = this.stacks;
    if (options.keepsOutermost) chain.keepOutermostRecorded(options.maxStack);
    this.stacks.placeGeneratedCode();
    if (this.offCpu) {
      this.offCpu.addSample(sample.tid, {
        place: place.copy(),
        thread: thread.withComm(thread.comm),
        frames: chain.frames.slice(0, chain.count),
        userPart: chain.userPart,
        stopReason: this.stopReason,
        isHidden,
      });
      return;
    }
    if (!isHidden) {
      this.missingNames.addSample(chain.frames, chain.count);
      this.facts.addSample(event, chain);
    }
    if (!this.visitors.keepsGroups && isSplit(event)) this.deliverSplit(event, thread, isHidden);
    else this.visitSample(sample, event, thread, chain, isHidden);
  }

  /** Hands on the current sample once for each event whose counter it carries. */
  private deliverSplit(event: RecordedEvent, thread: Thread, isHidden: boolean): void {
    const { sample, chain } = this.stacks;
    this.counterPeriods.split(sample, event, (counted) => {
      this.visitSample(sample, counted, thread, chain, isHidden);
    });
  }

  /** Hands on a sample that waited for its weight, by the sample and the chain given, which it fills. */
  private deliverWeighed(
    kept: KeptSample,
    event: RecordedEvent,
    weightNs: number,
    { sample, chain }: Pick<SampleStacks, 'sample' | 'chain'>,
  ): void {
    const { place, thread, frames, userPart, stopReason, isHidden } = kept;
    this.recording.decodeSampleInto(place, sample);
    sample.period = weightNs;
    chain.restore(frames, userPart);
    this.keptStop = { reason: stopReason };
    if (!isHidden) {
      this.missingNames.addSample(chain.frames, chain.count);
      this.facts.addSample(event, chain);
    }
    this.visitSample(sample, event, thread, chain, isHidden);
    this.keptStop = undefined;
  }

  /** Why the stack of the sample that is visited ends; undefined where it was not unwound here. */
  get stopReason(): StopReason | undefined {
    return this.keptStop ? this.keptStop.reason : this.stacks.stopReason;
  }

  /** Delivers a sample that waited for a deferred callchain. */
  private deliverJoined(
    place: RecordPlace,
    then: ThreadThen,
    outcome: DeferredOutcome,
    callchain: DeferredCallchain | undefined,
  ): void {
    const { recording } = this;
    const { sample, chain } = this.stacks;
    recording.decodeSampleInto(place, sample);
    const { threadName, showsLostCookies } = this.options.behaviours.deferred;
    // A thread that has exited is not found again by its number.
    const thread =
      threadName === 'when-joined'
        ? this.processes.findOrCreate(sample.pid, sample.tid)
        : then.thread.withComm(then.comm);
    chain.reset();
    const showsAddress = showsLostCookies && outcome === DeferredOutcome.Overtaken;
    chain.appendRecorded(sample, thread.space, sample.callchainCount - (showsAddress ? 0 : 1));
    if (showsLostCookies && !showsAddress && !callchain) this.stacks.appendCookie();
    this.stacks.appendUnwound(thread);
    if (callchain && chain.userPart === UserPart.None) chain.appendDeferred(callchain, thread.space);
    this.deliver(place, recording.events[sample.eventIndex], thread, false);
  }

  private handleDeferred(place: RecordPlace): void {
    const { recording } = this;
    const { sample, chain } = this.stacks;
    const callchain = findDeferredCallchain(place, recording.littleEndian);
    if (!callchain) {
      throw new ParseError({
        what: 'deferred callchain claims more addresses than its record holds',
        where: `record at file offset 0x${place.fileOffset.toString(16)}`,
      });
    }
    recording.decodeTrailerInto(place, sample);
    if (this.deferred) {
      this.deferred.samples.addCallchain(sample.tid, callchain);
    } else if (this.visitors.deferred) {
      const thread = this.processes.findOrCreate(sample.pid, sample.tid);
      chain.reset();
      chain.appendDeferred(callchain, thread.space);
      this.stacks.placeGeneratedCode();
      this.visitors.deferred(sample, recording.events[sample.eventIndex], thread, callchain, chain);
    }
  }

  private handleRecord(place: RecordPlace): void {
    const { record } = this.visitors;
    if (place.type === RecordType.EXIT) record?.(place);
    if (place.type === RecordType.CALLCHAIN_DEFERRED) this.handleDeferred(place);
    else {
      if (place.type === RecordType.EXIT) this.endThread(place);
      this.effects.apply(place);
    }
    this.offCpu?.handleRecord(place);
    if (place.type !== RecordType.EXIT) record?.(place);
  }

  private endThread(place: RecordPlace): void {
    this.deferred?.samples.endThread(parseTask(place, this.recording.littleEndian).tid);
  }
}
