/**
 * Chains of frame pointers as x86 and AArch64 programs keep them: the frame pointer leads to a record of two
 * words, the caller's frame pointer and the return address, and the caller's stack pointer is right above it.
 *
 *   frame pointer ─► caller's frame pointer ─► …
 *                    return address
 *                    (caller's stack pointer)
 */

import type { StackMemory } from '../sample/stack-memory';
import type { FrameState } from '../sample/frame-state';

/** Moves a frame to its caller; false where the chain ends or leads downwards. */
export function followFrameRecord(frame: FrameState, memory: StackMemory): boolean {
  const { framePointer } = frame;
  if (Number.isNaN(framePointer) || framePointer === 0) return false;
  const callerFramePointer = memory.readWord(framePointer);
  const ip = memory.readWord(framePointer + memory.wordSizeBytes);
  if (Number.isNaN(ip)) return false;
  frame.ip = ip;
  frame.ipLow = memory.lastLow;
  frame.ipHigh = memory.lastHigh;
  const callerStackPointer = framePointer + 2 * memory.wordSizeBytes;
  if (callerStackPointer <= frame.stackPointer) return false;
  frame.framePointer = Number.isNaN(callerFramePointer) ? 0 : callerFramePointer;
  frame.stackPointer = callerStackPointer;
  return true;
}
