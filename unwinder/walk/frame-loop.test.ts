/** Frames of x86-64 with packed rules: the first sample makes them one by one, later ones are walked over in one go. */

import type { FdeSpec } from '../../parser/sframe/test-support/sframe-builder';
import { x86_64 } from '../arch/x86-64/architecture';
import { FrameUnwinder, type UnwindOptions } from './frame-loop';
import { FrameTable } from '../callchain/frame-table';
import { SourceRegistry } from '../tables/source-order';
import type { KnownRules } from '../rules/known-rules';
import type { RuleWords } from '../rules/rule-cache';
import { KIND_MASK, RuleKind } from '../rules/unwind-rule';
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

test.each([
  [1, 12],
  [3, 12],
  [4, 4],
])('with room for %d rules, three samples of four frames need %d', (mostRules, misses) => {
  const frameTable = new FrameTable();
  const sources = new SourceRegistry(x86_64, (_module, error) => {
    throw error;
  });
  const options = { method: 'sframe', policy: correct, maxFrames: 20, mostRules } as const;
  const unwinder = new FrameUnwinder(x86_64, options, sources, frameTable);
  const { space } = makeProcess(whole);
  const { sample, registers } = makeSample(whole);
  for (let round = 0; round < 3; round++) {
    unwinder.unwind(sample, registers, space);
    expect(framesOf(unwinder, frameTable)).toEqual(wholeFrames);
  }
  expect(unwinder.counters.cacheMisses).toBe(misses);
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

describe('rules of an earlier run', () => {
  const SIGNAL = CODE_SVMA + 0x400;
  /** Code behind the functions, in no table. */
  const UNCOVERED = CODE_SVMA + 0x800;
  const withoutRow = scene(at(LEAF) + 4, [at(UNCOVERED) + 1, 0], STACK + 8);

  interface Kept {
    readonly rules: Map<number, RuleWords>;
    readonly askedBy: Set<string>;
  }

  function run(given: Scene, kept: Kept, options: Partial<UnwindOptions> = {}) {
    const frameTable = new FrameTable();
    const asked: number[] = [];
    const sources = new SourceRegistry(x86_64, (_module, error) => {
      throw error;
    });
    const sourcesOf = jest.spyOn(sources, 'sourcesOf');
    const knownRules: KnownRules = {
      ofModule: (_module, madeBy) => {
        kept.askedBy.add(madeBy);
        return {
          find: (fileOffset) => {
            asked.push(fileOffset);
            return kept.rules.get(fileOffset);
          },
          add: (fileOffset, rule) => kept.rules.set(fileOffset, rule),
        };
      },
    };
    const unwinder = new FrameUnwinder(
      x86_64,
      { method: 'sframe', policy: correct, maxFrames: 20, ...options, knownRules },
      sources,
      frameTable,
    );
    const { space } = makeProcess(given);
    const { sample, registers } = makeSample(given);
    unwinder.unwind(sample, registers, space);
    return {
      found: {
        frames: framesOf(unwinder, frameTable),
        reason: StopReason[unwinder.stopReason],
        counters: unwinder.counters,
      },
      asked: asked.length,
      searched: sourcesOf.mock.calls.length,
    };
  }

  const nothing = (): Kept => ({ rules: new Map(), askedBy: new Set() });

  test('are taken before any table is opened, and nothing that is counted is another', () => {
    const kept = nothing();
    const first = run(whole, kept);
    expect(first.found.frames).toEqual(wholeFrames);
    expect(first.searched).toBe(4);
    expect([...kept.rules.values()].map(({ kind }) => kind & KIND_MASK)).toEqual([
      RuleKind.FromStackPointer,
      RuleKind.FromStackPointer,
      RuleKind.FromFramePointer,
      RuleKind.Outermost,
    ]);
    const second = run(whole, kept);
    expect(second.searched).toBe(0);
    expect(second.found).toEqual(first.found);
  });

  test('of which some are missing: the tables are searched for those alone', () => {
    const kept = nothing();
    const first = run(whole, kept);
    const [[fileOffset]] = kept.rules;
    kept.rules.delete(fileOffset);
    const second = run(whole, kept);
    expect(second.searched).toBe(1);
    expect(second.found).toEqual(first.found);
    expect(kept.rules.size).toBe(4);
  });

  test('that there is no row is not kept, a guess is', () => {
    const kept = nothing();
    run(withoutRow, kept);
    expect(kept.rules.size).toBe(1);
    const guesses = nothing();
    const first = run(withoutRow, guesses, { method: 'auto' });
    expect([...guesses.rules.values()].map(({ kind }) => kind & KIND_MASK)).toContain(
      RuleKind.FramePointerGuess,
    );
    const second = run(withoutRow, guesses, { method: 'auto' });
    expect(second.found).toEqual(first.found);
    expect(second.searched).toBe(0);
  });

  test('of a signal frame are not kept', () => {
    const trampoline = sframeProgram(ABI_AMD64, [functionOf(SIGNAL, [8], { isSignal: true })]);
    const kept = nothing();
    const given = { ...scene(at(SIGNAL) + 4, [at(SIGNAL) + 9, 0]), modules: { [PROGRAM]: trampoline } };
    expect(run(given, kept).asked).toBeGreaterThan(0);
    expect(kept.rules.size).toBe(0);
  });

  test('are of one method and policy each', () => {
    const kept = nothing();
    for (const method of ['auto', 'dwarf', 'sframe'] as const) run(whole, kept, { method });
    expect(kept.askedBy.size).toBe(3);
  });

  test('are neither asked for nor kept by the policy of libdw, and by the frame pointer alone', () => {
    const kept = nothing();
    run(whole, kept, { policy: libdw });
    run(whole, kept, { method: 'fp' });
    expect(kept).toEqual(nothing());
  });
});
