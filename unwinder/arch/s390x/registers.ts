/** Numbers and sizes of the s390x ABI that more than one file needs. */

/** DWARF number of f0 to f15: f0 f2 f4 f6, f1 f3 f5 f7, f8 f10 f12 f14, f9 f11 f13 f15 have 16 and up. */
export const dwarfRegisterOfFpr: readonly number[] = [
  16, 20, 17, 21, 18, 22, 19, 23, 24, 28, 25, 29, 26, 30, 27, 31,
]; // prettier-ignore

/** DWARF number of the PSW's address, the pc. */
export const PC_COLUMN = 65;

/** What every caller leaves at its stack pointer for the callee: back chain and register save area. */
export const FRAME_AREA_SIZE_BYTES = 160;
