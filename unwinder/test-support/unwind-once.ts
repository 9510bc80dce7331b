/** Unwinds one made-up sample: binaries, registers and stack words in, addresses and the reason of the end out. */

import { ElfImage, formatHalves, MemoryByteSource, Sample } from '../../parser';
import { AddressSpace } from '../process/address-space';
import type { Architecture } from '../arch/arch';
import { FrameUnwinder } from '../walk/frame-loop';
import { FrameTable } from '../callchain/frame-table';
import { correct, type UnwindPolicy } from '../policy/policy';
import { MappingTable, type Module } from '../process/module';
import { SampleRegisters } from '../sample/sample-registers';
import type { SampleUnwinder, UnwindCounters } from '../walk/sample-unwinder';
import { SourceRegistry, type UnwindMethod } from '../tables/source-order';
import { StopReason } from '../walk/stop-reason';
import { buildTinyElf, type TinySegment } from './tiny-elf';

const PERF_USER_MODE = 2;
export const PERF_KERNEL_MODE = 1;

export interface Scene {
  readonly arch: Architecture;
  /** Of the recording and its binaries; true by default. */
  readonly littleEndian?: boolean;
  /** Mapped at the avmas given; those without segments are files that are missing. */
  readonly modules: Readonly<Record<number, readonly TinySegment[]>>;
  /** Where the mapping of the stack begins, if the recording tells of it. */
  readonly stackMapping?: number;
  readonly pc: number;
  /** By DWARF number; the others are 0. */
  readonly registers: Readonly<Record<number, number | bigint>>;
  /** Words from the stack pointer up. */
  readonly stack: readonly (number | bigint)[];
  readonly method?: UnwindMethod;
  /** {@link correct} by default. */
  readonly policy?: UnwindPolicy;
  /** PERF_RECORD_MISC_USER by default. */
  readonly cpumode?: number;
}

export interface Unwound {
  /** Hexadecimal, innermost first. */
  readonly frames: readonly string[];
  readonly reason: string;
  readonly counters: UnwindCounters;
}

const MAPPING_SIZE_BYTES = 0x100000;

/** Unwinds the scene's sample: by rules that are made then, by those that are there, and with room for one rule only. */
export function unwindOnce(scene: Scene): Unwound {
  const { arch, method = 'auto', policy = correct } = scene;
  const { space } = makeProcess(scene);
  const frameTable = new FrameTable();
  const sources = new SourceRegistry(arch, (_module, error) => {
    throw error;
  });
  const options = { method, policy, maxFrames: 20 };
  const unwinder = new FrameUnwinder(arch, options, sources, frameTable);
  const forgetful = new FrameUnwinder(arch, { ...options, mostRules: 1 }, sources, frameTable);
  const { sample, registers } = makeSample(scene);
  const unwind = (by: FrameUnwinder) => {
    by.unwind(sample, registers, space);
    return { frames: framesOf(by, frameTable), reason: StopReason[by.stopReason] };
  };
  const first = unwind(unwinder);
  const counters = structuredClone(unwinder.counters);
  // The first time every frame is taken by the general way, the second time by packed rules where it has one.
  for (const by of [unwinder, forgetful, forgetful]) expect(unwind(by)).toEqual(first);
  return { ...first, counters };
}

/** What the unwinder found in the last sample, as hexadecimal addresses. */
export function framesOf(unwinder: SampleUnwinder, frameTable: FrameTable): string[] {
  return Array.from(unwinder.frames.subarray(0, unwinder.count), (frame) =>
    formatHalves(frameTable.addressLow[frame], frameTable.addressHigh[frame]),
  );
}

/** A process with the scene's modules mapped. */
export function makeProcess({ arch, littleEndian = true, modules, stackMapping }: Scene): {
  space: AddressSpace;
  table: MappingTable;
} {
  const images = new Map<string, ElfImage>();
  const table = new MappingTable((module: Module) => ({
    image: images.get(module.path),
    debugImage: undefined,
  }));
  const space = new AddressSpace();
  const map = (path: string, startAvma: number): void => {
    const mapping = table.internMapping(table.internModule(path, undefined, false), startAvma);
    space.insert({ startAvma, endAvma: startAvma + MAPPING_SIZE_BYTES, mapping });
  };
  for (const [start, segments] of Object.entries(modules)) {
    const path = `module-${Number(start).toString(16)}`;
    if (segments.length > 0) {
      const file = buildTinyElf({ machine: arch.elfMachine, littleEndian, segments });
      images.set(path, ElfImage.parse(new MemoryByteSource(path, file)));
    }
    map(path, Number(start));
  }
  if (stackMapping !== undefined) map('[stack]', stackMapping);
  return { space, table };
}

/** The scene's sample, and how to read its registers. */
export function makeSample(scene: Scene): { sample: Sample; registers: SampleRegisters } {
  const { arch, stack, littleEndian = true, cpumode = PERF_USER_MODE } = scene;
  const words: (number | bigint)[] = [];
  let mask = 0n;
  arch.dwarfRegisterOfPerf.forEach((register, perfRegister) => {
    if (register < 0) return;
    mask |= 1n << BigInt(perfRegister);
    words.push(perfRegister === arch.perfInstructionPointer ? scene.pc : (scene.registers[register] ?? 0));
  });
  const sample = new Sample();
  sample.bytes = new Uint8Array((words.length + stack.length) * 8);
  sample.view = new DataView(sample.bytes.buffer);
  sample.littleEndian = littleEndian;
  sample.misc = cpumode;
  sample.userRegsAbi = 2;
  sample.userRegsOffset = 0;
  sample.stackOffset = words.length * 8;
  sample.stackSizeBytes = stack.length * 8;
  [...words, ...stack].forEach((word, i) =>
    sample.view.setBigUint64(i * 8, BigInt.asUintN(64, BigInt(word)), littleEndian),
  );
  return { sample, registers: new SampleRegisters(arch, mask) };
}
