/**
 * What was inlined at an address, and its source line, from the debug information of its binary. Opened when the
 * first address of a binary is asked for.
 */

import {
  DebugInfo,
  elf,
  ParseError,
  type DebugFileResolver,
  type DebugInfoFindingCode,
  type ElfImage,
  type InlineFrame,
} from '../../parser';
import type { Demangle } from '../../symbolizer';
import type { Module } from '../../unwinder';
import type { NameBehaviours } from './name-behaviours';
import type { Diagnostics } from '../session/diagnostics';

export interface InlinedFunction {
  readonly name: string;
  readonly isInlined: boolean;
  /** Where in the function the address is: the call of what is inlined into it, or the address's own line. */
  readonly position: SourcePosition;
}

/** A place in a source file: its path as the debug information has it, "??" where that does not say. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
}

const findingSummaries: Readonly<Record<DebugInfoFindingCode, string>> = {
  'damaged-unit': 'debug information is damaged; functions inlined there are not all shown',
  'damaged-line-table': 'line tables are damaged; source lines there are not shown',
  'missing-split-unit':
    'parts of debug information are in .dwo files that were not found; functions inlined there are not shown',
};

const UNKNOWN_POSITION: SourcePosition = { file: '??', line: 0 };

export class InlineNames {
  private readonly infos = new Map<Module, DebugInfo | undefined>();
  /** Printed names by those of the debug information: one function is inlined at many places, and demangling is dear. */
  private readonly printedNames = new Map<string, string>();

  constructor(
    private readonly demangle: Demangle,
    private readonly behaviours: NameBehaviours,
    private readonly resolverOf: (module: Module) => DebugFileResolver,
    private readonly onProblem: (module: Module, error: unknown) => void,
  ) {}

  /**
   * The functions at an svma, innermost first; the last is the one that has the code, and is named by its symbol.
   * Empty where the debug information says nothing of the address.
   * @param symbol name of the symbol that covers the address
   */
  functionsAt(module: Module, svma: number, symbol: string): InlinedFunction[] {
    const info = this.infoOf(module);
    if (!info) return [];
    const chain = info.inlineChain(svma);
    if (chain.length === 0 || (this.behaviours.inlinesOnlyInLines && info.findLine(svma) === undefined))
      return [];
    return chain.map((frame, depth) => {
      const name = frame.isInlined ? this.nameOf(frame) : symbol;
      // Line tables are larger than all else: they are decoded when lines are shown.
      const readPosition = (): SourcePosition =>
        depth === 0 ? this.ownPosition(info, svma) : this.callOf(module, chain[depth - 1]);
      return {
        name,
        // A function that is inlined into itself has a symbol: perf prints it as if it were the function (util/srcline.c).
        isInlined: frame.isInlined && name !== symbol,
        get position() {
          return readPosition();
        },
      };
    });
  }

  /** The source line of an svma; undefined where the binary has no debug information, and in its PLT, which none could have. */
  positionAt(module: Module, svma: number): SourcePosition | undefined {
    const info = this.infoOf(module);
    if (!info) return undefined;
    const found = info.findLine(svma) ?? (this.readsAsLibdw(module) ? info.findNearestLine(svma) : undefined);
    if (found?.file !== undefined) return { file: found.file, line: found.line };
    // addr2line says "??" and "??:0" there, which perf takes for no answer; elsewhere it names the function before.
    return isInPlt(module, svma) ? undefined : UNKNOWN_POSITION;
  }

  /** Says which debug information could not be used, of what was asked for. */
  report(diagnostics: Diagnostics): void {
    for (const [module, info] of this.infos) {
      for (const { code, count } of info?.findings ?? [])
        diagnostics.add(
          code,
          findingSummaries[code],
          `${module.path}: ${count === 1 ? '1 unit' : `${count} units`}`,
        );
    }
  }

  /** Whether debug information of a binary was wanted and is not there. */
  lacks(module: Module): boolean {
    return this.infos.has(module) && this.infos.get(module) === undefined;
  }

  private ownPosition(info: DebugInfo, svma: number): SourcePosition {
    const found = info.findLine(svma);
    return found ? { file: found.file ?? '<unknown>', line: found.line } : UNKNOWN_POSITION;
  }

  /** libdw's readers ask the function that is called for the table of files, not the call (perf: die_get_file_name). */
  private callOf(module: Module, { callFile, callLine, hasDeclaredFile }: InlineFrame): SourcePosition {
    if (callFile === undefined || (!hasDeclaredFile && this.readsAsLibdw(module))) return UNKNOWN_POSITION;
    return { file: callFile, line: callLine };
  }

  /** perf reads debug information itself, with libdw, of such programs alone: of others it asks addr2line, which knows better. */
  private readsAsLibdw(module: Module): boolean {
    return this.behaviours.readsLinesOfFixedPrograms && module.images.image?.type === elf.ET_EXEC;
  }

  private nameOf(frame: InlineFrame): string {
    const name = frame.linkageName ?? frame.name;
    if (name === undefined) return '??';
    let printed = this.printedNames.get(name);
    if (printed === undefined) {
      printed = this.demangle(name);
      this.printedNames.set(name, printed);
    }
    return printed;
  }

  private infoOf(module: Module): DebugInfo | undefined {
    if (this.infos.has(module)) return this.infos.get(module);
    let info: DebugInfo | undefined;
    try {
      const { image, debugImage } = module.images;
      const holder = [image, debugImage].find((candidate) => candidate && hasDebugInformation(candidate));
      info = holder && DebugInfo.open(holder, this.resolverOf(module));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.onProblem(module, error);
    }
    this.infos.set(module, info);
    return info;
  }
}

function isInPlt(module: Module, svma: number): boolean {
  const sections = module.images.image?.sections ?? [];
  return sections.some(
    (section) =>
      section.name.startsWith('.plt') && svma >= section.svma && svma < section.svma + section.sizeBytes,
  );
}

function hasDebugInformation(image: ElfImage): boolean {
  const section = image.findSection('.debug_info');
  return section !== undefined && section.type !== elf.SHT_NOBITS;
}
