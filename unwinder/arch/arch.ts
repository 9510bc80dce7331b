/**
 * What differs between architectures, as data and a few functions; the rest of the unwinder sees only this
 * interface. Register numbers are DWARF's, except where "perf" is said.
 */

/** perf numbers registers its own way (arch/…/include/uapi/asm/perf_regs.h, Linux 7.2). */
export interface Architecture {
  readonly name: 'x86-64' | 'AArch64' | 's390x';
  /** EM_* of its ELF files. */
  readonly elfMachine: number;
  /** Registers that rows may name are below this number; the return address column is among them. */
  readonly registerCount: number;
  readonly stackPointer: number;
  readonly framePointer: number;
  /** The register that holds the return address at a function's entry, or -1 where it is on the stack. */
  readonly linkRegister: number;
  /** The column of a row that holds the caller's pc. */
  readonly returnAddressColumn: number;
  readonly perfInstructionPointer: number;
  readonly perfStackPointer: number;
  /** Which DWARF register a perf register is; -1 where none. */
  readonly dwarfRegisterOfPerf: readonly number[];
  /** Registers that a callee preserves unless its row says otherwise. */
  readonly preservedRegisters: readonly number[];
  /** The caller's stack pointer is CFA plus this. */
  readonly callerStackPointerFromCfa: number;
  /** Keeps the address bits of a return address's high word; the rest may be a pointer authentication code. */
  readonly returnAddressHighMask: number;
  /** Where a frame-pointer chain keeps its two words, from the frame pointer. */
  readonly frameRecord: FrameRecord;
}

/** The layout of a frame in a chain of frame pointers. */
export interface FrameRecord {
  readonly framePointerOffset: number;
  readonly returnAddressOffset: number;
  /** The caller's stack pointer, from the frame pointer. */
  readonly sizeBytes: number;
}
