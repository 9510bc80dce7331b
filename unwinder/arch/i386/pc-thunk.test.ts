/** Bytes as gcc 16 and glibc 2.42 have them in a static 32-bit program; `objdump -d` names the instructions. */

import { CODE_SVMA, codeSegment } from '../../test-support/sframe-program';
import { unwindOnce } from '../../test-support/unwind-once';
import { i386 } from './architecture';

const ESP = 4;
const EBP = 5;
const LIBRARY = 0x8048000;
const STACK = 0xfffe_0000;
const code = LIBRARY + CODE_SVMA;
const returnAddress = code + 0x80;
const interruptedCaller = code + 0xc0;
const hex = (addresses: readonly number[]): string[] => addresses.map((address) => address.toString(16));
const pair = (low: number, high: number): bigint => (BigInt(high) << 32n) | BigInt(low);

function framesIn(instructions: readonly number[], offset: number): readonly string[] {
  return unwindOnce({
    arch: i386,
    modules: { [LIBRARY]: [codeSegment(instructions)] },
    pc: code + offset,
    registers: { [ESP]: STACK, [EBP]: STACK + 8 },
    // The frame pointer is that of the function which called: it has no part in where the thunk returns to.
    stack: [pair(returnAddress, 0), pair(0, interruptedCaller)],
  }).frames;
}

test.each([
  ['ax', [0x8b, 0x04, 0x24, 0xc3]],
  ['bx', [0x8b, 0x1c, 0x24, 0xc3]],
  ['bp', [0x8b, 0x2c, 0x24, 0xc3]],
])('__x86.get_pc_thunk.%s returns to the word on top of the stack', (_, instructions) => {
  for (const offset of [0, 3])
    expect(framesIn(instructions, offset)).toEqual(
      hex([code + offset, returnAddress - 1, interruptedCaller - 1]),
    );
});

test.each([
  ['the stack pointer is loaded', [0x8b, 0x24, 0x24, 0xc3]],
  ['it does not return then', [0x8b, 0x1c, 0x24, 0x90]],
  ['another word is loaded', [0x8b, 0x5c, 0x24, 0xc3]],
])('other code is left by its frame pointer: %s', (_, instructions) => {
  expect(framesIn(instructions, 0)).toEqual(hex([code, interruptedCaller - 1]));
});
