/** Where no table covers a frame on AArch64 (the vDSO has none, and PLT entries): link register and frame records. */

import type { StackMemory } from '../../sample/stack-memory';
import type { FrameState } from '../../sample/frame-state';
import { followFrameRecord } from '../frame-record';

/** A leaf function that keeps no frame returns to its link register; all others have a frame record. */
export function guessCaller(frame: FrameState, memory: StackMemory): boolean {
  if (!frame.returnsToLinkRegister) return followFrameRecord(frame, memory);
  frame.returnToLinkRegister();
  return true;
}

/**
 * libdw returns to the link register always and then takes the frame record for the caller's: frames appear
 * twice where the register no longer held the return address (signal trampolines), and are lost after a leaf.
 */
export function guessCallerByLibdw(frame: FrameState, memory: StackMemory): boolean {
  const { linkRegister, stackPointer } = frame;
  if (Number.isNaN(linkRegister) || linkRegister === 0) return false;
  frame.returnToLinkRegister();
  const framePointer = zeroIfUnknown(frame.framePointer);
  frame.linkRegister = zeroIfUnknown(memory.readWord(framePointer + 8));
  frame.linkRegisterLow = memory.lastLow;
  frame.linkRegisterHigh = memory.lastHigh;
  frame.framePointer = zeroIfUnknown(memory.readWord(framePointer));
  frame.stackPointer = framePointer + 16;
  return framePointer === 0 || frame.stackPointer > zeroIfUnknown(stackPointer);
}

function zeroIfUnknown(word: number): number {
  return Number.isNaN(word) ? 0 : word;
}
