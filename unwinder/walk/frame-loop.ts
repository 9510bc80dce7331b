/**
 * The per-sample loop: from a sample's registers and stack copy to frames, innermost first.
 *
 *   lookup address ──► range ──► mapping, file offset ──► rule (cached) ──► cfa, caller's ip, sp, fp
 *        ▲                                                                        │
 *        └── return address - 1 (a call's return address may belong to the next ──┘
 *            function); exact for the innermost frame and for one that a signal interrupted
 *
 * Runs of frames with packed rules are left to packed-walk.ts; what is here takes one frame of any kind:
 *
 *   run ──┬─► PackedWalk.run      frames with packed rules, as many as there are
 *         └─► step                one frame: by its row, its packed rule, or a guess; then on with the walk
 *
 * Printed is the same address that is looked up, as perf does, except for a signal trampoline, whose "return
 * address" is its first instruction (libdwfl's notion of an activation).
 *
 * Packed rules carry only ip, sp and fp from frame to frame. A row that needs another register (rbx in a lazy PLT
 * resolver, say) starts the sample anew in full mode, where every frame's row restores all registers.
 *
 * Nothing here throws, and after warm-up nothing is allocated.
 */

import {
  addressFromHalves,
  highHalf,
  isExactAddress,
  lowHalf,
  PERF_RECORD_MISC_USER,
  PERF_SAMPLE_REGS_ABI_32,
  type Sample,
} from '../../parser';
import type { AddressSpace, MappedRange, RangeFinder } from '../process/address-space';
import type { Architecture, CodeWithoutTables } from '../arch/arch';
import { FrameState } from '../sample/frame-state';
import { UNMAPPED_USER, type FrameTable } from '../callchain/frame-table';
import type { BinaryFilter, UnwindPolicy } from '../policy/policy';
import { PackedWalk, WalkEnd } from './packed-walk';
import { RegisterEvaluation } from './register-evaluation';
import { RowSource, type RegisterRow } from '../tables/register-row';
import {
  SLOT_CFA,
  SLOT_FRAME,
  SLOT_FRAME_POINTER,
  SLOT_KIND,
  SLOT_RETURN_ADDRESS,
  type RuleCache,
} from '../rules/rule-cache';
import type { KnownRules } from '../rules/known-rules';
import { ReturningCode } from './returning-code';
import { RuleMaker } from '../rules/rule-maker';
import type { SampleRegisters } from '../sample/sample-registers';
import { createCounters, type SampleUnwinder, type UnwindCounters } from './sample-unwinder';
import { fallsBackToFramePointer, type SourceRegistry, type UnwindMethod } from '../tables/source-order';
import { StackMemory } from '../sample/stack-memory';
import { StopReason } from './stop-reason';
import { UncoveredCode } from './uncovered-code';
import {
  IN_LINK_REGISTER,
  KIND_MASK,
  RuleKind,
  SIGNAL_FRAME_FLAG,
  SOURCE_SHIFT,
  UNCHANGED,
} from '../rules/unwind-rule';

export interface UnwindOptions {
  readonly method: UnwindMethod;
  /** Frames at most; perf prints 127. */
  readonly maxFrames: number;
  readonly policy: UnwindPolicy;
  /** Rules that earlier runs made; none by default. */
  readonly knownRules?: KnownRules | undefined;
  /** Rules that are held at most; as many as large programs have by default. */
  readonly mostRules?: number;
}

/** What an unwinder fills, which one for the 32-bit programs of the same recording fills, too. */
interface FrameResults {
  readonly frames: Int32Array;
  readonly counters: UnwindCounters;
}

function createResults({ maxFrames }: UnwindOptions): FrameResults {
  return { frames: new Int32Array(maxFrames), counters: createCounters() };
}

/** What a step says instead of a StopReason: a register was needed that packed rules do not carry. */
const NEEDS_ALL_REGISTERS = -1;
/** What a step says instead of a StopReason: the state is the caller's now. */
const GO_ON = -2;

export class FrameUnwinder implements SampleUnwinder {
  /** Frames of the sample that was unwound last, innermost first; the first {@link count} count. */
  readonly frames: Int32Array;
  count = 0;
  stopReason = StopReason.NoRegisters;
  /** Stack pointer of the outermost frame reached: how much of the stack the sample's chain spans. */
  outermostStackPointer = NaN;
  readonly counters: UnwindCounters;
  /** Unwinds the samples of 32-bit programs; made when one is met. It fills the same {@link frames}. */
  private of32Bit: FrameUnwinder | undefined;
  private readonly rules: RuleMaker;
  private readonly uncovered: UncoveredCode;
  private readonly returning: ReturningCode;
  private readonly memory: StackMemory;
  private readonly evaluation: RegisterEvaluation;
  private readonly state = new FrameState();
  private readonly walk: PackedWalk;
  private readonly guessCaller: CodeWithoutTables['guessCaller'];
  private readonly spacesWithBinary = new WeakSet<AddressSpace>();
  private readonly filters = new WeakMap<AddressSpace, BinaryFilter>();
  private readonly createFilter: UnwindPolicy['createFilter'];
  private readonly carriesAllRegisters: boolean;
  private readonly returnAddressHighMask: number;
  private space!: AddressSpace;
  /** Of {@link space}. */
  private filter: BinaryFilter | undefined;
  /** What the packed walk may take of {@link space}. */
  private ranges!: RangeFinder;
  /** Whether `evaluation.registers` are those of the frame in {@link state}. */
  private registersAreCurrent = false;

  constructor(
    private readonly arch: Architecture,
    private readonly options: UnwindOptions,
    private readonly sources: SourceRegistry,
    private readonly frameTable: FrameTable,
    { frames, counters }: FrameResults = createResults(options),
  ) {
    const { method, policy, knownRules, mostRules } = options;
    this.frames = frames;
    this.counters = counters;
    this.returning = new ReturningCode(arch);
    this.memory = new StackMemory(arch.wordSizeBytes);
    this.evaluation = new RegisterEvaluation(arch, this.memory);
    this.carriesAllRegisters = method === 'auto' || method === 'dwarf';
    const knowsTrampolines = this.carriesAllRegisters;
    this.rules = new RuleMaker(
      arch,
      { method, policy, knowsTrampolines, knownRules, mostRules },
      sources,
      frameTable,
      this.counters,
    );
    this.uncovered = new UncoveredCode(arch, this.rules);
    const wordHighMask = arch.wordSizeBytes === 4 ? 0 : -1;
    this.returnAddressHighMask = policy.stripsReturnAddresses
      ? arch.returnAddressHighMask
      : wordHighMask >>> 0;
    // A policy's guesses belong to its tables; what it leaves out is left out there.
    const asksTables = method !== 'fp';
    this.guessCaller = (asksTables ? policy.withoutTables(arch) : arch.withoutTables).guessCaller;
    this.createFilter = asksTables ? policy.createFilter : undefined;
    this.walk = new PackedWalk({
      frames: this.frames,
      framesBySource: this.counters.framesBySource,
      caches: this.rules.caches,
      callerStackPointerFromCfa: arch.callerStackPointerFromCfa,
      returnAddressHighMask: this.returnAddressHighMask,
      wordHighMask,
    });
  }

  /** Unwinds a sample; the result is in {@link frames}, {@link count} and {@link stopReason}. */
  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    if (sample.userRegsAbi === PERF_SAMPLE_REGS_ABI_32 && this.arch.wordSizeBytes === 8) {
      this.unwind32Bit(sample, registers, space);
      return;
    }
    this.count = 0;
    this.stopReason = StopReason.NoRegisters;
    this.outermostStackPointer = NaN;
    if (sample.userRegsOffset >= 0 && sample.stackSizeBytes > 0 && registers.isSufficient) {
      this.space = space;
      this.filter = this.filterOf(space);
      this.ranges = this.filter ?? space;
      registers.readStateInto(sample, this.state);
      this.memory.setSample(sample, this.state.stackPointer, space);
      this.evaluation.littleEndian = sample.littleEndian;
      let result = this.run(sample, registers, false);
      if (result === NEEDS_ALL_REGISTERS) {
        this.counters.restartedSamples++;
        registers.readStateInto(sample, this.state);
        result = this.run(sample, registers, true);
      }
      this.stopReason = result;
    }
    this.counters.stops[this.stopReason]++;
  }

  /** A sample of a 32-bit program: by its own machine. */
  private unwind32Bit(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    const arch = this.arch.of32BitPrograms;
    if (!arch || !registers.of32BitPrograms) {
      this.count = 0;
      this.outermostStackPointer = NaN;
      this.stopReason = StopReason.NotUnwoundHere;
      this.counters.stops[this.stopReason]++;
      return;
    }
    this.of32Bit ??= new FrameUnwinder(arch, this.options, this.sources, this.frameTable, this);
    this.of32Bit.unwind(sample, registers.of32BitPrograms, space);
    this.count = this.of32Bit.count;
    this.stopReason = this.of32Bit.stopReason;
    this.outermostStackPointer = this.of32Bit.outermostStackPointer;
  }

  /** @returns a StopReason, or NEEDS_ALL_REGISTERS */
  private run(sample: Sample, sampled: SampleRegisters, full: boolean): number {
    this.count = 0;
    this.registersAreCurrent = false;
    this.evaluation.forgetSample();
    for (;;) {
      if (!full) {
        const end = this.walkPacked();
        if (end !== WalkEnd.NoPackedRule) {
          return end === WalkEnd.Outermost ? StopReason.Outermost : StopReason.DepthLimit;
        }
      }
      const result = this.step(sample, sampled, full);
      if (result !== GO_ON) return result;
    }
  }

  private walkPacked(): WalkEnd {
    const { walk, state } = this;
    walk.count = this.count;
    const end = walk.run(state, this.memory, this.ranges);
    if (walk.count === this.count) return end;
    if (this.count === 0) this.spacesWithBinary.add(this.space);
    this.count = walk.count;
    this.outermostStackPointer = walk.lastStackPointer;
    this.registersAreCurrent = false;
    this.setLinkRegisterAfterCall();
    return end;
  }

  /** Takes one frame and moves the state to its caller. @returns GO_ON, a StopReason, or NEEDS_ALL_REGISTERS */
  private step(sample: Sample, sampled: SampleRegisters, full: boolean): number {
    const { state, options, counters, rules } = this;
    this.outermostStackPointer = state.stackPointer;
    const isInnermost = this.count === 0;
    const lookup = state.isExact ? state.ip : state.ip - 1;
    const range = this.space.find(lookup);
    let kind = RuleKind.NoRow;
    let position = 0;
    let cache: RuleCache | undefined;
    let hasBinary = true;
    if (range === undefined) {
      // A word that is 1 (the number of arguments, at the entry of a program) is not a return address.
      if (lookup === 0 && !state.isExact) return StopReason.NoMapping;
      if (isInnermost && !this.spacesWithBinary.has(this.space)) return StopReason.NoMapping;
      this.pushUnmapped();
      if (fallsBackToFramePointer(options.method)) kind = RuleKind.FramePointerGuess;
    } else {
      // No call returns to data: the walk went astray. Code that was put on the stack is only jumped to.
      if (!state.isExact && (range.isData === true || range.mapping.module.isStack)) {
        return StopReason.NoMapping;
      }
      if (this.filter?.admits(range, lookup, state.ip, isInnermost) === false) return StopReason.NoBinary;
      cache = rules.cacheOf(range.mapping);
      position = rules.findRule(cache, range.mapping, lookup);
      const flags = cache.words[position + SLOT_KIND];
      kind = flags & KIND_MASK;
      if (kind === RuleKind.NoBinary) {
        if (!options.policy.goesOnWithoutBinary) return StopReason.NoBinary;
        hasBinary = false;
        if (fallsBackToFramePointer(options.method)) kind = RuleKind.FramePointerGuess;
      } else if (isInnermost) this.spacesWithBinary.add(this.space);
      const isActivation = (flags & SIGNAL_FRAME_FLAG) !== 0 && !state.isExact;
      this.frames[this.count++] = isActivation
        ? this.frameTable.intern(range.mapping.index, state.ipLow, state.ipHigh)
        : cache.words[position + SLOT_FRAME] - 1;
      counters.framesBySource[(flags >> SOURCE_SHIFT) & 7]++;
    }
    if (this.count >= options.maxFrames) return StopReason.DepthLimit;

    let row: RegisterRow | undefined;
    if (full && range !== undefined && kind < RuleKind.Outermost)
      row = rules.findFullRow(range.mapping, lookup);
    if (row === undefined && kind === RuleKind.General) row = rules.rows[cache!.words[position + SLOT_CFA]];
    let result: number;
    if (row !== undefined) {
      this.evaluation.loadBias =
        lookup - range!.mapping.module.svmaOfFileOffset(lookup - range!.mapping.delta);
      this.evaluation.hasPopped = isInnermost && this.hasPopped(range!);
      result = this.stepByRow(row, isInnermost, sample, sampled, full);
    } else if (kind <= RuleKind.AtFramePointer) {
      result = this.stepByRule(cache!.words, position, isInnermost, range!);
    } else if (kind === RuleKind.FramePointerGuess) {
      result = this.stepByGuess(range, hasBinary);
    } else return stopReasonOf(kind);
    if (result !== GO_ON) return result;

    if (this.returnAddressHighMask !== 0xffffffff) {
      state.ipHigh = (state.ipHigh & this.returnAddressHighMask) >>> 0;
      state.ip = addressFromHalves(state.ipLow, state.ipHigh);
    }
    if (state.ip === 0) {
      if (kind !== RuleKind.FramePointerGuess) return StopReason.Outermost;
      if (!options.policy.showsGuessedZero) return StopReason.BadFramePointer;
    }
    return GO_ON;
  }

  /** By a row, which is evaluated in full. */
  private stepByRow(
    row: RegisterRow,
    isInnermost: boolean,
    sample: Sample,
    sampled: SampleRegisters,
    full: boolean,
  ): number {
    const { arch, memory, evaluation, options, state } = this;
    this.counters.generalFrames++;
    if (row.isOutermost) return StopReason.Outermost;
    const isPartial = !this.registersAreCurrent && !isInnermost;
    if (isInnermost) this.readSampledRegisters(sample, sampled);
    else if (isPartial) this.setKnownRegisters();
    evaluation.registers[arch.returnAddressColumn] =
      arch.linkRegister < 0 ? state.ip : evaluation.registers[arch.linkRegister];
    evaluation.step(row);
    if (evaluation.missedRegister && isPartial && !full && this.carriesAllRegisters) {
      return NEEDS_ALL_REGISTERS;
    }
    if (Number.isNaN(evaluation.cfa)) {
      return this.reasonOfLoss(memory.missedAboveCopy ? memory.missReason : StopReason.BadCfa);
    }
    const ip = evaluation.registers[row.returnAddressColumn];
    if (Number.isNaN(ip)) return this.reasonOfLoss(memory.missReason);
    state.ip = ip;
    state.ipLow = evaluation.returnAddressLow;
    state.ipHigh = evaluation.returnAddressHigh;
    if (addressFromHalves(state.ipLow, state.ipHigh) !== ip) {
      const heldIn = isInnermost && !isExactAddress(ip) ? evaluation.returnAddressRegister(row) : -1;
      state.ipLow = heldIn < 0 ? lowHalf(ip) : sampled.lowWord(sample, heldIn);
      state.ipHigh = heldIn < 0 ? highHalf(ip) : sampled.highWord(sample, heldIn);
    }
    state.framePointer = evaluation.registers[arch.framePointer];
    const callerStackPointer = evaluation.registers[arch.stackPointer];
    if (!row.isSignalFrame && !this.isAbove(callerStackPointer)) return StopReason.NoProgress;
    if (arch.linkRegister >= 0) {
      // A call overwrote it: what the caller had in it is lost, unless the caller was interrupted.
      if (!row.isSignalFrame && options.policy.losesLinkRegisterInCalls)
        evaluation.registers[arch.linkRegister] = NaN;
      state.linkRegister = evaluation.registers[arch.linkRegister];
      state.linkRegisterLow = row.isSignalFrame ? lowHalf(state.linkRegister) : state.ipLow;
      state.linkRegisterHigh = row.isSignalFrame ? highHalf(state.linkRegister) : state.ipHigh;
    }
    state.stackPointer = callerStackPointer;
    state.isExact = row.isSignalFrame;
    this.registersAreCurrent = true;
    return GO_ON;
  }

  /** By a packed rule that the walk left: a rule that is new, a word outside the copy, a link register. */
  private stepByRule(words: Int32Array, position: number, isInnermost: boolean, range: MappedRange): number {
    const { arch, memory, state } = this;
    const kind: RuleKind = words[position + SLOT_KIND] & KIND_MASK;
    const base = kind === RuleKind.FromStackPointer ? state.stackPointer : state.framePointer;
    let cfa = base + words[position + SLOT_CFA];
    let savedFrom = cfa;
    if (kind === RuleKind.AtFramePointer) {
      cfa = memory.readWord(cfa);
      savedFrom = state.framePointer;
      if (Number.isNaN(cfa) && memory.missedAboveCopy) return this.reasonOfLoss(memory.missReason);
    }
    if (Number.isNaN(cfa)) return this.reasonOfLoss(StopReason.BadCfa);
    const framePointerOffset = words[position + SLOT_FRAME_POINTER];
    const isBelowCopy = isInnermost && savedFrom + framePointerOffset < memory.startAvma;
    const keepsFramePointer = framePointerOffset === UNCHANGED || (isBelowCopy && this.hasPopped(range));
    const returnAddressOffset = words[position + SLOT_RETURN_ADDRESS];
    if (returnAddressOffset === IN_LINK_REGISTER) {
      if (Number.isNaN(state.linkRegister)) {
        return isInnermost ? StopReason.NoRegisters : StopReason.NoProgress;
      }
      state.returnToLinkRegister();
    } else {
      state.ip = memory.readWord(cfa + returnAddressOffset);
      state.ipLow = memory.lastLow;
      state.ipHigh = memory.lastHigh;
    }
    if (Number.isNaN(state.ip)) return memory.missReason;
    if (!keepsFramePointer) state.framePointer = memory.readWord(savedFrom + framePointerOffset);
    const callerStackPointer = cfa + arch.callerStackPointerFromCfa;
    if (!this.isAbove(callerStackPointer)) return StopReason.NoProgress;
    state.stackPointer = callerStackPointer;
    this.setLinkRegisterAfterCall();
    state.isExact = false;
    this.registersAreCurrent = false;
    return GO_ON;
  }

  /** By the chain of frames on the stack, where no table covers the frame. */
  private stepByGuess(range: MappedRange | undefined, hasBinary: boolean): number {
    const { memory, state } = this;
    state.returnsToLinkRegister =
      state.isExact && this.uncovered.returnsToLinkRegister(state, range, this.space);
    const { isExact } = state;
    state.isExact = false;
    if (!this.guessCaller(state, memory)) {
      state.isExact = isExact;
      if (memory.isStackAboveCopy(state.framePointer)) return StopReason.StackNotCaptured;
      // Without the binary a guess was all that was left: that it failed is not what a person has to mend.
      const usual = hasBinary ? StopReason.BadFramePointer : StopReason.NoBinary;
      return range === undefined ? usual : (this.uncovered.reasonToStop(state, range) ?? usual);
    }
    if (this.options.policy.losesLinkRegisterInCalls) state.linkRegister = NaN;
    this.registersAreCurrent = false;
    return GO_ON;
  }

  /** Whether the sampled function has its caller's registers again, though its rows lead to words below the copy. */
  private hasPopped({ mapping }: MappedRange): boolean {
    return this.options.policy.knowsFunctionEnds && this.returning.isAt(mapping, this.state.ip);
  }

  /** Whether a caller's stack pointer lies above the frame's, or the policy does not ask. */
  private isAbove(callerStackPointer: number): boolean {
    const { stackPointer, isExact } = this.state;
    return (
      callerStackPointer > stackPointer ||
      (isExact && callerStackPointer === stackPointer) ||
      !this.options.policy.requiresCallerAbove
    );
  }

  private setLinkRegisterAfterCall(): void {
    const { state } = this;
    state.linkRegister = this.options.policy.losesLinkRegisterInCalls ? NaN : state.ip;
    state.linkRegisterLow = state.ipLow;
    state.linkRegisterHigh = state.ipHigh;
  }

  private readSampledRegisters(sample: Sample, sampled: SampleRegisters): void {
    const { evaluation } = this;
    sampled.readAllInto(sample, evaluation.registers);
    const { distrustsStaleRegisters } = this.options.policy;
    if (sample.cpumode === PERF_RECORD_MISC_USER && distrustsStaleRegisters)
      evaluation.distrustStaleRegisters();
  }

  /** Why a value that is needed is not there. */
  private reasonOfLoss(usual: StopReason): StopReason {
    return this.evaluation.missedStaleRegister ? StopReason.StaleRegister : usual;
  }

  /** What is known of a frame after packed rules: the rest is lost until the sample is run in full mode. */
  private setKnownRegisters(): void {
    const { arch, state } = this;
    const { registers } = this.evaluation;
    registers.fill(NaN);
    registers[arch.stackPointer] = state.stackPointer;
    registers[arch.framePointer] = state.framePointer;
    if (arch.linkRegister >= 0) registers[arch.linkRegister] = state.linkRegister;
    else registers[arch.returnAddressColumn] = state.ip;
  }

  private filterOf(space: AddressSpace): BinaryFilter | undefined {
    if (!this.createFilter) return undefined;
    let filter = this.filters.get(space);
    if (!filter) this.filters.set(space, (filter = this.createFilter(space)));
    return filter;
  }

  private pushUnmapped(): void {
    let low = this.state.ipLow >>> 0;
    let high = this.state.ipHigh >>> 0;
    if (!this.state.isExact) {
      if (low === 0) high = (high - 1) >>> 0;
      low = (low - 1) >>> 0;
    }
    this.frames[this.count++] = this.frameTable.intern(UNMAPPED_USER, low, high);
    this.counters.framesBySource[RowSource.None]++;
  }
}

function stopReasonOf(kind: RuleKind): StopReason {
  switch (kind) {
    case RuleKind.Outermost:
      return StopReason.Outermost;
    case RuleKind.CorruptRow:
      return StopReason.CorruptRow;
    case RuleKind.NoBinary:
      return StopReason.NoBinary;
    default:
      return StopReason.NoRow;
  }
}
