/**
 * The per-sample loop: from a sample's registers and stack copy to frames, innermost first.
 *
 *   lookup address ──► range ──► mapping, file offset ──► rule (cached) ──► cfa, caller's ip, sp, fp
 *        ▲                                                                        │
 *        └── return address - 1 (a call's return address may belong to the next ──┘
 *            function); exact for the innermost frame and for one that a signal interrupted
 *
 * Printed is the same address that is looked up, as perf does, except for a signal trampoline, whose "return
 * address" is its first instruction (libdwfl's notion of an activation).
 *
 * Fast rules carry only ip, sp and fp from frame to frame. A row that needs another register (rbx in a lazy PLT
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
  TWO_POW_32,
  type Sample,
} from '../parser';
import type { AddressSpace, MappedRange } from './address-space';
import type { Architecture } from './arch/arch';
import { UNMAPPED_USER, type FrameTable } from './frame-table';
import type { Mapping, Module } from './module';
import { RegisterEvaluation } from './register-evaluation';
import { RowSource, type RegisterRow } from './register-row';
import {
  RuleCache,
  SLOT_CFA,
  SLOT_FRAME,
  SLOT_FRAME_POINTER,
  SLOT_KIND,
  SLOT_RETURN_ADDRESS,
} from './rule-cache';
import type { SampleRegisters } from './sample-registers';
import { createCounters, type SampleUnwinder } from './sample-unwinder';
import { fallsBackToFramePointer, type SourceRegistry, type UnwindMethod } from './source-order';
import { StackMemory } from './stack-memory';
import { StopReason } from './stop-reason';
import { UncoveredFrame } from './uncovered-frame';
import {
  IN_LINK_REGISTER,
  KIND_MASK,
  PackedRule,
  packRow,
  RuleKind,
  SIGNAL_FRAME_FLAG,
  SOURCE_SHIFT,
  UNCHANGED,
} from './unwind-rule';
import { SourceStatus } from './unwind-source';

export interface UnwindOptions {
  readonly method: UnwindMethod;
  /** Frames at most; perf prints 127. */
  readonly maxFrames: number;
  /** Does what perf 7.2 with libdw does where that is wrong (docs/as-perf.md). */
  readonly asPerf: boolean;
}

/** In {@link FrameUnwinder.run}: a register was needed that fast rules do not carry. */
const NEEDS_ALL_REGISTERS = -1;

export class FrameUnwinder implements SampleUnwinder {
  /** Frames of the sample that was unwound last, innermost first; the first {@link count} count. */
  readonly frames: Int32Array;
  count = 0;
  stopReason = StopReason.NoRegisters;
  /** Stack pointer of the outermost frame reached: how much of the stack the sample's chain spans. */
  outermostStackPointer = NaN;
  readonly counters = createCounters();
  private readonly caches: RuleCache[] = [];
  /** Rows of general rules, by the index in their rule. */
  private readonly rows: RegisterRow[] = [];
  private readonly fullRows: Map<number, RegisterRow | undefined>[] = [];
  private readonly memory = new StackMemory();
  private readonly evaluation: RegisterEvaluation;
  private readonly packed = new PackedRule();
  private readonly uncovered = new UncoveredFrame();
  private readonly guessCaller: Architecture['guessCaller'];
  private readonly spacesWithBinary = new WeakSet<AddressSpace>();
  private readonly carriesAllRegisters: boolean;
  private space!: AddressSpace;

  constructor(
    private readonly arch: Architecture,
    private readonly options: UnwindOptions,
    private readonly sources: SourceRegistry,
    private readonly frameTable: FrameTable,
  ) {
    this.frames = new Int32Array(options.maxFrames);
    this.evaluation = new RegisterEvaluation(arch, this.memory);
    this.carriesAllRegisters = options.method === 'auto' || options.method === 'dwarf';
    // perf has no method of frame pointers: its guesses belong to the tables.
    this.guessCaller = options.asPerf && options.method !== 'fp' ? arch.guessCallerAsPerf : arch.guessCaller;
  }

  /** Unwinds a sample; the result is in {@link frames}, {@link count} and {@link stopReason}. */
  unwind(sample: Sample, registers: SampleRegisters, space: AddressSpace): void {
    this.count = 0;
    this.stopReason = StopReason.NoRegisters;
    this.outermostStackPointer = NaN;
    if (sample.userRegsOffset >= 0 && sample.stackSizeBytes > 0 && registers.isSufficient) {
      this.space = space;
      this.memory.setSample(sample, registers.stackPointer(sample), space);
      this.evaluation.littleEndian = sample.littleEndian;
      let result = this.run(sample, registers, false);
      if (result === NEEDS_ALL_REGISTERS) {
        this.counters.restartedSamples++;
        result = this.run(sample, registers, true);
      }
      this.stopReason = result;
    }
    this.counters.stops[this.stopReason]++;
  }

  /** @returns a StopReason, or NEEDS_ALL_REGISTERS */
  private run(sample: Sample, sampled: SampleRegisters, full: boolean): number {
    const { arch, memory, evaluation, options, counters } = this;
    let ip = sampled.instructionPointer(sample);
    let sp = sampled.stackPointer(sample);
    let fp = sampled.framePointer(sample);
    let ipLow = lowHalf(ip);
    let ipHigh = highHalf(ip);
    let linkRegister = sampled.linkRegister(sample);
    let linkRegisterLow = sampled.lowWord(sample, arch.linkRegister);
    let linkRegisterHigh = sampled.highWord(sample, arch.linkRegister);
    let isExact = true;
    /** Whether `evaluation.registers` are this frame's. */
    let registersAreCurrent = false;
    this.count = 0;
    evaluation.forgetSample();
    for (let depth = 0; ; depth++) {
      this.outermostStackPointer = sp;
      const lookup = isExact ? ip : ip - 1;
      const range = this.space.find(lookup);
      let kind = RuleKind.NoRow;
      let position = 0;
      let cache: RuleCache | undefined;
      if (range === undefined) {
        if (depth === 0 && !this.spacesWithBinary.has(this.space)) return StopReason.NoMapping;
        this.pushUnmapped(ipLow, ipHigh, isExact);
        if (fallsBackToFramePointer(options.method)) kind = RuleKind.FramePointerGuess;
      } else {
        cache = this.cacheOf(range.mapping);
        position = this.findRule(cache, range, lookup);
        const flags = cache.words[position + SLOT_KIND];
        kind = flags & KIND_MASK;
        if (kind === RuleKind.NoBinary) {
          if (options.asPerf) return StopReason.NoBinary;
          if (fallsBackToFramePointer(options.method)) kind = RuleKind.FramePointerGuess;
        } else if (depth === 0) this.spacesWithBinary.add(this.space);
        const isActivation = isExact || (flags & SIGNAL_FRAME_FLAG) !== 0;
        this.frames[this.count++] =
          isActivation && !isExact
            ? this.frameTable.intern(range.mapping.index, ipLow, ipHigh)
            : cache.words[position + SLOT_FRAME] - 1;
        counters.framesBySource[(flags >> SOURCE_SHIFT) & 7]++;
      }
      if (this.count >= options.maxFrames) return StopReason.DepthLimit;

      let row: RegisterRow | undefined;
      if (full && range !== undefined && kind < RuleKind.Outermost) row = this.findFullRow(range, lookup);
      if (row === undefined && kind === RuleKind.General) row = this.rows[cache!.words[position + SLOT_CFA]];
      let cfa: number;
      let wasSignalFrame = false;
      if (row !== undefined) {
        counters.generalFrames++;
        if (row.isOutermost) return StopReason.Outermost;
        const isPartial = !registersAreCurrent && depth > 0;
        if (depth === 0) this.readSampledRegisters(sample, sampled);
        else if (isPartial) this.setKnownRegisters(ip, sp, fp, linkRegister);
        evaluation.registers[arch.returnAddressColumn] =
          arch.linkRegister < 0 ? ip : evaluation.registers[arch.linkRegister];
        evaluation.loadBias = this.loadBiasOf(range!, lookup);
        evaluation.step(row);
        if (evaluation.missedRegister && isPartial && !full && this.carriesAllRegisters)
          return NEEDS_ALL_REGISTERS;
        cfa = evaluation.cfa;
        if (Number.isNaN(cfa)) {
          return this.reasonOfLoss(memory.missedAboveCopy ? StopReason.StackNotCaptured : StopReason.BadCfa);
        }
        ip = evaluation.registers[row.returnAddressColumn];
        if (Number.isNaN(ip)) return this.reasonOfLoss(StopReason.StackNotCaptured);
        ipLow = evaluation.returnAddressLow;
        ipHigh = evaluation.returnAddressHigh;
        if (addressFromHalves(ipLow, ipHigh) !== ip) {
          const heldIn = depth === 0 && !isExactAddress(ip) ? evaluation.returnAddressRegister(row) : -1;
          ipLow = heldIn < 0 ? lowHalf(ip) : sampled.lowWord(sample, heldIn);
          ipHigh = heldIn < 0 ? highHalf(ip) : sampled.highWord(sample, heldIn);
        }
        fp = evaluation.registers[arch.framePointer];
        const callerSp = evaluation.registers[arch.stackPointer];
        wasSignalFrame = row.isSignalFrame;
        if (!wasSignalFrame && !(callerSp > sp || (isExact && callerSp === sp)) && !options.asPerf) {
          return StopReason.NoProgress;
        }
        if (arch.linkRegister >= 0) {
          // A call overwrote it: what the caller had in it is lost, unless the caller was interrupted.
          if (!wasSignalFrame && !options.asPerf) evaluation.registers[arch.linkRegister] = NaN;
          linkRegister = evaluation.registers[arch.linkRegister];
          linkRegisterLow = wasSignalFrame ? lowHalf(linkRegister) : ipLow;
          linkRegisterHigh = wasSignalFrame ? highHalf(linkRegister) : ipHigh;
        }
        sp = callerSp;
        registersAreCurrent = true;
      } else if (kind <= RuleKind.FromFramePointer) {
        const words = cache!.words;
        cfa = (kind === RuleKind.FromStackPointer ? sp : fp) + words[position + SLOT_CFA];
        if (Number.isNaN(cfa)) return this.reasonOfLoss(StopReason.BadCfa);
        const returnAddressOffset = words[position + SLOT_RETURN_ADDRESS];
        if (returnAddressOffset === IN_LINK_REGISTER) {
          if (Number.isNaN(linkRegister)) return depth === 0 ? StopReason.NoRegisters : StopReason.NoProgress;
          ip = linkRegister;
          ipLow = linkRegisterLow;
          ipHigh = linkRegisterHigh;
        } else {
          ip = memory.readWord(cfa + returnAddressOffset);
          ipLow = memory.lastLow;
          ipHigh = memory.lastHigh;
        }
        if (Number.isNaN(ip)) return StopReason.StackNotCaptured;
        const framePointerOffset = words[position + SLOT_FRAME_POINTER];
        if (framePointerOffset !== UNCHANGED) fp = memory.readWord(cfa + framePointerOffset);
        const callerSp = cfa + arch.callerStackPointerFromCfa;
        if (!(callerSp > sp || (isExact && callerSp === sp)) && !options.asPerf) return StopReason.NoProgress;
        sp = callerSp;
        // libdw goes on with the return address in the link register; in truth the call lost what was in it.
        linkRegister = options.asPerf ? ip : NaN;
        linkRegisterLow = ipLow;
        linkRegisterHigh = ipHigh;
        registersAreCurrent = false;
      } else if (kind === RuleKind.FramePointerGuess) {
        const frame = this.uncovered;
        frame.stackPointer = sp;
        frame.framePointer = fp;
        frame.linkRegister = linkRegister;
        frame.linkRegisterLow = linkRegisterLow;
        frame.linkRegisterHigh = linkRegisterHigh;
        frame.returnsToLinkRegister = isExact && this.returnsToLinkRegister(linkRegister, range);
        if (!this.guessCaller(frame, memory)) {
          const goesOnAbove = memory.isStackAboveCopy(frame.framePointer);
          return goesOnAbove ? StopReason.StackNotCaptured : StopReason.BadFramePointer;
        }
        ip = frame.ip;
        ipLow = frame.ipLow;
        ipHigh = frame.ipHigh;
        sp = frame.stackPointer;
        fp = frame.framePointer;
        linkRegister = options.asPerf ? frame.linkRegister : NaN;
        linkRegisterLow = frame.linkRegisterLow;
        linkRegisterHigh = frame.linkRegisterHigh;
        registersAreCurrent = false;
      } else return stopReasonOf(kind);

      if (arch.returnAddressHighMask !== 0xffffffff && !options.asPerf) {
        ipHigh = (ipHigh & arch.returnAddressHighMask) >>> 0;
        ip = addressFromHalves(ipLow, ipHigh);
      }
      // libdwfl takes a guessed return address of zero for a frame; perf prints it minus one.
      if (ip === 0 && !(kind === RuleKind.FramePointerGuess && options.asPerf)) return StopReason.Outermost;
      isExact = wasSignalFrame;
    }
  }

  private readSampledRegisters(sample: Sample, sampled: SampleRegisters): void {
    const { evaluation, options } = this;
    sampled.readAllInto(sample, evaluation.registers);
    if (sample.cpumode === PERF_RECORD_MISC_USER && !options.asPerf) evaluation.distrustStaleRegisters();
  }

  /** Why a value that is needed is not there. */
  private reasonOfLoss(usual: StopReason): StopReason {
    return this.evaluation.missedStaleRegister ? StopReason.StaleRegister : usual;
  }

  /**
   * Whether the link register of an interrupted frame that no table covers holds its return address: it leads to
   * another binary or to code that a table covers, so it cannot be left over from a call that the frame made.
   */
  private returnsToLinkRegister(linkRegister: number, range: MappedRange | undefined): boolean {
    const high = (highHalf(linkRegister) & this.arch.returnAddressHighMask) >>> 0;
    const lookup = addressFromHalves(lowHalf(linkRegister), high) - 1;
    const callerRange = this.space.find(lookup);
    if (callerRange === undefined) return false;
    if (callerRange.mapping !== range?.mapping) return true;
    const cache = this.cacheOf(callerRange.mapping);
    const kind: RuleKind = cache.words[this.findRule(cache, callerRange, lookup) + SLOT_KIND] & KIND_MASK;
    return kind <= RuleKind.Outermost;
  }

  /** What is known of a frame after fast rules: the rest is lost until the sample is run in full mode. */
  private setKnownRegisters(ip: number, sp: number, fp: number, linkRegister: number): void {
    const { registers } = this.evaluation;
    registers.fill(NaN);
    registers[this.arch.stackPointer] = sp;
    registers[this.arch.framePointer] = fp;
    if (this.arch.linkRegister >= 0) registers[this.arch.linkRegister] = linkRegister;
    else registers[this.arch.returnAddressColumn] = ip;
  }

  private pushUnmapped(ipLow: number, ipHigh: number, isExact: boolean): void {
    let low = ipLow >>> 0;
    let high = ipHigh >>> 0;
    if (!isExact) {
      if (low === 0) high = (high - 1) >>> 0;
      low = (low - 1) >>> 0;
    }
    this.frames[this.count++] = this.frameTable.intern(UNMAPPED_USER, low, high);
    this.counters.framesBySource[RowSource.None]++;
  }

  private cacheOf(mapping: Mapping): RuleCache {
    return (this.caches[mapping.index] ??= new RuleCache());
  }

  /** The position in the cache of the rule for an address of a range. */
  private findRule(cache: RuleCache, range: MappedRange, lookup: number): number {
    const key = lookup - range.mapping.delta;
    const position = cache.find(key);
    return cache.words[position + SLOT_FRAME] !== 0
      ? position
      : this.makeRule(cache, range.mapping, key, lookup);
  }

  private makeRule(cache: RuleCache, mapping: Mapping, key: number, lookup: number): number {
    this.counters.cacheMisses++;
    const frame = this.frameTable.intern(mapping.index, lowHalf(lookup), highHalf(lookup));
    const put = (kind: number, cfa = 0, returnAddress = 0, framePointer = 0): number =>
      cache.put(key, frame, kind, cfa, returnAddress, framePointer);
    // Only reserved address space is larger than 4 GiB: no table covers it, and keys have 32 bits.
    if (!(key >= 0 && key < TWO_POW_32)) return put(RuleKind.NoBinary);
    const { module } = mapping;
    if (!module.images.image) return put(RuleKind.NoBinary);
    const svma = module.svmaOfFileOffset(key);
    let kind = RuleKind.NoRow;
    if (!Number.isNaN(svma)) {
      for (const source of this.sources.sourcesOf(module, this.options.method)) {
        const answer = source.resolveRow(svma);
        if (answer.status === SourceStatus.Found) return this.putRow(answer.row!, put);
        if (answer.status === SourceStatus.Corrupt) kind = RuleKind.CorruptRow;
      }
    }
    if (this.carriesAllRegisters && kind === RuleKind.NoRow) {
      const row = this.findTrampolineRow(mapping.module, svma);
      if (row) return this.putRow(row, put);
    }
    if (!fallsBackToFramePointer(this.options.method)) return put(kind);
    return put(RuleKind.FramePointerGuess | (RowSource.FramePointer << SOURCE_SHIFT));
  }

  private putRow(
    row: RegisterRow,
    put: (kind: number, cfa: number, returnAddress: number, framePointer: number) => number,
  ): number {
    const flags = (row.source << SOURCE_SHIFT) | (row.isSignalFrame ? SIGNAL_FRAME_FLAG : 0);
    const { packed } = this;
    if (packRow(row, this.arch, packed)) {
      return put(
        packed.kind | flags,
        packed.cfaOffset,
        packed.returnAddressOffset,
        packed.framePointerOffset,
      );
    }
    this.rows.push(row);
    return put(RuleKind.General | flags, this.rows.length - 1, 0, 0);
  }

  private findTrampolineRow(module: Module, svma: number): RegisterRow | undefined {
    const { image } = module.images;
    if (!image || Number.isNaN(svma)) return undefined;
    const readCode = (at: number, sizeBytes: number): DataView | undefined => {
      const fileOffset = image.fileOffsetOf(at);
      if (fileOffset < 0 || image.fileOffsetOf(at + sizeBytes - 1) < 0) return undefined;
      const bytes = image.readFile(fileOffset, sizeBytes);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    };
    return this.arch.findTrampolineRow(svma, readCode, this.options.asPerf);
  }

  /** The row that restores all registers: DWARF's where there is one, since SFrame's do not. */
  private findFullRow(range: MappedRange, lookup: number): RegisterRow | undefined {
    const { mapping } = range;
    const rows = (this.fullRows[mapping.index] ??= new Map<number, RegisterRow | undefined>());
    const key = lookup - mapping.delta;
    if (rows.has(key)) return rows.get(key);
    const svma = mapping.module.svmaOfFileOffset(key);
    let row = this.sources.dwarfOf(mapping.module)?.resolveRow(svma).row;
    if (!row && this.options.method !== 'dwarf')
      row = this.sources.sframeOf(mapping.module)?.resolveRow(svma).row;
    rows.set(key, row);
    return row;
  }

  /** avma - svma at an address. */
  private loadBiasOf(range: MappedRange, lookup: number): number {
    return lookup - range.mapping.module.svmaOfFileOffset(lookup - range.mapping.delta);
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
