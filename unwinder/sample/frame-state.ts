/**
 * Where a walk up a stack is: the frame whose caller comes next. The loops in frame-loop.ts and packed-walk.ts
 * move it on, and so do the architectures' guesses. One object serves all frames: numbers kept in it are changed
 * in place, while doubles that are passed from function to function cost an allocation each. What is not known is
 * NaN: so are words of 32 bits before they are read. A field that begins as a small integer and gets a large one later
 * changes the object's shape, and V8 throws away what it compiled of the loops.
 */

export class FrameState {
  ip = NaN;
  /** Halves of {@link ip}, exact where the double is not. */
  ipLow = NaN;
  ipHigh = NaN;
  /** Whether {@link ip} is where the frame was interrupted, not the address that a call returns to. */
  isExact = true;
  stackPointer = NaN;
  framePointer = NaN;
  /** What the link register holds in this frame, if the architecture has one. */
  linkRegister = NaN;
  linkRegisterLow = NaN;
  linkRegisterHigh = NaN;
  /**
   * The link register holds the address that this frame returns to. Known only of a frame that was interrupted
   * before it made a call of its own, or after it restored the register.
   */
  returnsToLinkRegister = false;

  /** Moves the pc to the address that the link register holds. */
  returnToLinkRegister(): void {
    this.ip = this.linkRegister;
    this.ipLow = this.linkRegisterLow;
    this.ipHigh = this.linkRegisterHigh;
  }
}
