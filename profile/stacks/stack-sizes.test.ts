/** Sizes of stack copies, for stacks whose ends are known. */

import { StopReason } from '../../unwinder';
import { LARGEST_STACK_COPY_BYTES, StackSizes } from './stack-sizes';

const end = 0x7ffc_0001_0000;

function add(sizes: StackSizes, tid: number, stackPointer: number, stop: StopReason, copySize = 8192): void {
  sizes.addSample(stop, tid, stackPointer, end, copySize);
}

test('a complete stack needs what lies between, and the word at its end', () => {
  const sizes = new StackSizes();
  for (let i = 0; i < 9; i++) add(sizes, 1, end - 100, StopReason.Outermost);
  add(sizes, 1, end - 4000, StopReason.Outermost);
  expect(sizes.sizesFor([0.9, 1])).toEqual([112, 4008]);
});

test('a stack that was cut off needs what reaches the end of its thread', () => {
  const sizes = new StackSizes();
  for (let i = 0; i < 9; i++) add(sizes, 1, end - 1000, StopReason.Outermost);
  add(sizes, 1, end - 20_000, StopReason.StackNotCaptured);
  expect(sizes.cutOffSamples).toBe(1);
  expect(sizes.sizesFor([0.9, 0.99])).toEqual([1008, 20_008]);
});

test('no size is given where no end is known, and none is enough where it is too far away', () => {
  const unknown = new StackSizes();
  add(unknown, 1, end - 1000, StopReason.Outermost);
  add(unknown, 2, end - 20_000, StopReason.StackNotCaptured);
  expect(unknown.sizesFor([0.5, 1])).toEqual([1008, 'unknown']);
  const onOtherStack = new StackSizes();
  add(onOtherStack, 1, end - 1000, StopReason.Outermost);
  add(onOtherStack, 1, end - LARGEST_STACK_COPY_BYTES, StopReason.StackNotCaptured);
  expect(onOtherStack.sizesFor([1])).toEqual(['too-far']);
  expect(new StackSizes().sizesFor([1])).toEqual(['unknown']);
});
