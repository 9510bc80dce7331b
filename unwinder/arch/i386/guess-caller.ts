/**
 * Frames of i386 whose code no table covers. Signal handlers return into the vDSO, of which a 64-bit kernel shows its 32-bit image to
 * 32-bit programs alone: its tables can seldom be had, so a trampoline is known by what the kernel put on the stack for it.
 *
 *   esp ─► signal                           esp ─► signal
 *     +4   sigcontext                         +4   address of siginfo, +8 of ucontext
 *                                             +12  siginfo, 128 bytes
 *                                             +140 ucontext: flags, link, stack (20 bytes)
 *                                             +160 sigcontext
 *
 * Sigcontext (arch/x86/include/uapi/asm/sigcontext.h, arch/x86/include/asm/sigframe.h):
 *
 *   gs fs es ds (4 bytes each) | 16 edi esi | 24 ebp | 28 esp | 32 ebx edx ecx eax trapno err | 56 eip | 60 cs | 64 flags esp | 72 ss
 */

import type { FrameState } from '../../sample/frame-state';
import type { StackMemory } from '../../sample/stack-memory';
import { followFrameRecord } from '../frame-record';

const CONTEXT_OFFSETS = [4, 160];
const FRAME_POINTER = 24;
const STACK_POINTER = 28;
const INSTRUCTION_POINTER = 56;
const CODE_SEGMENT = 60;
const STACK_SEGMENT = 72;
/** Segments of user mode: of 64-bit kernels, and of 32-bit ones (arch/x86/include/asm/segment.h). */
const userSegments = [
  [0x23, 0x2b],
  [0x73, 0x7b],
];

/** Moves a frame to the code that a signal interrupted, where the kernel's words lie on the stack; else to its caller by frame pointer. */
export function guessCaller(frame: FrameState, memory: StackMemory): boolean {
  for (const offset of CONTEXT_OFFSETS) {
    const context = frame.stackPointer + offset;
    if (holdsUserContext(memory, context)) return restoreContext(frame, memory, context);
  }
  return followFrameRecord(frame, memory);
}

function holdsUserContext(memory: StackMemory, context: number): boolean {
  // The upper halves of these words are not the segments'.
  const code = memory.readBytes(context + CODE_SEGMENT, 2);
  const stack = memory.readBytes(context + STACK_SEGMENT, 2);
  return userSegments.some(([userCode, userStack]) => code === userCode && stack === userStack);
}

function restoreContext(frame: FrameState, memory: StackMemory, context: number): boolean {
  const framePointer = memory.readWord(context + FRAME_POINTER);
  const stackPointer = memory.readWord(context + STACK_POINTER);
  const ip = memory.readWord(context + INSTRUCTION_POINTER);
  frame.ip = ip;
  frame.ipLow = memory.lastLow;
  frame.ipHigh = memory.lastHigh;
  frame.stackPointer = stackPointer;
  frame.framePointer = framePointer;
  frame.isExact = true;
  return true;
}
