/** Frames of x86-64 with packed rules: the first sample makes them one by one, later ones are walked over in one go. */

import type { FdeSpec } from '../../parser/sframe/test-support/sframe-builder';
import { x86_64 } from '../arch/x86-64/architecture';
import { FrameUnwinder } from './frame-loop';
import { FrameTable } from '../callchain/frame-table';
import { SourceRegistry } from '../tables/source-order';
import { StopReason } from './stop-reason';
import { libdw } from '../policy/libdw';
import { correct } from '../policy/policy';
import { CODE_SVMA, sframeProgram } from '../test-support/sframe-program';
import { framesOf, makeProcess, makeSample, unwindOnce, type Scene } from '../test-support/unwind-once';

const ABI_AMD64 = 3;
const RSP = 7;
const RBP = 6;

const PROGRAM = 0x400000;
const STACK = 0x7ff000;
const at = (svma: number): number => PROGRAM + svma;
/** CFA = rsp + 8, rsp + 24, rbp + 16. */
const LEAF = CODE_SVMA;
const FRAME = CODE_SVMA + 0x100;
const BY_RBP = CODE_SVMA + 0x200;
const OUTERMOST = CODE_SVMA + 0x300;

const functionOf = (start: number, words: number[], more: Partial<FdeSpec> = {}): FdeSpec => ({
  start,
  sizeBytes: 0x100,
  fres: [{ start: 0, words }],
  ...more,
});

const program = sframeProgram(ABI_AMD64, [
  functionOf(LEAF, [8]),
  functionOf(FRAME, [24]),
  functionOf(BY_RBP, [16, -16], { fres: [{ start: 0, words: [16, -16], base: 'fp' }] }),
  functionOf(OUTERMOST, []),
]);

function scene(pc: number, stack: readonly number[], rbp = 0): Scene {
  const registers = { [RSP]: STACK, [RBP]: rbp };
  return { arch: x86_64, modules: { [PROGRAM]: program }, stackMapping: STACK, registers, pc, stack };
}

/** LEAF returns into FRAME, that into BY_RBP, whose record at STACK + 32 leads to OUTERMOST. */
const whole = scene(
  at(LEAF) + 4,
  [at(FRAME) + 9, 0, 0, at(BY_RBP) + 9, 0x1234, at(OUTERMOST) + 9],
  STACK + 32,
);
const wholeFrames = [at(LEAF) + 4, at(FRAME) + 8, at(BY_RBP) + 8, at(OUTERMOST) + 8].map((address) =>
  address.toString(16),
);

test('a sample is unwound alike when its rules are made and when they are there', () => {
  const frameTable = new FrameTable();
  const sources = new SourceRegistry(x86_64, (_module, error) => {
    throw error;
  });
  const options = { method: 'sframe', policy: correct, maxFrames: 20 } as const;
  const unwinder = new FrameUnwinder(x86_64, options, sources, frameTable);
  const { space } = makeProcess(whole);
  const { sample, registers } = makeSample(whole);
  const bySource: number[][] = [];
  for (const misses of [4, 4, 4]) {
    unwinder.unwind(sample, registers, space);
    expect(framesOf(unwinder, frameTable)).toEqual(wholeFrames);
    expect(StopReason[unwinder.stopReason]).toBe('Outermost');
    expect(unwinder.outermostStackPointer).toBe(STACK + 48);
    expect(unwinder.counters.cacheMisses).toBe(misses);
    bySource.push([...unwinder.counters.framesBySource]);
  }
  expect(bySource[2]).toEqual(bySource[0].map((count) => count * 3));
});

test('as many frames as asked for, also within a walk', () => {
  const frameTable = new FrameTable();
  const sources = new SourceRegistry(x86_64, (_module, error) => {
    throw error;
  });
  const unwinder = new FrameUnwinder(
    x86_64,
    { method: 'sframe', policy: correct, maxFrames: 2 },
    sources,
    frameTable,
  );
  const { space } = makeProcess(whole);
  const { sample, registers } = makeSample(whole);
  for (let round = 0; round < 2; round++) {
    unwinder.unwind(sample, registers, space);
    expect(framesOf(unwinder, frameTable)).toEqual(wholeFrames.slice(0, 2));
    expect(StopReason[unwinder.stopReason]).toBe('DepthLimit');
  }
});

test('a word that is not in the copy ends the stack', () => {
  const { frames, reason } = unwindOnce({ ...whole, stack: whole.stack.slice(0, 3), method: 'sframe' });
  expect(frames).toEqual(wholeFrames.slice(0, 2));
  expect(reason).toBe('StackNotCaptured');
});

test('a return address on the stack is not a frame: the walk went astray', () => {
  const astray = scene(at(LEAF) + 4, [at(FRAME) + 9, 0, 0, STACK + 0x40, 0, 0]);
  for (const method of ['auto', 'sframe'] as const) {
    const { frames, reason } = unwindOnce({ ...astray, method });
    expect(frames).toEqual(wholeFrames.slice(0, 2));
    expect(reason).toBe('NoMapping');
  }
});

test('code on the stack that was interrupted is a frame', () => {
  const { frames } = unwindOnce({ ...scene(STACK + 0x40, [at(FRAME) + 9]), method: 'auto' });
  expect(frames[0]).toBe((STACK + 0x40).toString(16));
});

describe('a function that has popped its frame pointer, whose row still leads to the word', () => {
  // At CODE_SVMA nop, at CODE_SVMA + 1 ret; CFA = rsp + 8, rbp at CFA - 16: below the stack pointer.
  const popping = sframeProgram(
    ABI_AMD64,
    [
      functionOf(LEAF, [8, -16]),
      functionOf(BY_RBP, [16, -16], { fres: [{ start: 0, words: [16, -16], base: 'fp' }] }),
      functionOf(OUTERMOST, []),
    ],
    [0x90, 0xc3],
  );
  const sample = (pc: number): Scene => ({
    ...scene(pc, [at(BY_RBP) + 9, 0, 0x1234, at(OUTERMOST) + 9], STACK + 16),
    modules: { [PROGRAM]: popping },
  });
  const leadingOn = [at(BY_RBP) + 8, at(OUTERMOST) + 8].map((address) => address.toString(16));

  test.each(['auto', 'sframe'] as const)('at its return the register has the value (%s)', (method) => {
    const { frames, reason } = unwindOnce({ ...sample(at(LEAF) + 1), method });
    expect(frames).toEqual([(at(LEAF) + 1).toString(16), ...leadingOn]);
    expect(reason).toBe('Outermost');
  });

  test('elsewhere the word is needed, as for perf at the return', () => {
    const unknown = [unwindOnce(sample(at(LEAF))), unwindOnce({ ...sample(at(LEAF) + 1), policy: libdw })];
    for (const { frames, reason } of unknown) {
      expect(frames.slice(1)).toEqual(leadingOn.slice(0, 1));
      expect(reason).toBe('BadCfa');
    }
  });
});
