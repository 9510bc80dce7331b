/**
 * A frame that no table covers, on its way to its caller: the frame loop fills it, the architecture moves it. One
 * object serves all frames. What is not known is NaN.
 */

export class UncoveredFrame {
  ip = NaN;
  /** Halves of {@link ip}, exact where the double is not. */
  ipLow = 0;
  ipHigh = 0;
  stackPointer = NaN;
  framePointer = NaN;
  /** What the link register holds in this frame, if the architecture has one. */
  linkRegister = NaN;
  linkRegisterLow = 0;
  linkRegisterHigh = 0;
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
