/**
 * One run over a recording: reads records, keeps processes and mappings up to date, unwinds every sample, and
 * hands it on with its stack. Everything that commands print starts here.
 *
 *   parser  Recording ──► record ─┬─ MMAP, COMM, FORK, EXIT ──► unwinder ProcessTable, AddressSpace
 *                                 └─ SAMPLE ──► unwinder Callchain, FrameUnwinder ──► visitor (command)
 *                                                                                      └─► FrameNames (symbolizer)
 */

import {
  addressFromHalves,
  Feature,
  findDeferredCallchain,
  highWord,
  lowWord,
  parseCgroup,
  parseComm,
  ParseError,
  parseKsymbol,
  parseLostCount,
  parseMmap,
  parseTask,
  parseTraceName,
  PERF_RECORD_MISC_COMM_EXEC,
  RecordType,
  recordTypeName,
  Sample,
  SampleStatus,
  DeferredOutcome,
  type DeferredCallchain,
  type Recording,
  type RecordedEvent,
  type RecordPlace,
} from '../../parser';
import {
  appendCallStack,
  Callchain,
  FrameTable,
  FrameUnwinder,
  KernelError,
  type KernelEvent,
  type MappingTable,
  ProcessTable,
  recordsCallStack,
  type StopReason,
  type Thread,
  UserPart,
} from '../../unwinder';
import { StackFacts } from '../stacks/stack-facts';
import { Diagnostics } from './diagnostics';
import { Binaries } from './binaries';
import { CounterPeriods } from './counter-periods';
import { DeferredChains, findCookie, type ThreadThen } from './deferred-chains';
import type { FrameNames } from '../names/frame-names';
import { MemoryMap } from './memory-map';
import { OffCpu, type KeptSample } from '../off-cpu/off-cpu';
import { FilterResult, SampleFilter } from './sample-filter';
import type { Host, OtherVisitors, SampleVisitor, SessionOptions } from './session-options';
import type { SampleTimes } from './time-ranges';
import { Unwinding } from './unwinding';

/** Progress is told once in so many records. */
const PROGRESS_MASK = 0xfff;

export class Session {
  readonly diagnostics = new Diagnostics();
  readonly frames = new FrameTable();
  readonly binaries: Binaries;
  readonly mappings: MappingTable;
  readonly names: FrameNames;
  readonly processes: ProcessTable;
  readonly unwinding: Unwinding;
  /** What was counted of the stacks. */
  readonly stacks = new StackFacts();
  /** By LOST_SAMPLES records, which perf record writes at the end. */
  lostSamples = 0;
  /** By LOST records of the kernel: samples mostly, and the same as those. */
  lostRecords = 0;
  private recordCount = 0;
  private readonly memory: MemoryMap;
  private readonly chain: Callchain;
  /** For addresses that are named by themselves, while {@link chain} holds a sample's stack. */
  private readonly singleAddress: Callchain;
  private readonly filter: SampleFilter;
  private readonly cgroupPaths = new Map<bigint, string>();
  private readonly sample = new Sample();
  /** Undefined where deferred callchains are not joined. */
  private readonly deferred: DeferredChains | undefined;
  private readonly counterPeriods: CounterPeriods;
  /** Undefined where samples weigh what they were recorded with. */
  private readonly offCpu: OffCpu | undefined;
  /** The stop reason of a sample that was kept, while it is visited. */
  private keptStop: { readonly reason: StopReason | undefined } | undefined;
  private visitSample!: SampleVisitor;
  private visitors: OtherVisitors = {};

  constructor(
    readonly recording: Recording,
    host: Host,
    readonly options: SessionOptions,
  ) {
    const { behaviours } = options;
    const binaries = new Binaries(recording, host, options, this.diagnostics, this.frames, {
      buildId: () => this.memory.kernelBuildId,
      symbols: () => this.memory.kernelSymbols(),
    });
    this.binaries = binaries;
    this.mappings = binaries.mappings;
    this.names = binaries.names;
    this.processes = new ProcessTable(behaviours.keepsMappingsOnExec);
    this.memory = new MemoryMap(this.mappings, this.processes, {
      openKernel: (facts) => binaries.openKernel(facts),
      onKernelFunction: (module) => binaries.names.addKernelFunction(module),
      followsMovedCode: behaviours.followsMovedCode,
      listsCode: (pid) => binaries.generated.listsCode(pid),
      onUserMapping: (pid, module) => {
        if (behaviours.names.readsDumps) binaries.generated.noteMapping(pid, module);
      },
    });
    const { kernelSpace } = this.memory;
    const longestRecorded = options.keepsOutermost ? Infinity : options.maxStack;
    this.chain = new Callchain(this.frames, kernelSpace, longestRecorded, behaviours.deferred.junk);
    this.singleAddress = new Callchain(this.frames, kernelSpace, 1);
    const span = readSampleTimes(recording);
    this.filter = new SampleFilter(options.filter, this.names, recording.times, span, recording.events);
    this.unwinding = new Unwinding(recording, this.frames, options, {
      onModuleProblem: (module, error) => binaries.reportProblem(module, error),
      onKernelEvent: (event) => this.noteKernelEvent(event),
    });
    if (options.mergesDeferred) {
      this.deferred = new DeferredChains(behaviours.deferred.order, this.diagnostics, (...joined) =>
        this.deliverJoined(...joined),
      );
    }
    this.counterPeriods = new CounterPeriods(recording);
    if (options.offCpu) {
      const sample = new Sample();
      const chain = new Callchain(this.frames, kernelSpace, longestRecorded);
      this.offCpu = new OffCpu(recording, (kept, event, weightNs) => {
        this.deliverWeighed(kept, event, weightNs, sample, chain);
      });
    }
    this.memory.addBuildIds(this.recording.buildIds());
  }

  /** Reads the whole recording. What was wrong with it is in {@link diagnostics} afterwards. */
  run(visitSample: SampleVisitor, others: OtherVisitors = {}): void {
    this.visitSample = visitSample;
    this.visitors = others;
    const order = others.inFileOrder ? 'file' : 'time';
    const { problems } = this.recording.readRecords(order, (place) => {
      if ((++this.recordCount & PROGRESS_MASK) === 0) {
        this.options.onProgress?.(place.fileOffset, this.recording.sizeBytes, this.stacks.samples);
      }
      try {
        if (place.type === RecordType.SAMPLE) this.handleSample(place);
        else this.handleRecord(place);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.diagnostics.add('record', 'damaged records were skipped', error.message);
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
    const kernelErrors = this.unwinding.describeKernelErrors();
    if (kernelErrors !== undefined) this.options.onKernelEvent?.(kernelErrors);
    this.binaries.report();
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

  private noteKernelEvent({ module, error, message, consequence, pid, tid }: KernelEvent): void {
    const cause = `${message} (${KernelError[error]})`;
    const comm = this.processes.find(tid)?.displayName ?? `:${tid}`;
    this.options.onKernelEvent?.(
      `sframe: ${comm} (${pid}): ${module.path}: ${cause}, section ${consequence}\n`,
    );
    this.diagnostics.add(
      'kernel-rules',
      'SFrame sections were refused or dropped by the rules of the kernel; stacks went on without them',
      `${module.path}: ${cause}, ${consequence}`,
    );
  }

  /** Samples that wait for the user part of their stacks: they come later than others that were taken after them. */
  get waitingCount(): number {
    return this.deferred?.samples.waitingCount ?? 0;
  }

  /** Whether the filters show what happened on a CPU; -1 is not known. */
  showsCpu(cpu: number): boolean {
    return this.filter.allowsCpu(cpu);
  }

  /** The path of a cgroup, by its id in halves; undefined where no record named it. */
  cgroupPath(low: number, high: number): string | undefined {
    return this.cgroupPaths.get((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }

  /** The interned frame of an address of a thread. @param cpumode PERF_RECORD_MISC_KERNEL, _USER… */
  frameOf(cpumode: number, low: number, high: number, thread: Thread): number {
    this.singleAddress.reset();
    this.singleAddress.appendAddress(cpumode, low, high, thread.space);
    const frame = this.singleAddress.frames[0];
    const { generated } = this.binaries;
    return generated.knowsTimes ? generated.frameAt(frame, this.timeNs()) : frame;
  }

  private handleSample(place: RecordPlace): void {
    const { sample, recording, chain } = this;
    if (recording.decodeSampleInto(place, sample) !== SampleStatus.Ok) {
      const where = `record at file offset 0x${place.fileOffset.toString(16)}`;
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
      if (sample.callchainOffset >= 0) {
        const isCallStack = recordsCallStack(event.attr);
        if (!isCallStack || !appendCallStack(chain, sample, thread.space, this.options.maxStack)) {
          const leafCallers =
            sample.userRegsOffset < 0 ? undefined : this.unwinding.leafCallersOf(event.index);
          chain.appendRecorded(sample, thread.space, sample.callchainCount, leafCallers);
        }
      } else chain.appendAddress(sample.cpumode, sample.ipLow, sample.ipHigh, thread.space);
    } else if (this.deferred) {
      const { view, littleEndian, tid } = sample;
      const cookieLow = lowWord(view, cookieOffset, littleEndian);
      const cookieHigh = highWord(view, cookieOffset, littleEndian);
      this.deferred.samples.addSample(place, tid, cookieLow, cookieHigh, { thread, comm: thread.comm });
      return;
    } else {
      chain.appendRecorded(sample, thread.space, sample.callchainCount - 1);
      this.appendCookie();
    }
    this.appendUnwound(thread);
    this.deliver(place, event, thread, false);
  }

  /** Asks the filters about the current sample; one that they leave out is done with here. */
  private isFiltered(place: RecordPlace, event: RecordedEvent, thread: Thread): boolean {
    const { sample } = this;
    const result = this.filter.decide(sample, thread, () =>
      this.frameOf(sample.cpumode, sample.ipLow, sample.ipHigh, thread),
    );
    if (result === FilterResult.Hidden) this.deliver(place, event, thread, true);
    if (result === FilterResult.Skipped) this.offCpu?.skipSample(sample.tid);
    if (result !== FilterResult.Shown) this.stacks.filteredOut++;
    return result !== FilterResult.Shown;
  }

  /** Hands on the current sample and its chain. */
  private deliver(place: RecordPlace, event: RecordedEvent, thread: Thread, isHidden: boolean): void {
    const { sample, chain, options } = this;
    if (options.keepsOutermost) chain.keepOutermostRecorded(options.maxStack);
    this.placeGeneratedCode();
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
      this.binaries.missingNames.addSample(chain.frames, chain.count);
      this.stacks.addSample(event, chain);
    }
    if (this.visitors.keepsGroups) {
      this.visitSample(sample, event, thread, chain, isHidden);
      return;
    }
    this.counterPeriods.split(sample, event, (counted) => {
      this.visitSample(sample, counted, thread, chain, isHidden);
    });
  }

  /** Hands on a sample that waited for its weight. @param sample and @param chain are filled here */
  private deliverWeighed(
    kept: KeptSample,
    event: RecordedEvent,
    weightNs: number,
    sample: Sample,
    chain: Callchain,
  ): void {
    const { place, thread, frames, userPart, stopReason, isHidden } = kept;
    this.recording.decodeSampleInto(place, sample);
    sample.period = weightNs;
    chain.restore(frames, userPart);
    this.keptStop = { reason: stopReason };
    if (!isHidden) {
      this.binaries.missingNames.addSample(chain.frames, chain.count);
      this.stacks.addSample(event, chain);
    }
    this.visitSample(sample, event, thread, chain, isHidden);
    this.keptStop = undefined;
  }

  /** Why the stack of the sample that is visited ends; undefined where it was not unwound here. */
  get stopReason(): StopReason | undefined {
    if (this.keptStop) return this.keptStop.reason;
    const { unwinder } = this.unwinding;
    return this.chain.userPart === UserPart.Unwound ? unwinder?.stopReason : undefined;
  }

  /** Finds what code lay where the current chain leads through generated code. */
  private placeGeneratedCode(): void {
    const { chain } = this;
    const { generated } = this.binaries;
    if (!generated.knowsTimes) return;
    const timeNs = this.timeNs();
    for (let i = 0; i < chain.count; i++) chain.frames[i] = generated.frameAt(chain.frames[i], timeNs);
  }

  /** The time of the current sample; Infinity where it has none. */
  private timeNs(): number {
    const { hasTime, timeLow, timeHigh } = this.sample;
    return hasTime ? addressFromHalves(timeLow, timeHigh) : Infinity;
  }

  /** Appends the user part of the current sample that is unwound here, if one is. */
  private appendUnwound(thread: Thread): void {
    const { sample } = this;
    const { unwinder } = this.unwinding;
    const registers = this.unwinding.registersOf(sample.eventIndex);
    if (!registers || !unwinder) return;
    this.chain.appendUnwound(sample, unwinder, registers, thread.space);
    if (!(unwinder instanceof FrameUnwinder) || this.chain.userPart !== UserPart.Unwound) return;
    const { stopReason, outermostStackPointer } = unwinder;
    const stackPointer = registers.stackPointer(sample);
    this.stacks.sizes.addSample(
      stopReason,
      sample.tid,
      stackPointer,
      outermostStackPointer,
      sample.stackSizeBytes,
    );
  }

  /** Delivers a sample that waited for a deferred callchain. */
  private deliverJoined(
    place: RecordPlace,
    then: ThreadThen,
    outcome: DeferredOutcome,
    callchain: DeferredCallchain | undefined,
  ): void {
    const { sample, recording, chain } = this;
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
    if (showsLostCookies && !showsAddress && !callchain) this.appendCookie();
    this.appendUnwound(thread);
    if (callchain && chain.userPart === UserPart.None) chain.appendDeferred(callchain, thread.space);
    this.deliver(place, recording.events[sample.eventIndex], thread, false);
  }

  /** Appends the cookie at the end of the current sample's callchain. */
  private appendCookie(): void {
    const { view, littleEndian, callchainOffset, callchainCount } = this.sample;
    const at = callchainOffset + (callchainCount - 1) * 8;
    this.chain.appendCookie(lowWord(view, at, littleEndian), highWord(view, at, littleEndian));
  }

  private handleDeferred(place: RecordPlace): void {
    const { sample, recording, chain } = this;
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
      this.placeGeneratedCode();
      this.visitors.deferred(sample, recording.events[sample.eventIndex], thread, callchain, chain);
    }
  }

  private handleRecord(place: RecordPlace): void {
    const { record } = this.visitors;
    if (place.type === RecordType.EXIT) record?.(place);
    this.applyRecord(place);
    this.offCpu?.handleRecord(place);
    if (place.type !== RecordType.EXIT) record?.(place);
  }

  private applyRecord(place: RecordPlace): void {
    const little = this.recording.littleEndian;
    switch (place.type) {
      case RecordType.MMAP:
      case RecordType.MMAP2:
        this.memory.handleMmap(parseMmap(place, little), place.misc);
        break;
      case RecordType.COMM: {
        const { pid, tid, comm } = parseComm(place, little);
        this.processes.setComm(pid, tid, comm, (place.misc & PERF_RECORD_MISC_COMM_EXEC) !== 0);
        break;
      }
      case RecordType.FORK: {
        const task = parseTask(place, little);
        // Perf writes forks of processes that were running already, followed by all their mappings.
        const copiesMappings = (place.misc & PERF_RECORD_MISC_COMM_EXEC) === 0;
        this.processes.fork(task.pid, task.parentPid, task.tid, task.parentTid, copiesMappings);
        break;
      }
      case RecordType.EXIT: {
        const { tid } = parseTask(place, little);
        this.deferred?.samples.endThread(tid);
        if (!this.options.keepsExitedThreads) this.processes.exit(tid);
        break;
      }
      case RecordType.CALLCHAIN_DEFERRED:
        this.handleDeferred(place);
        break;
      case RecordType.CGROUP: {
        const { id, path } = parseCgroup(place, little);
        this.cgroupPaths.set(id, path);
        break;
      }
      case RecordType.KSYMBOL:
        this.memory.handleKsymbol(parseKsymbol(place, little));
        break;
      case RecordType.HEADER_BUILD_ID:
        this.memory.addBuildIds(this.recording.buildIds());
        break;
      case RecordType.AUXTRACE_INFO:
        this.diagnostics.addList(
          {
            summary:
              `the recording holds a trace of ${parseTraceName(place, little)}, which is left out: ` +
              'what is shown are the samples beside it; `perf script --itrace` of the recording machine’s perf decodes it',
            lines: [],
            share: 1,
          },
          false,
        );
        break;
      case RecordType.LOST:
        this.lostRecords += parseLostCount(place, little);
        break;
      case RecordType.LOST_SAMPLES:
        this.lostSamples += parseLostCount(place, little);
        break;
      default:
        if (recordTypeName(place.type).startsWith('type ')) {
          this.diagnostics.add(
            'unknown-record',
            'records of a type that is not known were skipped',
            recordTypeName(place.type),
          );
        }
    }
  }
}

function readSampleTimes(recording: Recording): SampleTimes | undefined {
  const reader = recording.openFeature(Feature.SAMPLE_TIME);
  if (!reader) return undefined;
  const times = { firstNs: reader.readBigU64(), lastNs: reader.readBigU64() };
  return times.firstNs === 0n && times.lastNs === 0n ? undefined : times;
}
