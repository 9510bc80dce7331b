/** Names for functions that are known by where they start. The symbol table is read when the first name is asked for. */

import { ParseError, type ElfImage } from '../parser';
import { demangle, perfForm, SymbolTable } from '../symbolizer';

export class FunctionNames {
  /** Null when the symbol tables are damaged: functions then go by their addresses. */
  private table: SymbolTable | null | undefined;

  constructor(private readonly image: ElfImage) {}

  /** The name of the function at an address, "name+0x10" for a part of one, or undefined. */
  nameOf(startSvma: number): string | undefined {
    if (this.table === undefined) this.table = readTable(this.image);
    if (!this.table) return undefined;
    // The FDE of a signal trampoline starts one byte early, for unwinders that look up return addresses minus one.
    for (const svma of [startSvma, startSvma + 1]) {
      const index = this.table.find(svma);
      if (index < 0) continue;
      const name = this.table.name(index);
      const offset = startSvma - this.table.start(index);
      return offset > 0 ? `${name}+0x${offset.toString(16)}` : name;
    }
    return undefined;
  }
}

function readTable(image: ElfImage): SymbolTable | null {
  try {
    return SymbolTable.fromImages(image, undefined, {
      demangle: (name) => demangle(name, { ...perfForm, types: false }) ?? name,
    });
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
