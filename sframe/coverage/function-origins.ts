/**
 * Which file a function came from, as far as the symbol table tells: local symbols follow the symbol of type STT_FILE
 * of their source file, which for assembly without a name of its own is the object file ("Scrt1.o"). Global symbols stand
 * elsewhere; of those that the start-up objects define it is known which objects they are in.
 */

import { elf, ParseError, type ElfImage, type ElfSymbolTable } from '../../parser';

/** Functions of start-up objects, which have one name in all C libraries (glibc's csu/, gABI on _init and _fini). */
const startUpObjects: Readonly<Record<string, RegExp>> = {
  _start: /(^|\/)[SgrM]*crt1\.o$/,
  _init: /(^|\/)crti\.o$/,
  _fini: /(^|\/)crti\.o$/,
};

export class FunctionOrigins {
  /** Names of files by the svma of what they define. */
  private origins: ReadonlyMap<number, string> | undefined;

  constructor(private readonly image: ElfImage) {}

  /** The file of the function that starts at an address; undefined where nothing tells. */
  originOf(startSvma: number): string | undefined {
    this.origins ??= readOrigins(this.image);
    return this.origins.get(startSvma);
  }
}

function readOrigins(image: ElfImage): ReadonlyMap<number, string> {
  const origins = new Map<number, string>();
  const table = readTable(image);
  if (!table) return origins;
  const files = new Set<string>();
  let file = '';
  for (let i = 1; i < table.count; i++) {
    const type = table.type(i);
    if (type === elf.STT_FILE) {
      file = table.name(i);
      files.add(file);
    }
    const isCode = type === elf.STT_FUNC || type === elf.STT_NOTYPE || type === elf.STT_GNU_IFUNC;
    const sectionIndex = table.sectionIndex[i];
    if (!isCode || sectionIndex === elf.SHN_UNDEF) continue;
    if (table.binding(i) === elf.STB_LOCAL) {
      if (file !== '') origins.set(table.svma[i], file);
      continue;
    }
    const pattern = startUpObjects[table.name(i)];
    const object = pattern && [...files].find((name) => pattern.test(name));
    if (object !== undefined) origins.set(table.svma[i], object);
  }
  return origins;
}

/** Damaged symbol tables cost the origins only. */
function readTable(image: ElfImage): ElfSymbolTable | undefined {
  try {
    return image.symbols(elf.SHT_SYMTAB);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
