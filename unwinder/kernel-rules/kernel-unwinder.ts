/**
 * Unwinds samples as a kernel with version 15 of the patch series "unwind_deferred: Implement sframe handling" would
 * unwind them (kernel/unwind/user.c), so that its callchains can be seen on a kernel without it: SFrame by the rules
 * of kernel-section.ts; where that has no answer, the frame pointer on architectures whose kernel follows it.
 *
 * Other than in {@link FrameUnwinder}, return addresses are looked up and given as they are, as the kernel does.
 * A section that turned out to be bad is not used again in that process (AddressSpace.unusedTables; fork hands
 * that down), which can make the stacks of a process change in the middle of a recording.
 *
 * Of 32-bit programs the innermost frame alone is given.
 *
 * Not the kernel's: words above the stack copy cannot be read here (EFAULT, where the kernel would go on), and
 * registers of a sample that the recording kernel did not save end the stack (see Architecture.staleInUserMode).
 */

import {
  addressFromHalves,
  highHalf,
  lowHalf,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_REGS_ABI_32,
  SFrameLocation,
  SFrameLocationKind,
  SFrameRow,
  type Sample,
} from '../../parser';
import type { AddressSpace, MappedRange } from '../process/address-space';
import type { Architecture } from '../arch/arch';
import { UNMAPPED_USER, type FrameTable } from '../callchain/frame-table';
import type { Module } from '../process/module';
import { RowSource } from '../tables/register-row';
import { ReturningCode } from '../walk/returning-code';
import type { SampleRegisters } from '../sample/sample-registers';
import { createCounters, type SampleUnwinder } from '../walk/sample-unwinder';
import { StackMemory } from '../sample/stack-memory';
import { StopReason } from '../walk/stop-reason';
import { KernelError, type KernelAnswer } from './kernel-error';
import { KernelSections } from './kernel-sections';
import { kernelRules, type KernelRule } from './rules';
import { findStepRule } from './step-rules';

/** Something that a kernel with debug messages would say. */
export interface KernelEvent {
  /** The binary whose section it is. */
  readonly module: Module;
  readonly error: KernelError;
  readonly message: string;
  /** The section was not registered at all, or dropped for a process that had it. */
  readonly consequence: 'refused' | 'dropped';
  /** The process and thread that were being unwound. */
  readonly pid: number;
  readonly tid: number;
}

export interface KernelCounters {
  /** Look-ups and steps that failed, by {@link KernelError}. */
  readonly errors: Float64Array;
  /** Sections that were not registered, each once. */
  refusedSections: number;
  /** Sections that were dropped, once for each process. */
  droppedSections: number;
}

const NO_SECTION: KernelAnswer = { error: KernelError.ENOENT, message: 'no section for the address' };
/** In the step functions: the frame was left for its caller. */
const GO_ON = -1;

/** What the section says of an address; kept for all samples. */
interface Answer {
  readonly verdict: KernelAnswer;
  readonly row: SFrameRow;
  /** What a step by the row breaks, whatever the frame holds. */
  readonly broken: KernelRule | undefined;
}

export class KernelUnwinder implements SampleUnwinder {
  readonly frames: Int32Array;
  count = 0;
  stopReason = StopReason.NoRegisters;
  readonly counters = createCounters();
  readonly kernelCounters: KernelCounters = {
    errors: new Float64Array(4),
    refusedSections: 0,
    droppedSections: 0,
  };
  private readonly sections: KernelSections;
  private readonly answers = new Map<Module, Map<number, Answer>>();
  private readonly memory = new StackMemory(8);
  private readonly registers: Float64Array;
  private readonly returning: ReturningCode;
  private sampled!: SampleRegisters;
  private sample!: Sample;
  private space!: AddressSpace;
  private ip = NaN;
  /** Halves of {@link ip}, exact where the double is not. */
  private ipLow = 0;
  private ipHigh = 0;
  private stackPointer = NaN;
  private framePointer = NaN;
  private isTopmost = true;

  /** @param onEvent told of each section that is refused or dropped, as it happens */
  constructor(
    private readonly arch: Architecture,
    private readonly maxFrames: number,
    private readonly frameTable: FrameTable,
    private readonly onEvent: (event: KernelEvent) => void,
  ) {
    this.frames = new Int32Array(maxFrames);
    this.registers = new Float64Array(arch.registerCount);
    this.returning = new ReturningCode(arch);
    this.sections = new KernelSections(arch, (module, verdict) => {
      this.kernelCounters.refusedSections++;
      this.tell(module, verdict, 'refused');
    });
  }

  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    this.count = 0;
    this.stopReason = StopReason.NoRegisters;
    if (sample.userRegsAbi === PERF_SAMPLE_REGS_ABI_32 && this.arch.wordSizeBytes === 8) {
      this.giveInnermost(sample, space);
    } else if (sample.userRegsOffset >= 0 && sample.stackSizeBytes > 0 && registers.isSufficient) {
      this.sample = sample;
      this.sampled = registers;
      this.space = space;
      this.stackPointer = registers.stackPointer(sample);
      this.framePointer = registers.framePointer(sample);
      this.memory.setSample(sample, this.stackPointer, space);
      this.setIp(registers.instructionPointer(sample), NaN, NaN);
      this.isTopmost = true;
      this.stopReason = this.run();
    }
    this.counters.stops[this.stopReason]++;
  }

  /** SFrame describes no 32-bit programs, and what the kernel does with theirs is not modelled here. */
  private giveInnermost(sample: Sample, space: AddressSpace): void {
    const mapping = space.find(sample.ip)?.mapping.index ?? UNMAPPED_USER;
    this.frames[this.count++] = this.frameTable.intern(mapping, sample.ipLow, sample.ipHigh);
    this.stopReason = StopReason.NotUnwoundHere;
  }

  private run(): StopReason {
    const { arch, counters } = this;
    for (;;) {
      const range = this.space.find(this.ip);
      this.frames[this.count++] = this.frameTable.intern(
        range?.mapping.index ?? UNMAPPED_USER,
        this.ipLow,
        this.ipHigh,
      );
      if (this.count >= this.maxFrames) return StopReason.DepthLimit;
      const { verdict, row, broken } = this.findRow(range);
      let result: number;
      if (verdict.error === KernelError.None) {
        counters.framesBySource[RowSource.SFrame]++;
        result =
          broken && this.isRefused(broken)
            ? this.fail(KernelError.EINVAL, stopReasons.get(broken) ?? StopReason.CorruptRow)
            : this.stepByRow(row);
      } else {
        this.kernelCounters.errors[verdict.error]++;
        if (!arch.kernelRules.walksFramePointers) {
          return verdict.error === KernelError.ENOENT ? StopReason.NoRow : StopReason.CorruptRow;
        }
        counters.framesBySource[RowSource.FramePointer]++;
        result = this.stepByFramePointer();
      }
      if (result !== GO_ON) return result;
      this.isTopmost = false;
    }
  }

  /**
   * Asks the section for the row at {@link ip}. On any error but ENOENT the section is dropped for the process: for all
   * texts that it is registered for.
   */
  private findRow(range: MappedRange | undefined): Answer {
    if (range === undefined || this.space.unusedTables.has(range.mapping)) return NO_ANSWER;
    const { mapping } = range;
    const answer = this.answerAt(mapping.module, mapping.module.svmaOfFileOffset(this.ip - mapping.delta));
    const { error } = answer.verdict;
    if (error !== KernelError.None && error !== KernelError.ENOENT) {
      this.dropSection(range);
      this.kernelCounters.droppedSections++;
      this.tell(mapping.module, answer.verdict, 'dropped');
    }
    return answer;
  }

  /** Marks all mappings of the binary at this load address: their texts share the section. */
  private dropSection({ startAvma, mapping }: MappedRange): void {
    const { module, delta } = mapping;
    const bias = startAvma - module.svmaOfFileOffset(startAvma - delta);
    for (const other of this.space.all) {
      if (other.mapping.module !== module) continue;
      const otherBias = other.startAvma - module.svmaOfFileOffset(other.startAvma - other.mapping.delta);
      if (otherBias === bias) this.space.unusedTables.add(other.mapping);
    }
    this.space.unusedTables.add(mapping);
  }

  private answerAt(module: Module, svma: number): Answer {
    let answers = this.answers.get(module);
    if (!answers) this.answers.set(module, (answers = new Map<number, Answer>()));
    let answer = answers.get(svma);
    if (!answer) {
      this.counters.cacheMisses++;
      const row = new SFrameRow();
      const section = this.sections.find(module, svma);
      answer = section ? answerOf(section.find(svma, row), row, this.arch) : NO_ANSWER;
      answers.set(svma, answer);
    }
    return answer;
  }

  /** Whether a broken rule counts in this frame. */
  private isRefused(broken: KernelRule): boolean {
    return broken.consequence === 'stack-ends' || !this.isTopmost;
  }

  /** Moves to the caller as an SFrame row says. @returns GO_ON, or why the stack ends */
  private stepByRow(row: SFrameRow): number {
    if (row.isOutermost) return StopReason.Outermost;
    const { arch } = this;
    let base: number;
    if (row.cfa.register === arch.stackPointer) base = this.stackPointer;
    else if (row.cfa.register !== arch.framePointer) base = this.readRegister(row.cfa.register);
    else {
      if (this.framePointer < this.stackPointer) return this.fail(KernelError.EINVAL, StopReason.BadCfa);
      base = this.framePointer;
    }
    const sum = base + row.cfa.offset;
    return this.stepByCfa(row.cfa.deref ? this.memory.readWord(sum) : sum, row.ra, row.fp);
  }

  /** The frame record that the frame pointer leads to. */
  private stepByFramePointer(): number {
    if (this.framePointer < this.stackPointer)
      return this.fail(KernelError.EINVAL, StopReason.BadFramePointer);
    return this.stepByCfa(this.framePointer + 16, RECORD_RETURN_ADDRESS, RECORD_FRAME_POINTER);
  }

  private stepByCfa(cfa: number, ra: SFrameLocation, fp: SFrameLocation): number {
    const { arch } = this;
    if (Number.isNaN(cfa)) return this.failToRead();
    const stackPointer = cfa + arch.callerStackPointerFromCfa;
    // The innermost frame may keep its stack pointer, on every architecture: glibc's vfork pops its return address.
    if (stackPointer < this.stackPointer || (stackPointer === this.stackPointer && !this.isTopmost)) {
      return this.fail(KernelError.EINVAL, StopReason.NoProgress);
    }
    if (cfa % 8 !== 0) return this.fail(KernelError.EINVAL, StopReason.BadCfa);

    const ip = this.locate(ra, cfa, arch.linkRegister);
    if (Number.isNaN(ip)) return this.failToRead();
    const { lastLow, lastHigh } = this.memory;
    const isUnchanged = fp.kind === SFrameLocationKind.Unchanged || this.hasPopped(fp, cfa);
    const framePointer = isUnchanged ? this.framePointer : this.locate(fp, cfa, arch.framePointer);
    if (Number.isNaN(framePointer) && !isUnchanged) return this.failToRead();

    this.setIp(ip, lastLow, lastHigh);
    this.stackPointer = stackPointer;
    this.framePointer = framePointer;
    return GO_ON;
  }

  /**
   * The caller's value of a register; NaN where it cannot be read. What no step can follow was refused before.
   * @param heldIn the register that has the value where it was not saved
   */
  private locate(location: SFrameLocation, cfa: number, heldIn: number): number {
    const { kind, deref, offset } = location;
    if (kind === SFrameLocationKind.FromCfa) return this.memory.readWord(cfa + offset);
    if (kind === SFrameLocationKind.Unchanged) return this.readRegister(heldIn);
    const value = this.readRegister(location.register) + offset;
    return deref ? this.memory.readWord(value) : value;
  }

  /** Whether the frame pointer's word lies below the copy, where the kernel would still read what was popped from there. */
  private hasPopped({ kind, deref, offset }: SFrameLocation, cfa: number): boolean {
    const isWord = kind === SFrameLocationKind.FromCfa && deref;
    if (!this.isTopmost || !isWord || cfa + offset >= this.memory.startAvma) return false;
    const range = this.space.find(this.ip);
    return range !== undefined && this.returning.isAt(range.mapping, this.ip);
  }

  /** A register of the innermost frame. */
  private readRegister(register: number): number {
    const { sample, arch } = this;
    this.sampled.readAllInto(sample, this.registers);
    const isStale = sample.cpumode === PERF_RECORD_MISC_USER && arch.staleInUserMode.includes(register);
    return isStale ? NaN : this.registers[register];
  }

  private setIp(ip: number, low: number, high: number): void {
    const { returnAddressHighMask } = this.arch;
    const isExact = addressFromHalves(low, high) === ip;
    this.ipLow = isExact ? low : lowHalf(ip);
    this.ipHigh = ((isExact ? high : highHalf(ip)) & returnAddressHighMask) >>> 0;
    this.ip = addressFromHalves(this.ipLow, this.ipHigh);
  }

  private fail(error: KernelError, reason: StopReason): StopReason {
    this.kernelCounters.errors[error]++;
    return reason;
  }

  private failToRead(): StopReason {
    return this.fail(KernelError.EFAULT, StopReason.StackNotCaptured);
  }

  private tell(
    module: Module,
    { error, message }: KernelAnswer,
    consequence: KernelEvent['consequence'],
  ): void {
    const { pid, tid } = this.sample;
    this.onEvent({ module, error, message, consequence, pid, tid });
  }
}

const NO_ANSWER: Answer = { verdict: NO_SECTION, row: new SFrameRow(), broken: undefined };

function answerOf(verdict: KernelAnswer, row: SFrameRow, arch: Architecture): Answer {
  const broken = verdict.error === KernelError.None ? findStepRule(row, arch) : undefined;
  return { verdict, row, broken };
}

/** Of the rules that end a stack; all others say that the row cannot be used. */
const stopReasons: ReadonlyMap<KernelRule, StopReason> = new Map([
  [kernelRules.stepCfaRegister, StopReason.BadCfa],
  [kernelRules.stepCfaCaller, StopReason.BadCfa],
  [kernelRules.stepUp, StopReason.NoProgress],
  [kernelRules.stepStays, StopReason.NoProgress],
]);
const RECORD_RETURN_ADDRESS = fromCfa(-8);
const RECORD_FRAME_POINTER = fromCfa(-16);

function fromCfa(offset: number): SFrameLocation {
  const location = new SFrameLocation();
  location.kind = SFrameLocationKind.FromCfa;
  location.deref = true;
  location.offset = offset;
  return location;
}
