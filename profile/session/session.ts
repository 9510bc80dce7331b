/**
 * A recording and what is learned of it: reads records, keeps processes and mappings up to date, unwinds every sample,
 * and hands it on with its stack. Everything that commands print starts here.
 *
 *   parser  Recording ──► record ─┬─ MMAP, COMM, FORK, EXIT ──► unwinder ProcessTable, AddressSpace
 *                                 └─ SAMPLE ──► unwinder Callchain, FrameUnwinder ──► visitor (command)
 *                                                                                      └─► FrameNames (symbolizer)
 */

import { Feature, type Recording } from '../../parser';
import {
  FrameTable,
  KernelError,
  type KernelEvent,
  type MappingTable,
  ProcessRoots,
  ProcessTable,
  type StopReason,
  type Thread,
} from '../../unwinder';
import type { ProcessRoot } from '../../symbolizer';
import type { FrameNames } from '../names/frame-names';
import { openKernelSymbols } from '../names/kernel-names';
import { findSwitchSource } from '../off-cpu/switch-source';
import { SampleAccounting } from '../stacks/sample-accounting';
import { StackFacts } from '../stacks/stack-facts';
import { Binaries } from './binaries';
import { Diagnostics } from './diagnostics';
import { RecordingRun, type RunParts } from './recording-run';
import { SampleFilter } from './samples/sample-filter';
import { SampleStacks } from './samples/sample-stacks';
import type { SampleTimes } from './samples/time-ranges';
import { Unwinding } from './samples/unwinding';
import type { Host, OtherVisitors, SampleVisitor, SessionOptions } from './session-options';
import { MemoryMap } from './state/memory-map';
import { RecordEffects } from './state/record-effects';
import { RecordedKernel } from './state/recorded-kernel';

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
  readonly accounting: SampleAccounting;
  private readonly roots: ProcessRoots<ProcessRoot>;
  private readonly parts: RunParts;
  private currentRun: RecordingRun | undefined;

  constructor(
    readonly recording: Recording,
    host: Host,
    readonly options: SessionOptions,
  ) {
    const { diagnostics, frames } = this;
    this.accounting = new SampleAccounting(recording, this.stacks);
    const { behaviours } = options;
    // A recording that cannot answer is refused before anything is read or written.
    if (options.offCpu && recording.events.length > 0) findSwitchSource(recording);
    const roots = new ProcessRoots(options.places.processRoots ?? []);
    this.roots = roots;
    const kernel = recordedKernel(recording, host, options, diagnostics);
    const binaries = new Binaries({ recording, host, diagnostics, frames, kernel, roots }, options);
    this.binaries = binaries;
    this.mappings = binaries.mappings;
    this.names = binaries.names;
    const processes = new ProcessTable(behaviours.keepsMappingsOnExec);
    this.processes = processes;
    const memory = new MemoryMap(this.mappings, processes, kernel, {
      onKernelFunction: (module) => binaries.names.addKernelFunction(module),
      followsMovedCode: behaviours.followsMovedCode,
      listsCode: (pid) => binaries.generated.listsCode(pid),
      roots,
      onUserMapping: (pid, module) => {
        if (behaviours.names.readsDumps) binaries.generated.noteMapping(pid, module);
      },
    });
    this.unwinding = new Unwinding(recording, { frames, knownRules: binaries.knownRules }, options, {
      onModuleProblem: (module, error) => binaries.reportProblem(module, error),
      onKernelEvent: (event) => noteKernelEvent(event, processes, diagnostics, options.onKernelEvent),
    });
    const { unwinding, stacks: facts } = this;
    const { kernelSpace } = memory;
    const { generated, missingNames } = binaries;
    const span = readSampleTimes(recording);
    this.parts = {
      recording,
      options,
      diagnostics,
      processes,
      effects: new RecordEffects(
        recording,
        processes,
        memory,
        diagnostics,
        options.keepsExitedThreads === true,
      ),
      stacks: new SampleStacks({ frames, kernelSpace, unwinding, generated, facts }, options),
      facts,
      filter: new SampleFilter(options.filter, this.names, recording.times, span, recording.events),
      missingNames,
    };
  }

  /** Reads the whole recording. What was wrong with it is in {@link diagnostics} afterwards. */
  run(visitSample: SampleVisitor, others: OtherVisitors = {}): void {
    this.currentRun = new RecordingRun(this.parts, visitSample, others);
    this.currentRun.readAll();
    const kernelErrors = this.unwinding.describeKernelErrors();
    if (kernelErrors !== undefined) this.options.onKernelEvent?.(kernelErrors);
    this.binaries.report();
    this.reportUnusedRoots();
    this.unwinding.sources?.visitDamage((module, text) => {
      this.binaries.refuseAnswers(module);
      this.diagnostics.add(
        'unwind-tables',
        'unwind tables of binaries are damaged; stacks went on without what they would have said',
        `${module.path}: ${text}`,
      );
    });
    const { accounted, read } = this.accounting;
    // Off-CPU samples are paired, and have a report of their own.
    if (this.options.offCpu || accounted === read) return;
    this.diagnostics.add(
      'accounting',
      'samples were lost on their way through the program: please report it',
      `${read} were read, and ${accounted} shown, filtered or skipped`,
    );
  }

  private reportUnusedRoots(): void {
    for (const { pid, folder } of this.roots.unused) {
      this.diagnostics.add(
        'process-roots',
        'folders were given for processes that map nothing in the recording: are the numbers right?',
        `--symfs ${pid}=${folder}`,
      );
    }
  }

  /** By LOST_SAMPLES records, which perf record writes at the end. */
  get lostSamples(): number {
    return this.parts.effects.lostSamples;
  }

  /** By LOST records of the kernel: samples mostly, and the same as those. */
  get lostRecords(): number {
    return this.parts.effects.lostRecords;
  }

  /** Samples that wait for the user part of their stacks: they come later than others that were taken after them. */
  get waitingCount(): number {
    return this.currentRun?.waitingCount ?? 0;
  }

  /** Why the stack of the sample that is visited ends; undefined where it was not unwound here. */
  get stopReason(): StopReason | undefined {
    return this.currentRun?.stopReason;
  }

  /** Whether the filters show what happened on a CPU; -1 is not known. */
  showsCpu(cpu: number): boolean {
    return this.parts.filter.allowsCpu(cpu);
  }

  /** The path of a cgroup, by its id in halves; undefined where no record named it. */
  cgroupPath(low: number, high: number): string | undefined {
    return this.parts.effects.cgroupPath(low, high);
  }

  /** The interned frame of an address of a thread. @param cpumode PERF_RECORD_MISC_KERNEL, _USER… */
  frameOf(cpumode: number, low: number, high: number, thread: Thread): number {
    return this.parts.stacks.frameOf(cpumode, low, high, thread);
  }
}

function recordedKernel(
  recording: Recording,
  { files }: Host,
  { kallsyms, vmlinux, places }: SessionOptions,
  diagnostics: Diagnostics,
): RecordedKernel {
  const release = recording.stringFeature(Feature.OSRELEASE);
  return new RecordedKernel((facts) =>
    openKernelSymbols(files, places, { kallsyms, vmlinux, release, ...facts }, diagnostics),
  );
}

/** Says what the kernel's rules refuse. */
function noteKernelEvent(
  { module, error, message, consequence, pid, tid }: KernelEvent,
  processes: ProcessTable,
  diagnostics: Diagnostics,
  onLine: SessionOptions['onKernelEvent'],
): void {
  const cause = `${message} (${KernelError[error]})`;
  const comm = processes.find(tid)?.displayName ?? `:${tid}`;
  onLine?.(`sframe: ${comm} (${pid}): ${module.path}: ${cause}, section ${consequence}\n`);
  diagnostics.add(
    'kernel-rules',
    'SFrame sections were refused or dropped by the rules of the kernel; stacks went on without them',
    `${module.path}: ${cause}, ${consequence}`,
  );
}

function readSampleTimes(recording: Recording): SampleTimes | undefined {
  const reader = recording.openFeature(Feature.SAMPLE_TIME);
  if (!reader) return undefined;
  const times = { firstNs: reader.readBigU64(), lastNs: reader.readBigU64() };
  return times.firstNs === 0n && times.lastNs === 0n ? undefined : times;
}
