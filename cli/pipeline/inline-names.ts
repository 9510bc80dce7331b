/**
 * What was inlined at an address, and its source line, from the debug information of its binary. Opened when the
 * first address of a binary is asked for.
 */

import { DebugInfo, elf, ParseError, type ElfImage, type InlineFrame } from '../../parser';
import type { Demangle } from '../../symbolizer';
import type { Module } from '../../unwinder';

export interface InlinedFunction {
  readonly name: string;
  readonly isInlined: boolean;
}

export class InlineNames {
  private readonly infos = new Map<Module, DebugInfo | undefined>();

  constructor(
    private readonly demangle: Demangle,
    private readonly onProblem: (module: Module, error: unknown) => void,
  ) {}

  /**
   * The functions at an svma, innermost first; the last is the one that has the code, and is named by its symbol.
   * Empty where the debug information says nothing of the address.
   * @param symbol name of the symbol that covers the address
   */
  functionsAt(module: Module, svma: number, symbol: string): InlinedFunction[] {
    const info = this.infoOf(module);
    // perf asks for the line first, and for functions only where there is one (util/libdw.c).
    if (!info || info.findLine(svma) === undefined) return [];
    return info.inlineChain(svma).map((frame) => {
      const name = frame.isInlined ? this.nameOf(frame) : symbol;
      // A function that is inlined into itself has a symbol: perf prints it as if it were the function (util/srcline.c).
      return { name, isInlined: frame.isInlined && name !== symbol };
    });
  }

  /** "file:line" of an svma, the file's path as the debug information has it; undefined where it says nothing. */
  sourceLineAt(module: Module, svma: number): { readonly file: string; readonly line: number } | undefined {
    const found = this.infoOf(module)?.findLine(svma);
    return found?.file === undefined ? undefined : { file: found.file, line: found.line };
  }

  private nameOf(frame: InlineFrame): string {
    if (frame.linkageName !== undefined) return this.demangle(frame.linkageName);
    return frame.name === undefined ? '??' : this.demangle(frame.name);
  }

  private infoOf(module: Module): DebugInfo | undefined {
    if (this.infos.has(module)) return this.infos.get(module);
    let info: DebugInfo | undefined;
    try {
      const { image, debugImage } = module.images;
      const holder = [image, debugImage].find((candidate) => candidate && hasDebugInformation(candidate));
      info = holder && DebugInfo.open(holder);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.onProblem(module, error);
    }
    this.infos.set(module, info);
    return info;
  }
}

function hasDebugInformation(image: ElfImage): boolean {
  const section = image.findSection('.debug_info');
  return section !== undefined && section.type !== elf.SHT_NOBITS;
}
