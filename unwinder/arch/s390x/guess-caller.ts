/**
 * Where no table covers a frame on s390x: the back chain that programs built with -mbackchain keep.
 *
 *   stack pointer ─► 0    back chain: the caller's stack pointer, 0 in the outermost frame
 *   the caller's  ─► 112  return address, in the area that the caller leaves for its callee's registers
 *
 * Without -mbackchain the word means nothing: it is believed only if the address that it leads to is mapped code.
 * r11, the frame pointer by convention, is lost: whether and where a function saved it is not known.
 */

import type { StackMemory } from '../../sample/stack-memory';
import type { FrameState } from '../../sample/frame-state';

/** What every caller leaves at its stack pointer for the callee: back chain and register save area. */
export const FRAME_AREA_SIZE_BYTES = 160;
const RETURN_ADDRESS_OFFSET = 112;

export function guessCaller(frame: FrameState, memory: StackMemory): boolean {
  if (frame.returnsToLinkRegister) {
    frame.returnToLinkRegister();
    return true;
  }
  const { stackPointer } = frame;
  const callerStackPointer = memory.readWord(stackPointer);
  if (!(callerStackPointer >= stackPointer + FRAME_AREA_SIZE_BYTES) || callerStackPointer % 8 !== 0)
    return false;
  frame.ip = memory.readWord(callerStackPointer + RETURN_ADDRESS_OFFSET);
  if (!memory.isMapped(frame.ip - 1)) return false;
  frame.ipLow = memory.lastLow;
  frame.ipHigh = memory.lastHigh;
  frame.stackPointer = callerStackPointer;
  frame.framePointer = NaN;
  return true;
}

/** libdw guesses nothing on s390x. */
export function guessCallerByLibdw(): boolean {
  return false;
}
