/**
 * What the bytes of a machine's files and recordings mean: one record for each machine, and no other file asks which
 * machine it has before it. How to step from a frame to its caller is the unwinder's part (unwinder/arch).
 */

export interface Machine {
  /** As its makers spell it; for messages. */
  readonly name: string;
  /** EM_*, as the gABI registers it. */
  readonly elfMachine: number;
  /** Size of an address and of a word of the stack. */
  readonly wordSizeBytes: 4 | 8;
  /** What `uname -m` prints there, as a recording's feature ARCH has it. */
  readonly unameNames: RegExp;

  /** Names of registers by perf's number (arch/…/include/uapi/asm/perf_regs.h), as `perf script -F uregs` has them. */
  readonly perfRegisterNames: readonly string[];
  /** Which DWARF register a perf register is; -1 where none. */
  readonly dwarfRegisterOfPerf: readonly number[];
  readonly perfInstructionPointer: number;
  readonly perfStackPointer: number;
  /** Names of registers by DWARF number. */
  readonly dwarfRegisterNames: readonly string[];
  /** DWARF number, as are the following. */
  readonly stackPointer: number;
  readonly framePointer: number;
  /** The register that holds the return address at a function's entry, or -1 where it is on the stack. */
  readonly linkRegister: number;
  /** The column of call frame information that holds the caller's pc. */
  readonly returnAddressColumn: number;
  /** Registers that a callee preserves unless its row says otherwise. */
  readonly preservedRegisters: readonly number[];

  /** Relocations of words in data, by type; the supplements' names are R_‹machine›_*. */
  readonly wordRelocations: ReadonlyMap<number, WordRelocation>;
  readonly plt: PltForm;
  /** Symbols named $x, $d and the like tell code from data, and name nothing. */
  readonly hasMappingSymbols: boolean;
  /** Bit 0 of a function symbol's value says which instruction set its code is of, and is not part of the address. */
  readonly hasThumbBit: boolean;
  /** Its ABIs in SFrame, one for each byte order; none where SFrame is not defined for it. */
  readonly sframeAbis: readonly SFrameAbi[];
}

/** symbol + addend, minus the word's own address where it is PC-relative. */
export interface WordRelocation {
  readonly sizeBytes: 4 | 8;
  readonly isPcRelative: boolean;
}

export const absolute64: WordRelocation = { sizeBytes: 8, isPcRelative: false };
export const absolute32: WordRelocation = { sizeBytes: 4, isPcRelative: false };
export const relative64: WordRelocation = { sizeBytes: 8, isPcRelative: true };
export const relative32: WordRelocation = { sizeBytes: 4, isPcRelative: true };

/** How a machine's linkers lay out procedure linkage tables, as far as perf 7.2 knows. */
export interface PltForm {
  /** Sizes of the header and of an entry of .plt and .plt.sec, from what the section's header says. */
  readonly sizesOf: (section: PltSection) => PltSizes;
  /** There may be .plt.sec and .plt.got, and relocations are not always in the order of the entries. */
  readonly isX86: boolean;
  /** The relocation of an IFUNC's slot, R_‹machine›_IRELATIVE, where its addend is the resolver. */
  readonly irelativeType: number | undefined;
  /** From the start of a .plt.got entry to the slot that it jumps through; 0 where the code is not of that form. */
  readonly slotDisplacement: ((code: Uint8Array, entry: number) => number) | undefined;
}

export interface PltSection {
  readonly entrySizeBytes: number;
  readonly alignmentBytes: number;
}

/** An entry size of 0: it is not known. */
export interface PltSizes {
  readonly headerBytes: number;
  readonly entryBytes: number;
}

/** perf takes the header to be as large as an entry where it does not know the machine's form. */
export const plainPlt: PltForm = {
  sizesOf: ({ entrySizeBytes }) => ({ headerBytes: entrySizeBytes, entryBytes: entrySizeBytes }),
  isX86: false,
  irelativeType: undefined,
  slotDisplacement: undefined,
};

/** Linkers leave the size of x86's entries out at times; perf then goes by the alignment. */
export function x86PltSizes({ entrySizeBytes, alignmentBytes }: PltSection): PltSizes {
  const fromAlignment = alignmentBytes === 8 ? 8 : 16;
  const entryBytes = entrySizeBytes === 8 || entrySizeBytes === 16 ? entrySizeBytes : fromAlignment;
  return { headerBytes: entryBytes, entryBytes };
}

/** What an ABI of SFrame says about the words of a row. */
export interface SFrameAbi {
  /** The identifier in the header, SFRAME_ABI_*. */
  readonly abi: number;
  readonly name: string;
  readonly littleEndian: boolean;
  /** The offset from the CFA at which every function's return address lies, or 0 where rows track it. */
  readonly fixedRaOffset: number;
  /** CFA offset = word * cfaScale + cfaAdjustment. */
  readonly cfaScale: number;
  readonly cfaAdjustment: number;
  /** The CFA minus this is the caller's stack pointer. */
  readonly cfaAboveCallerSp: number;
  /** Return addresses may be signed: the info bytes' pauth_key and mangled_ra_p bits mean something. */
  readonly signsReturnAddresses: boolean;
  /** A default row can have a frame pointer and no return address: its place is fixed, or a word of 0 keeps it. */
  readonly allowsFpWithoutRa: boolean;
  /** In version 2, odd RA and FP words are register numbers (times 2, plus 1). */
  readonly version2WordsNameRegisters: boolean;
}

/** Names of registers that are a letter and a number: x0, x1… */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
