/** What the kernel's rules do to stacks and processes: steps, classes of errors, dropped sections, fallback. */

import { ParseError } from '../../parser';
import { buildSFrame, controlWord, type FdeSpec } from '../../parser/sframe/test-support/sframe-builder';
import type { AddressSpace } from '../process/address-space';
import { s390x } from '../arch/s390x/architecture';
import { x86_64 } from '../arch/x86-64/architecture';
import { FrameTable } from '../callchain/frame-table';
import { StopReason } from '../walk/stop-reason';
import { framesOf, makeProcess, makeSample, PERF_KERNEL_MODE, type Scene } from '../test-support/unwind-once';
import type { TinySegment } from '../test-support/tiny-elf';
import { KernelError } from './kernel-error';
import { KernelUnwinder, type KernelEvent } from './kernel-unwinder';

const PROGRAM = 0x400000;
const STACK = 0x7f0000;
const RBP = 6;
const RSP = 7;
const R10 = 10;
const RDI = 5;
const PT_GNU_SFRAME = 0x6474e554;
const [READ, READ_EXECUTE] = [4, 5];

/** Functions of 0x100 bytes each, by kind. */
const LEAF = 0x1000;
const FRAME = 0x1100;
const OUTERMOST = 0x1200;
const BAD = 0x1300;
const at = (svma: number): number => PROGRAM + svma;

const fde = (start: number, words: readonly number[], more: Partial<FdeSpec> = {}): FdeSpec => ({
  start,
  sizeBytes: 0x100,
  fres: [{ start: 0, words }],
  ...more,
});
const flex = (start: number, ...words: number[]): FdeSpec => fde(start, words, { isFlex: true });

const functions = [
  fde(LEAF, [8]),
  fde(FRAME, [16, -16], { fres: [{ start: 0, words: [16, -16], base: 'fp' }] }),
  fde(OUTERMOST, []),
  fde(BAD, [8], { isMask: true, repSize: 0 }),
];

interface ProgramOptions {
  readonly abi?: number;
  readonly textFlags?: number;
  readonly sectionSvma?: number;
  readonly withoutSegment?: boolean;
  readonly patch?: readonly [label: string, value: number];
}

function program(fdes: readonly FdeSpec[] = functions, options: ProgramOptions = {}): TinySegment[] {
  const { abi = 3, textFlags = READ_EXECUTE, sectionSvma = 0x3000, withoutSegment, patch } = options;
  const built = buildSFrame({ abi, svma: sectionSvma, fdes });
  if (patch) built.patch(...patch);
  const section = { svma: 0x3000, bytes: built.bytes, flags: READ };
  const segments: TinySegment[] = [
    { svma: 0x1000, bytes: new Uint8Array(0x1000), flags: textFlags },
    section,
  ];
  if (!withoutSegment) {
    segments.push({ ...section, svma: sectionSvma, type: PT_GNU_SFRAME, sectionName: '.sframe' });
  }
  return segments;
}

type PartialScene = Partial<Scene> & Pick<Scene, 'pc'>;

function sceneOf(more: PartialScene): Scene {
  return {
    arch: x86_64,
    modules: { [PROGRAM]: program() },
    registers: { [RSP]: STACK },
    stack: Array<number>(16).fill(0),
    ...more,
  };
}

/** One unwinder, its events, and samples of processes. */
class Kernel {
  readonly events: KernelEvent[] = [];
  readonly frameTable = new FrameTable();
  readonly unwinder: KernelUnwinder;

  constructor(arch = x86_64) {
    this.unwinder = new KernelUnwinder(arch, 10, this.frameTable, (event) => this.events.push(event));
  }

  unwind(scene: Scene, space: AddressSpace): { frames: string[]; reason: string } {
    const { sample, registers } = makeSample(scene);
    sample.pid = 42;
    this.unwinder.unwind(sample, registers, space);
    return {
      frames: framesOf(this.unwinder, this.frameTable),
      reason: StopReason[this.unwinder.stopReason],
    };
  }

  errors(error: KernelError): number {
    return this.unwinder.kernelCounters.errors[error];
  }
}

function unwindAlone(more: PartialScene): ReturnType<Kernel['unwind']> & { kernel: Kernel } {
  const scene = sceneOf(more);
  const kernel = new Kernel(scene.arch);
  return { ...kernel.unwind(scene, makeProcess(scene).space), kernel };
}

describe('a stack', () => {
  test('of a 32-bit program is not read in words of 64 bits: its innermost frame, and why there are no others', () => {
    const scene = sceneOf({ pc: at(LEAF + 4), stack: [at(FRAME + 9), 0, at(OUTERMOST + 3)] });
    const { sample, registers } = makeSample(scene);
    sample.userRegsAbi = 1;
    [sample.ipLow, sample.ipHigh] = [at(LEAF + 4), 0];
    const { unwinder, frameTable } = new Kernel();
    unwinder.unwind(sample, registers, makeProcess(scene).space);
    expect(framesOf(unwinder, frameTable)).toEqual(['401004']);
    expect(StopReason[unwinder.stopReason]).toBe('NotUnwoundHere');
  });

  test('is followed to the outermost frame; addresses are given, and looked up, as they are', () => {
    const { frames, reason, kernel } = unwindAlone({
      pc: at(LEAF + 4),
      registers: { [RSP]: STACK, [RBP]: STACK + 0x10 },
      stack: [at(FRAME + 9), 0, 0x1111, at(OUTERMOST + 3)],
    });
    expect(frames).toEqual(['401004', '401109', '401203']);
    expect(reason).toBe('Outermost');
    expect([...kernel.unwinder.kernelCounters.errors]).toEqual([0, 0, 0, 0]);
  });

  test('ends by ENOENT after a call at the very end of a function: nothing is subtracted from return addresses', () => {
    const { frames, kernel } = unwindAlone({
      pc: at(LEAF + 4),
      modules: { [PROGRAM]: program([fde(LEAF, [8]), fde(FRAME, [8])]) },
      stack: [at(FRAME + 0x100)],
    });
    expect(frames).toEqual(['401004', '401200']);
    expect(kernel.errors(KernelError.ENOENT)).toBe(1);
  });
});

describe('steps that are refused end the stack by EINVAL and keep the section', () => {
  const refused = (functionFde: FdeSpec, more: Partial<Scene> = {}) => {
    const modules = { [PROGRAM]: program([functionFde]) };
    const result = unwindAlone({ pc: at(functionFde.start + 1), modules, ...more });
    expect(result.frames).toHaveLength(1);
    expect(result.kernel.errors(KernelError.EINVAL)).toBe(1);
    expect(result.kernel.unwinder.kernelCounters.droppedSections).toBe(0);
    expect(result.kernel.events).toEqual([]);
    return result.reason;
  };

  test('CFA must not move down; only the innermost frame may stay', () => {
    expect(refused(fde(LEAF, [-8]))).toBe('NoProgress');
    // RA = rdi + 0, CFA = rsp + 0: as glibc's vfork has it after its pop %rdi.
    const staying = flex(LEAF, controlWord(RSP, false), 0, controlWord(RDI, false), 0);
    const modules = { [PROGRAM]: program([staying, fde(OUTERMOST, [])]) };
    const innermost = unwindAlone({
      pc: at(LEAF),
      modules,
      registers: { [RSP]: STACK, [RDI]: at(OUTERMOST) },
    });
    expect(innermost.frames).toEqual(['401000', '401200']);
    const twice = unwindAlone({ pc: at(LEAF), modules, registers: { [RSP]: STACK, [RDI]: at(LEAF + 8) } });
    expect(twice.frames).toEqual(['401000', '401008']);
    expect(twice.reason).toBe('NoProgress');
  });

  test('a register that the kernel cannot read, in CFA, return address and frame pointer', () => {
    const [cfa, ra] = [
      [controlWord(RSP, false), 8],
      [controlWord('cfa', true), -8],
    ];
    expect(refused(flex(LEAF, controlWord(18, false), 8))).toBe('BadCfa');
    expect(refused(flex(LEAF, ...cfa, controlWord(18, false), 0))).toBe('CorruptRow');
    expect(refused(flex(LEAF, ...cfa, ...ra, controlWord(18, false), 0))).toBe('CorruptRow');
  });

  test('CFA must be aligned', () => {
    expect(refused(fde(LEAF, [12]))).toBe('BadCfa');
  });

  test('a frame pointer below the stack pointer is not a base for the CFA', () => {
    const byFp = fde(LEAF, [16], { fres: [{ start: 0, words: [16], base: 'fp' }] });
    expect(refused(byFp, { registers: { [RSP]: STACK, [RBP]: STACK - 8 } })).toBe('BadCfa');
  });

  test('a return address cannot be CFA + offset itself, nor can a frame pointer', () => {
    // A control word of 0 stands for no rule at all; with register bits that mean nothing it is this rule.
    const cfaPlus = 1 << 3;
    const cfa = [controlWord(RSP, false), 8];
    expect(refused(flex(LEAF, ...cfa, cfaPlus, -8))).toBe('CorruptRow');
    const ra = [controlWord('cfa', true), -8];
    expect(refused(flex(LEAF, ...cfa, ...ra, cfaPlus, -16))).toBe('CorruptRow');
  });

  test('rules by other registers hold for the innermost frame alone', () => {
    const byR10 = flex(LEAF, controlWord(R10, false), 8);
    const modules = { [PROGRAM]: program([byR10, fde(OUTERMOST, [])]) };
    const registers = { [RSP]: STACK, [R10]: STACK + 8 };
    const innermost = unwindAlone({ pc: at(LEAF), modules, registers, stack: [0, at(OUTERMOST)] });
    expect(innermost.frames).toEqual(['401000', '401200']);
    const caller = unwindAlone({ pc: at(LEAF), modules, registers, stack: [0, at(LEAF + 8)] });
    expect(caller.frames).toEqual(['401000', '401008']);
    expect(caller.kernel.errors(KernelError.EINVAL)).toBe(1);
  });
});

describe('CFA rules with dereference', () => {
  test.each([
    ['SP', RSP, { [RSP]: STACK }],
    ['FP', RBP, { [RSP]: STACK, [RBP]: STACK }],
  ])('%s-based ones are supported', (_name, register, registers) => {
    const modules = { [PROGRAM]: program([flex(LEAF, controlWord(register, true), 0), fde(OUTERMOST, [])]) };
    const stack = [STACK + 0x18, 0, at(OUTERMOST + 5), 0];
    expect(unwindAlone({ pc: at(LEAF), modules, registers, stack }).frames).toEqual(['401000', '401205']);
  });
});

describe('EFAULT: memory that cannot be read', () => {
  test('a word of the stack: the stack ends, the section stays', () => {
    const cut = unwindAlone({
      pc: at(LEAF),
      modules: { [PROGRAM]: program([fde(LEAF, [64])]) },
      stack: [0],
    });
    expect(cut.frames).toEqual(['401000']);
    expect(cut.reason).toBe('StackNotCaptured');
    expect(cut.kernel.errors(KernelError.EFAULT)).toBe(1);
    expect(cut.kernel.unwinder.kernelCounters.droppedSections).toBe(0);
    expect(cut.kernel.events).toEqual([]);
  });
});

test('EFAULT: a section whose bytes cannot be read is not registered', () => {
  const scene = sceneOf({ pc: at(LEAF) });
  const { space, table } = makeProcess(scene);
  jest.spyOn(table.modules[0].images.image!, 'readFile').mockImplementation(() => {
    throw new ParseError({ what: 'the file ends too early', where: 'test' });
  });
  const kernel = new Kernel();
  kernel.unwind(scene, space);
  expect(kernel.events).toMatchObject([{ error: KernelError.EFAULT }]);
  expect(kernel.unwinder.kernelCounters).toMatchObject({ refusedSections: 1, droppedSections: 0 });
});

describe('sections that are registered', () => {
  const registered = (segments: TinySegment[]): Kernel => {
    const { kernel } = unwindAlone({ pc: at(LEAF), modules: { [PROGRAM]: segments } });
    return kernel;
  };

  test('only for executable PT_LOAD text', () => {
    const kernel = registered(program(functions, { textFlags: READ }));
    expect(kernel.errors(KernelError.ENOENT)).toBeGreaterThan(0);
    expect(kernel.unwinder.counters.framesBySource[1]).toBe(0);
    expect(kernel.events).toEqual([]);
  });

  test('only by a PT_GNU_SFRAME segment: a section alone is not seen', () => {
    const kernel = registered(program(functions, { withoutSegment: true }));
    expect(kernel.unwinder.counters.framesBySource[1]).toBe(0);
    expect(kernel.events).toEqual([]);
  });

  test('only within mapped memory: EINVAL, and the section is not registered', () => {
    const kernel = registered(program(functions, { sectionSvma: 0x5000 }));
    expect(kernel.events).toMatchObject([{ error: KernelError.EINVAL, message: 'bad sframe address' }]);
    expect(kernel.unwinder.kernelCounters.refusedSections).toBe(1);
  });

  test('only with text of some size', () => {
    const segments = program();
    segments[0] = { ...segments[0], bytes: new Uint8Array(0) };
    expect(registered(segments).events).toMatchObject([
      { error: KernelError.EINVAL, message: 'bad text address' },
    ]);
  });

  test('only with a header that is good: told once, by the file’s name, however many samples ask', () => {
    const scene = sceneOf({
      pc: at(LEAF),
      modules: { [PROGRAM]: program(functions, { patch: ['header.version', 2] }) },
    });
    const kernel = new Kernel();
    const { space } = makeProcess(scene);
    kernel.unwind(scene, space);
    kernel.unwind({ ...scene, pc: at(FRAME) }, space);
    expect(kernel.events).toMatchObject([
      {
        error: KernelError.EINVAL,
        message: 'bad/unsupported sframe header',
        consequence: 'refused',
        pid: 42,
      },
    ]);
    expect(kernel.events[0].module.path).toBe('module-400000');
    expect(kernel.unwinder.kernelCounters).toMatchObject({ refusedSections: 1, droppedSections: 0 });
  });
});

describe('a section that gives EINVAL', () => {
  const good = sceneOf({ pc: at(LEAF), stack: [at(OUTERMOST)] });
  const bad = sceneOf({ pc: at(BAD) });

  test('is dropped for that process from then on, and counted', () => {
    const kernel = new Kernel();
    const { space } = makeProcess(good);
    expect(kernel.unwind(good, space).reason).toBe('Outermost');
    expect(kernel.unwind(bad, space).frames).toEqual(['401300']);
    expect(kernel.unwind(good, space).frames).toEqual(['401000']);
    kernel.unwind(bad, space);
    expect(kernel.unwinder.kernelCounters.droppedSections).toBe(1);
    expect(kernel.events).toMatchObject([
      {
        error: KernelError.EINVAL,
        message: 'a function that repeats itself every 0 bytes',
        consequence: 'dropped',
        pid: 42,
      },
    ]);
  });

  test('stays in other processes', () => {
    const kernel = new Kernel();
    kernel.unwind(bad, makeProcess(good).space);
    expect(kernel.unwind(good, makeProcess(good).space).reason).toBe('Outermost');
  });

  test('fork gives the child the parent’s sections, without those that were dropped', () => {
    const kernel = new Kernel();
    const { space } = makeProcess(good);
    const before = space.clone();
    kernel.unwind(bad, space);
    expect(kernel.unwind(good, space.clone()).frames).toEqual(['401000']);
    expect(kernel.unwind(good, before).reason).toBe('Outermost');
  });

  test('is registered anew when the binary is mapped again', () => {
    const kernel = new Kernel();
    const { space } = makeProcess(good);
    kernel.unwind(bad, space);
    space.insert({ ...space.all[0] });
    expect(kernel.unwind(good, space).reason).toBe('Outermost');
  });
});

describe('without a row', () => {
  const record = { registers: { [RSP]: STACK, [RBP]: STACK }, stack: [0, at(OUTERMOST + 2), 0, 0] };

  test('x86-64 follows the frame pointer', () => {
    const { frames, reason } = unwindAlone({ pc: at(0x1900), ...record });
    expect(frames).toEqual(['401900', '401202']);
    expect(reason).toBe('Outermost');
  });

  test('it does so for a section that is dropped just then', () => {
    const { frames } = unwindAlone({ pc: at(BAD), ...record });
    expect(frames.slice(0, 2)).toEqual(['401300', '401202']);
  });

  test('s390x has nothing else', () => {
    const { frames, reason } = unwindAlone({
      arch: s390x,
      littleEndian: false,
      pc: at(0x1900),
      modules: { [PROGRAM]: program([fde(LEAF, [0])], { abi: 4 }) },
      registers: { 15: STACK, 14: at(LEAF) },
    });
    expect(frames).toEqual(['401900']);
    expect(reason).toBe('NoRow');
  });
});

test('a leaf of s390x may leave the stack pointer where it is, its caller may not', () => {
  const { frames, reason } = unwindAlone({
    arch: s390x,
    littleEndian: false,
    cpumode: PERF_KERNEL_MODE,
    pc: at(LEAF),
    modules: { [PROGRAM]: program([fde(LEAF, [0])], { abi: 4 }) },
    registers: { 15: STACK, 14: at(LEAF + 8) },
  });
  expect(frames).toEqual(['401000', '401008']);
  expect(reason).toBe('NoProgress');
});
