/** Where a sample's user registers are: worked out once per register mask, read without allocation. */

import { addressFromHalves, highHalf, lowHalf, type Sample } from '../../parser';
import type { Architecture } from '../arch/arch';
import type { FrameState } from './frame-state';

export class SampleRegisters {
  /** Word index within the sampled registers by DWARF number; -1 where the mask leaves the register out. */
  private readonly wordOfDwarf: Int8Array;
  private readonly instructionPointerWord: number;
  private readonly stackPointerWord: number;
  private readonly framePointerWord: number;
  private readonly linkRegisterWord: number;
  /** How to read the samples of 32-bit programs (PERF_SAMPLE_REGS_ABI_32); undefined where they are not known. */
  readonly of32BitPrograms: SampleRegisters | undefined;

  /** @param mask sample_regs_user of the event's attribute */
  constructor(
    private readonly arch: Architecture,
    mask: bigint,
  ) {
    this.of32BitPrograms = arch.of32BitPrograms && new SampleRegisters(arch.of32BitPrograms, mask);
    this.wordOfDwarf = new Int8Array(arch.registerCount).fill(-1);
    let word = 0;
    let instructionPointerWord = -1;
    let stackPointerWord = -1;
    for (let perfRegister = 0; perfRegister < 64; perfRegister++) {
      if (((mask >> BigInt(perfRegister)) & 1n) === 0n) continue;
      const dwarfRegister = arch.dwarfRegisterOfPerf[perfRegister] ?? -1;
      if (dwarfRegister >= 0) this.wordOfDwarf[dwarfRegister] = word;
      if (perfRegister === arch.perfInstructionPointer) instructionPointerWord = word;
      if (perfRegister === arch.perfStackPointer) stackPointerWord = word;
      word++;
    }
    this.instructionPointerWord = instructionPointerWord;
    this.stackPointerWord = stackPointerWord;
    this.framePointerWord = this.wordOfDwarf[arch.framePointer];
    this.linkRegisterWord = arch.linkRegister < 0 ? -1 : this.wordOfDwarf[arch.linkRegister];
  }

  /** Whether the registers without which nothing can be unwound are sampled. */
  get isSufficient(): boolean {
    return this.instructionPointerWord >= 0 && this.stackPointerWord >= 0;
  }

  /** Whether a register is sampled, by DWARF number. */
  has(register: number): boolean {
    return this.wordOfDwarf[register] >= 0;
  }

  instructionPointer(sample: Sample): number {
    return readWord(sample, this.instructionPointerWord);
  }

  stackPointer(sample: Sample): number {
    return readWord(sample, this.stackPointerWord);
  }

  /** NaN where the mask leaves it out. */
  framePointer(sample: Sample): number {
    return readWord(sample, this.framePointerWord);
  }

  /** NaN where there is none, or the mask leaves it out. */
  linkRegister(sample: Sample): number {
    return readWord(sample, this.linkRegisterWord);
  }

  /** The low half of a register's word, by DWARF number; 0 where it was not sampled. */
  lowWord(sample: Sample, register: number): number {
    const at = this.halfOffset(sample, register, sample.littleEndian ? 0 : 4);
    return at < 0 ? 0 : sample.view.getUint32(at, sample.littleEndian);
  }

  /** The high half of a register's word, by DWARF number; 0 where it was not sampled. */
  highWord(sample: Sample, register: number): number {
    const at = this.halfOffset(sample, register, sample.littleEndian ? 4 : 0);
    return at < 0 ? 0 : sample.view.getUint32(at, sample.littleEndian);
  }

  private halfOffset(sample: Sample, register: number, offset: number): number {
    const word = register < 0 ? -1 : this.wordOfDwarf[register];
    return word < 0 ? -1 : sample.userRegsOffset + word * 8 + offset;
  }

  /** Puts a walk at the sample's innermost frame. Registers that the mask leaves out are NaN. */
  readStateInto(sample: Sample, out: FrameState): void {
    const { arch } = this;
    out.ip = this.instructionPointer(sample);
    out.ipLow = lowHalf(out.ip);
    out.ipHigh = highHalf(out.ip);
    out.isExact = true;
    out.stackPointer = this.stackPointer(sample);
    out.framePointer = this.framePointer(sample);
    out.linkRegister = this.linkRegister(sample);
    out.linkRegisterLow = this.lowWord(sample, arch.linkRegister);
    out.linkRegisterHigh = this.highWord(sample, arch.linkRegister);
  }

  /** All registers by DWARF number; NaN for those that the mask leaves out. */
  readAllInto(sample: Sample, out: Float64Array): void {
    for (let register = 0; register < this.arch.registerCount; register++) {
      out[register] = readWord(sample, this.wordOfDwarf[register]);
    }
  }
}

function readWord(sample: Sample, word: number): number {
  if (word < 0) return NaN;
  const at = sample.userRegsOffset + word * 8;
  const first = sample.view.getUint32(at, sample.littleEndian);
  const second = sample.view.getUint32(at + 4, sample.littleEndian);
  return sample.littleEndian ? addressFromHalves(first, second) : addressFromHalves(second, first);
}
