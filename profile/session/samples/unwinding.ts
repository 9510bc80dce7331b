/**
 * How the stacks of a recording are unwound: for which architecture, by which unwinder, from which events' registers
 * and stack copies.
 */

import {
  Feature,
  machines,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_STACK_USER,
  type Recording,
  type RecordedEvent,
} from '../../../parser';
import {
  architectureOf,
  FrameUnwinder,
  KernelError,
  KernelUnwinder,
  LeafCallers,
  SampleRegisters,
  SourceRegistry,
  type Architecture,
  type FrameTable,
  type KernelCounters,
  type KernelEvent,
  type KnownRules,
  type Module,
  type SampleUnwinder,
  type UnwindMethod,
} from '../../../unwinder';
import type { SessionOptions } from '../session-options';

export interface UnwindingListeners {
  /** A module's unwind tables are damaged. */
  readonly onModuleProblem: (module: Module, error: unknown) => void;
  /** The kernel's rules refused or dropped a section. */
  readonly onKernelEvent: (event: KernelEvent) => void;
}

/** What unwinders work with. */
export interface UnwindingParts {
  /** The frames that they find. */
  readonly frames: FrameTable;
  /** Rules of earlier runs; undefined where none are kept. */
  readonly knownRules: KnownRules | undefined;
}

export class Unwinding {
  /** The recording's machine; undefined where it is not known here. */
  readonly machine: machines.KnownMachine | undefined;
  /** How it is unwound; undefined where that cannot be done here. */
  readonly architecture: Architecture | undefined;
  /** Unwind tables of modules. */
  readonly sources: SourceRegistry | undefined;
  /** What the samples are unwound with; undefined for recorded chains as well. */
  readonly unwinder: SampleUnwinder | undefined;
  /** By index of the event; of one that the recording describes late when it is asked for. */
  private readonly registersOfEvent: (SampleRegisters | undefined)[] = [];
  private readonly frames: FrameTable;
  private readonly leafCallersOfEvent: (LeafCallers | undefined)[] = [];

  constructor(
    private readonly recording: Recording,
    { frames, knownRules }: UnwindingParts,
    private readonly options: SessionOptions,
    private readonly listeners: UnwindingListeners,
  ) {
    this.frames = frames;
    this.machine = findMachine(recording);
    this.architecture = architectureOf(this.machine);
    this.sources =
      this.architecture &&
      new SourceRegistry(this.architecture, listeners.onModuleProblem, options.readSFrame);
    if (options.kernelRules) this.unwinder = this.createKernelUnwinder();
    else if (options.unwind !== 'recorded') {
      // Rules of tables that the binaries do not hold are not known by the binaries' files.
      this.unwinder = this.createUnwinder(options.unwind, options.readSFrame ? undefined : knownRules);
    }
  }

  /** How to read an event's user registers; undefined where its samples cannot be unwound. */
  registersOf(event: number): SampleRegisters | undefined {
    const known = this.registersOfEvent;
    while (known.length <= event) known.push(this.readableRegisters(this.recording.events[known.length]));
    return known[event];
  }

  /** Finds what an event's chains of frame pointers miss; undefined where they miss nothing that can be known. */
  leafCallersOf(event: number): LeafCallers | undefined {
    const known = this.leafCallersOfEvent;
    while (known.length <= event) known.push(this.createLeafCallers(this.recording.events[known.length]));
    return known[event];
  }

  /**
   * Another unwinder over the same frames; undefined where the architecture is not known.
   * @param knownRules rules of earlier runs; by default it makes all its own
   */
  createUnwinder(method: UnwindMethod, knownRules?: KnownRules): FrameUnwinder | undefined {
    const { architecture, sources, frames } = this;
    if (!architecture || !sources) return undefined;
    const { maxStack: maxFrames, behaviours } = this.options;
    return new FrameUnwinder(
      architecture,
      { method, maxFrames, policy: behaviours.unwinding, knownRules },
      sources,
      frames,
    );
  }

  /** An unwinder by the rules of the kernel's SFrame code; undefined where the architecture is not known. */
  createKernelUnwinder(): KernelUnwinder | undefined {
    const { architecture, frames, listeners } = this;
    return (
      architecture && new KernelUnwinder(architecture, this.options.maxStack, frames, listeners.onKernelEvent)
    );
  }

  /** What the kernel's rules counted, as a line; undefined where samples are not unwound by them. */
  describeKernelErrors(): string | undefined {
    return this.unwinder instanceof KernelUnwinder ? kernelSummary(this.unwinder.kernelCounters) : undefined;
  }

  private readableRegisters({ attr }: RecordedEvent): SampleRegisters | undefined {
    const needed = PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
    if (!this.architecture || (attr.sampleType & needed) !== needed) return undefined;
    return new SampleRegisters(this.architecture, attr.sampleRegsUser);
  }

  private createLeafCallers({ attr }: RecordedEvent): LeafCallers | undefined {
    const { architecture, sources, options, frames } = this;
    const isFramePointerChain =
      (attr.sampleType & (PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)) === PERF_SAMPLE_REGS_USER;
    if (!architecture?.recordsLeafCaller || !sources || !isFramePointerChain) return undefined;
    const { unwind: method } = options;
    if (method === 'recorded') return undefined;
    const registers = new SampleRegisters(architecture, attr.sampleRegsUser);
    if (!registers.has(architecture.linkRegister)) return undefined;
    return new LeafCallers(architecture, registers, sources, frames, {
      method,
      policy: options.behaviours.unwinding,
    });
  }
}

function findMachine(recording: Recording): machines.KnownMachine | undefined {
  const name = recording.stringFeature(Feature.ARCH);
  return name === undefined ? machines.assumed : machines.ofUname(name);
}

function kernelSummary({ errors, refusedSections, droppedSections }: KernelCounters): string {
  const { ENOENT, EFAULT, EINVAL } = KernelError;
  return (
    `sframe: ${errors[ENOENT]} ENOENT, ${errors[EFAULT]} EFAULT, ${errors[EINVAL]} EINVAL; ` +
    `sections: ${refusedSections} refused, ${droppedSections} dropped\n`
  );
}
