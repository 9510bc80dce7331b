/** Frames of x86-64 that no table covers: guesses by frame records, and signal trampolines known by their code. */

import { CODE_SVMA, codeSegment, sframeProgram } from '../../test-support/sframe-program';
import { unwindOnce, type Scene } from '../../test-support/unwind-once';
import { x86_64 } from './architecture';

const ABI_AMD64 = 3;
const RBP = 6;
const RSP = 7;
const PROGRAM = 0x400000;
const LIBRARY = 0x600000;
const STACK = 0x7ffd_0000_0000;
const FRAME = CODE_SVMA;
const OUTERMOST = CODE_SVMA + 0x100;
const at = (svma: number): number => PROGRAM + svma;
/** Behind a byte of padding. */
const code = LIBRARY + CODE_SVMA + 1;

const program = sframeProgram(ABI_AMD64, [
  { start: FRAME, sizeBytes: 0x100, fres: [{ start: 0, words: [8] }] },
  { start: OUTERMOST, sizeBytes: 0x100, fres: [{ start: 0, words: [] }] },
]);

function scene(more: Partial<Scene>): Scene {
  return {
    arch: x86_64,
    modules: { [PROGRAM]: program, [LIBRARY]: [codeSegment()] },
    pc: code + 0x10,
    registers: { [RSP]: STACK, [RBP]: STACK + 16 },
    stack: [],
    ...more,
  };
}

describe('guesses by frame records', () => {
  test('a return address of zero does not prove that the frame is the outermost', () => {
    const { frames, reason } = unwindOnce(scene({ stack: [1, 2, 0, 0] }));
    expect(frames).toHaveLength(1);
    expect(reason).toBe('BadFramePointer');
  });

  test.each(['auto', 'fp'] as const)(
    'records are followed upwards, and end where one leads down (%s)',
    (method) => {
      const chain = [1, 2, STACK + 48, code + 0x20, 3, 4, STACK + 16, code + 0x30];
      const { frames, reason } = unwindOnce(scene({ method, stack: chain }));
      expect(frames).toEqual([code + 0x10, code + 0x1f, code + 0x2f].map((address) => address.toString(16)));
      expect(reason).toBe('BadFramePointer');
    },
  );

  test('one that is found by a row proves it', () => {
    const { frames, reason } = unwindOnce(scene({ pc: at(FRAME), stack: [0] }));
    expect(frames).toHaveLength(1);
    expect(reason).toBe('Outermost');
  });

  test('the word 1 is not a return address', () => {
    const { frames, reason } = unwindOnce(scene({ pc: at(FRAME), stack: [1, 2] }));
    expect(frames).toHaveLength(1);
    expect(reason).toBe('NoMapping');
  });
});

test('a return address where a function begins and none ends: makecontext put it there, on a stack of its own', () => {
  const begun = CODE_SVMA + 0x300;
  const withContext = sframeProgram(ABI_AMD64, [
    { start: FRAME, sizeBytes: 0x100, fres: [{ start: 0, words: [8] }] },
    { start: begun, sizeBytes: 0x20, fres: [{ start: 0, words: [8] }] },
  ]);
  const modules = { [PROGRAM]: withContext };
  const unwind = (returnAddress: number) =>
    unwindOnce(
      scene({ modules, pc: at(FRAME), registers: { [RSP]: STACK, [RBP]: 0 }, stack: [returnAddress, 0] }),
    );
  expect(unwind(at(begun)).frames).toHaveLength(2);
  expect(unwind(at(begun)).reason).toBe('OtherStack');
  expect(unwind(at(begun) - 0x10).reason).toBe('BadFramePointer');
});

describe.each([
  ['mov to rax', [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05]],
  ['mov to eax', [0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05]],
])('a signal trampoline without rows (%s)', (_, trampoline) => {
  /** Offsets in 8-byte words from the trampoline's stack pointer: ucontext's rsp and rip. */
  const SAVED_RSP = 5 + 15;
  const SAVED_RIP = 5 + 16;
  const interruptedStack = STACK + 0x200;
  const words = new Array<number>(0x200 / 8 + 1).fill(0);
  words[0x200 / 8] = at(OUTERMOST) + 9;
  words[1 + SAVED_RSP] = interruptedStack;
  words[1 + SAVED_RIP] = at(FRAME);
  const modules = { [PROGRAM]: program, [LIBRARY]: [codeSegment([0x90, ...trampoline])] };

  test('that a handler returns to: the interrupted function is exactly where it was', () => {
    words[0] = code;
    const { frames, reason } = unwindOnce(scene({ modules, pc: at(FRAME), stack: words }));
    expect(frames).toEqual(
      [at(FRAME), code, at(FRAME), at(OUTERMOST) + 8].map((address) => address.toString(16)),
    );
    expect(reason).toBe('Outermost');
  });

  test.each([0, trampoline.length - 2])('that was interrupted itself, at its byte %i', (offset) => {
    const { frames } = unwindOnce(
      scene({ modules, pc: code + offset, stack: words.slice(1), registers: { [RSP]: STACK + 8 } }),
    );
    expect(frames).toEqual(
      [code + offset, at(FRAME), at(OUTERMOST) + 8].map((address) => address.toString(16)),
    );
  });

  test('a handler on a stack of its own: what was interrupted is known, its caller is not', () => {
    const elsewhere = [...words];
    elsewhere[0] = code;
    elsewhere[1 + SAVED_RSP] = 0x7fff_0000_0000;
    const { frames, reason } = unwindOnce(scene({ modules, pc: at(FRAME), stack: elsewhere }));
    expect(frames).toHaveLength(3);
    expect(reason).toBe('OtherStack');
  });
});
