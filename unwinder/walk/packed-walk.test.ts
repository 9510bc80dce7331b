/** The inner loop by itself: rules put into a cache by hand, words of a stack, and where the walk ends. */

import { Sample } from '../../parser';
import { AddressSpace } from '../process/address-space';
import { MappingTable } from '../process/module';
import { RuleCache } from '../rules/rule-cache';
import { IN_LINK_REGISTER, RuleKind, SIGNAL_FRAME_FLAG, SOURCE_SHIFT, UNCHANGED } from '../rules/unwind-rule';
import { FrameState } from '../sample/frame-state';
import { StackMemory } from '../sample/stack-memory';
import { PackedWalk, WalkEnd } from './packed-walk';

const CODE = 0x400000;
const STACK = 0x7ff000;
const ALL_BITS = 0xffff_ffff;
const SOURCE = 2;
const FROM_SP = RuleKind.FromStackPointer;
const FROM_FP = RuleKind.FromFramePointer;

interface Rule {
  /** The address that is looked up, from the beginning of the code. */
  readonly at: number;
  /** Index of its frame. */
  readonly frame: number;
  readonly kind: number;
  readonly cfa?: number;
  readonly returnAddress?: number;
  readonly framePointer?: number;
}

interface Setting {
  readonly rules: readonly Rule[];
  readonly words: readonly bigint[];
  readonly ip?: number;
  readonly framePointer?: number;
  readonly maxFrames?: number;
  readonly littleEndian?: boolean;
  readonly returnAddressHighMask?: number;
}

function walk(setting: Setting) {
  const { rules, words, ip = CODE, framePointer = 0, maxFrames = 8, littleEndian = true } = setting;
  const table = new MappingTable(() => ({ image: undefined, debugImage: undefined }));
  const mapping = table.internMapping(table.internModule('/bin/made', undefined, false), CODE);
  const space = new AddressSpace();
  space.insert({ startAvma: CODE, endAvma: CODE + 0x1000, mapping });
  const cache = new RuleCache();
  for (const rule of rules) {
    const { at, frame, kind, cfa = 0, returnAddress = -8, framePointer: offset = UNCHANGED } = rule;
    cache.put(at, frame, { kind: kind | (SOURCE << SOURCE_SHIFT), cfa, returnAddress, framePointer: offset });
  }
  const view = new DataView(new ArrayBuffer(words.length * 8));
  words.forEach((word, i) => view.setBigUint64(i * 8, word, littleEndian));
  const sample = Object.assign(new Sample(), {
    view,
    littleEndian,
    stackOffset: 0,
    stackSizeBytes: view.byteLength,
  });
  const memory = new StackMemory(8);
  memory.setSample(sample, STACK, space);
  const state = Object.assign(new FrameState(), { ip, ipLow: ip, stackPointer: STACK, framePointer });
  const frames = new Int32Array(maxFrames);
  const bySource = new Float64Array(8);
  const packed = new PackedWalk({
    frames,
    framesBySource: bySource,
    caches: [cache],
    callerStackPointerFromCfa: 0,
    returnAddressHighMask: setting.returnAddressHighMask ?? ALL_BITS,
    wordHighMask: ALL_BITS | 0,
  });
  const end = packed.run(state, memory, space);
  return {
    end: WalkEnd[end],
    frames: [...frames.subarray(0, packed.count)],
    counted: bySource[SOURCE],
    state,
    lastStackPointer: packed.lastStackPointer,
  };
}

const call = (at: number): bigint => BigInt(CODE + at);

/** A frame of 16 bytes called from 0x101, that of one by frame pointer called from 0x201, which nobody called. */
const whole: Setting = {
  rules: [
    { at: 0, frame: 10, kind: FROM_SP, cfa: 16 },
    // Looked up is the return address less one.
    { at: 0x100, frame: 11, kind: FROM_FP, cfa: 16, framePointer: -16 },
    { at: 0x200, frame: 12, kind: RuleKind.Outermost },
  ],
  words: [0n, call(0x101), 0x1234n, call(0x201)],
  framePointer: STACK + 16,
};

test.each([true, false])(
  'frames one after the other up to the outermost (little endian: %s)',
  (littleEndian) => {
    const { end, frames, counted, state, lastStackPointer } = walk({ ...whole, littleEndian });
    expect(end).toBe('Outermost');
    expect(frames).toEqual([10, 11, 12]);
    expect(counted).toBe(3);
    // Of the outermost frame: above the return address that led to it.
    expect(lastStackPointer).toBe(STACK + 32);
    expect(state.framePointer).toBe(0x1234);
  },
);

test('a function that aligned its stack keeps its CFA and the frame pointer where its own leads', () => {
  const { end, frames, state } = walk({
    rules: [
      { at: 0, frame: 10, kind: RuleKind.AtFramePointer, cfa: -8, framePointer: 0 },
      { at: 0x100, frame: 11, kind: RuleKind.Outermost },
    ],
    words: [0n, BigInt(STACK + 40), 0x1234n, 0n, call(0x101)],
    framePointer: STACK + 16,
  });
  expect(end).toBe('Outermost');
  expect(frames).toEqual([10, 11]);
  expect(state).toMatchObject({ stackPointer: STACK + 40, framePointer: 0x1234 });
});

test('a return address of zero is the end of the stack', () => {
  const { end, frames } = walk({ ...whole, words: [0n, 0n] });
  expect(end).toBe('Outermost');
  expect(frames).toEqual([10]);
});

test('no more frames than there is room for', () => {
  const { end, frames } = walk({ ...whole, maxFrames: 2 });
  expect(end).toBe('DepthLimit');
  expect(frames).toEqual([10, 11]);
});

test('bits of a return address that are not part of it are taken away', () => {
  const signed = walk({
    ...whole,
    words: [0n, call(0x101) | (0x55n << 56n), 0x1234n, call(0x201)],
    returnAddressHighMask: 0xffff,
  });
  expect(signed.frames).toEqual([10, 11, 12]);
});

describe('it stops before a frame, whose state is left as it was', () => {
  const second = (rule: Omit<Rule, 'at' | 'frame'>): Setting => ({
    ...whole,
    rules: [whole.rules[0], { at: 0x100, frame: 11, ...rule }],
  });
  test.each<[string, Setting]>([
    ['that has no rule yet', { ...whole, rules: [whole.rules[0]] }],
    ['of a signal', second({ kind: FROM_SP | SIGNAL_FRAME_FLAG, cfa: 16 })],
    ['whose row did not fit', second({ kind: RuleKind.General })],
    ['whose caller is in the link register', second({ kind: FROM_SP, returnAddress: IN_LINK_REGISTER })],
    ['whose words end with the copy', second({ kind: FROM_SP, cfa: 32 })],
    ['whose caller does not lie above', second({ kind: FROM_SP, cfa: 0 })],
    ['whose CFA lies in no word of the copy', second({ kind: RuleKind.AtFramePointer, cfa: 24 })],
    ['whose saved frame pointer lies below the copy', second({ kind: FROM_SP, cfa: 16, framePointer: -40 })],
    [
      'whose guess finds zero',
      { ...second({ kind: RuleKind.FramePointerGuess, cfa: 16 }), words: [0n, call(0x101), 0n, 0n] },
    ],
  ])('%s', (_name, setting) => {
    const { end, frames, state } = walk(setting);
    expect(end).toBe('NoPackedRule');
    expect(frames).toEqual([10]);
    expect(state).toMatchObject({
      ip: CODE + 0x101,
      isExact: false,
      stackPointer: STACK + 16,
      framePointer: STACK + 16,
    });
  });
});

test('an interrupted leaf may have its caller at the same stack pointer, a caller may not', () => {
  const leaf = walk({ ...whole, rules: [{ at: 0, frame: 10, kind: FROM_SP, cfa: 0, returnAddress: 8 }] });
  expect(leaf.frames).toEqual([10]);
  expect(leaf.state).toMatchObject({ ip: CODE + 0x101, stackPointer: STACK });
});
