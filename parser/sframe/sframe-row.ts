/**
 * A row of an SFrame section in one form for all ABIs, versions and FDE types: how to recover CFA, return
 * address and frame pointer at a range of code. Rows belong to the caller and are filled in place.
 */

export enum SFrameLocationKind {
  /** There is no caller's value: the frame is outermost. */
  Undefined,
  /** Nothing was saved: the register still holds the caller's value. */
  Unchanged,
  /** CFA + offset. */
  FromCfa,
  /** register + offset. */
  FromRegister,
}

/** Where a value is: base + offset is the value itself or, with `deref`, the address of the value. */
export class SFrameLocation {
  kind: SFrameLocationKind = SFrameLocationKind.Undefined;
  /** The DWARF number of the base register for FromRegister, else -1. */
  register = -1;
  deref = false;
  offset = 0;

  /** @internal */
  set(kind: SFrameLocationKind, register: number, deref: boolean, offset: number): void {
    this.kind = kind;
    this.register = register;
    this.deref = deref;
    this.offset = offset;
  }
}

/** What became of a row lookup. */
export enum SFrameRowStatus {
  Found,
  /** No FDE covers the address. */
  NoFde,
  /** The FDE has no FRE for the address. */
  NoFre,
  /** The FDE or FRE is damaged; the section's check tells how. */
  Corrupt,
}

export class SFrameRow {
  /** The code for which the row holds, from here… */
  startSvma = 0;
  /** … up to here, exclusive. In FDEs of PC type MASK the range lies within one repetition of the block. */
  endSvma = 0;
  /** The function is a signal trampoline: its caller was interrupted, so its pc is not a return address. */
  isSignal = false;
  /** There is no caller; CFA, RA and FP are all Undefined. */
  isOutermost = false;
  /** The return address carries a pointer authentication code (AArch64). */
  isRaSigned = false;
  /** … and was signed with key B instead of A. */
  usesPauthKeyB = false;
  /** A control word of this (flexible) row has its reserved bit set. */
  hasReservedBit = false;
  /** FromRegister always, unless the row is outermost. `deref`: the CFA itself is read from memory. */
  readonly cfa = new SFrameLocation();
  readonly ra = new SFrameLocation();
  readonly fp = new SFrameLocation();
}
