/**
 * Chains of frame pointers as x86-64 and AArch64 programs keep them: the frame pointer leads to a record of two
 * words, the caller's frame pointer and the return address, and the caller's stack pointer is right above it.
 *
 *   frame pointer ─► 0  caller's frame pointer ─► …
 *                    8  return address
 *                   16  (caller's stack pointer)
 */

import type { StackMemory } from '../sample/stack-memory';
import type { FrameState } from '../sample/frame-state';

const RETURN_ADDRESS_OFFSET = 8;
const RECORD_SIZE_BYTES = 16;

/** Moves a frame to its caller; false where the chain ends or leads downwards. */
export function followFrameRecord(frame: FrameState, memory: StackMemory): boolean {
  const { framePointer } = frame;
  if (Number.isNaN(framePointer) || framePointer === 0) return false;
  const callerFramePointer = memory.readWord(framePointer);
  const ip = memory.readWord(framePointer + RETURN_ADDRESS_OFFSET);
  if (Number.isNaN(ip)) return false;
  frame.ip = ip;
  frame.ipLow = memory.lastLow;
  frame.ipHigh = memory.lastHigh;
  const callerStackPointer = framePointer + RECORD_SIZE_BYTES;
  if (callerStackPointer <= frame.stackPointer) return false;
  frame.framePointer = Number.isNaN(callerFramePointer) ? 0 : callerFramePointer;
  frame.stackPointer = callerStackPointer;
  return true;
}
