/** Names for functions that are known by where they start. The symbol table is read when the first name is asked for. */

import type { ElfImage } from '../../parser';
import { demangle, perfForm, SymbolTable } from '../../symbolizer';

export class FunctionNames {
  private table: SymbolTable | undefined;

  constructor(private readonly image: ElfImage) {}

  /** The name of the function at an address, "name+0x10" for a part of one, or undefined. */
  nameOf(startSvma: number): string | undefined {
    this.table ??= SymbolTable.fromImages(this.image, undefined, {
      demangle: (name) => demangle(name, { ...perfForm, types: false }) ?? name,
    });
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
