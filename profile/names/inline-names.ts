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
import type { ChainFrame, SourcePosition } from '../answers/answer-set';
import type { Answers } from '../answers/answers';
import type { Module } from '../../unwinder';
import type { NameBehaviours } from './name-behaviours';
import type { Diagnostics } from '../session/diagnostics';

export interface InlinedFunction {
  readonly name: string;
  readonly isInlined: boolean;
  /** Where in the function the address is: the call of what is inlined into it, or the address's own line. */
  readonly position: SourcePosition;
}

const findingSummaries: Readonly<Record<DebugInfoFindingCode, string>> = {
  'damaged-unit': 'debug information is damaged; functions inlined there are not all shown',
  'damaged-line-table': 'line tables are damaged; source lines there are not shown',
  'missing-split-unit':
    'parts of debug information are in .dwo files that were not found; functions inlined there are not shown',
};

const UNKNOWN_POSITION: SourcePosition = { file: '??', line: 0 };

/** What names are found by. */
export interface InlineNameSources {
  readonly demangle: Demangle;
  readonly behaviours: NameBehaviours;
  readonly resolverOf: (module: Module) => DebugFileResolver;
  /** What earlier runs found out. */
  readonly answersOf: (module: Module) => Answers | undefined;
  readonly onProblem: (module: Module, error: unknown) => void;
}

export class InlineNames {
  /** The files with debug information, of modules that were asked for. */
  private readonly holders = new Map<Module, ElfImage | undefined>();
  private readonly infos = new Map<Module, DebugInfo | undefined>();
  /** Printed names by those of the debug information: one function is inlined at many places, and demangling is dear. */
  private readonly printedNames = new Map<string, string>();

  constructor(private readonly sources: InlineNameSources) {}

  /**
   * The functions at an svma, innermost first; the last is the one that has the code, and is named by its symbol.
   * Empty where the debug information says nothing of the address.
   * @param symbol name of the symbol that covers the address
   */
  functionsAt(module: Module, svma: number, symbol: string): InlinedFunction[] {
    if (!this.holderOf(module)) return [];
    const answers = this.sources.answersOf(module);
    let chain = answers?.chainAt(svma);
    if (!chain) {
      const info = this.infoOf(module);
      if (!info) return [];
      chain = this.readChain(info, svma);
      if (!Number.isNaN(svma)) answers?.addChain(svma, chain);
    }
    return chain.map((frame, depth) => {
      const name = frame.name ?? symbol;
      // Line tables are larger than all else: they are decoded when lines are shown.
      const readPosition = (): SourcePosition => {
        answers?.notePosition();
        return this.positionInChain(module, svma, depth);
      };
      return {
        name,
        // A function that is inlined into itself has a symbol: perf prints it as if it were the function (util/srcline.c).
        isInlined: frame.isInlined && name !== symbol,
        get position() {
          return (frame.position ??= readPosition());
        },
      };
    });
  }

  /** The source line of an svma; undefined where the binary has no debug information, and in its PLT, which none could have. */
  positionAt(module: Module, svma: number): SourcePosition | undefined {
    if (!this.holderOf(module)) return undefined;
    const answers = this.sources.answersOf(module);
    const known = answers?.lineAt(svma);
    if (known) return known.position;
    const info = this.infoOf(module);
    if (!info) return undefined;
    const position = this.readPosition(module, info, svma);
    if (!Number.isNaN(svma)) answers?.addLine(svma, position);
    return position;
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
    return [this.holders, this.infos].some((map) => map.has(module) && map.get(module) === undefined);
  }

  /** Modules of whose debug information not all could be used. */
  get damaged(): Module[] {
    return [...this.infos].filter(([, info]) => info && info.findings.length > 0).map(([module]) => module);
  }

  private readChain(info: DebugInfo, svma: number): ChainFrame[] {
    const chain = info.inlineChain(svma);
    if (chain.length === 0) return [];
    if (this.sources.behaviours.inlinesOnlyInLines && info.findLine(svma) === undefined) return [];
    return chain.map((frame) => ({
      name: frame.isInlined ? this.nameOf(frame) : undefined,
      isInlined: frame.isInlined,
      position: undefined,
    }));
  }

  private positionInChain(module: Module, svma: number, depth: number): SourcePosition {
    const info = this.infoOf(module);
    if (!info) return UNKNOWN_POSITION;
    return depth === 0
      ? this.ownPosition(info, svma)
      : this.callOf(module, info.inlineChain(svma)[depth - 1]);
  }

  private readPosition(module: Module, info: DebugInfo, svma: number): SourcePosition | undefined {
    const found = info.findLine(svma) ?? (this.readsAsLibdw(module) ? info.findNearestLine(svma) : undefined);
    if (found?.file !== undefined) return { file: found.file, line: found.line };
    // addr2line says "??" and "??:0" there, which perf takes for no answer; elsewhere it names the function before.
    return isInPlt(module, svma) ? undefined : UNKNOWN_POSITION;
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
    return this.sources.behaviours.readsLinesOfFixedPrograms && module.images.image?.type === elf.ET_EXEC;
  }

  private nameOf(frame: InlineFrame): string {
    const name = frame.linkageName ?? frame.name;
    if (name === undefined) return '??';
    let printed = this.printedNames.get(name);
    if (printed === undefined) {
      printed = this.sources.demangle(name);
      this.printedNames.set(name, printed);
    }
    return printed;
  }

  /** The file that has a module's debug information; headers are all that is read for that. */
  private holderOf(module: Module): ElfImage | undefined {
    if (this.holders.has(module)) return this.holders.get(module);
    const { image, debugImage } = module.images;
    const holder = [image, debugImage].find((candidate) => candidate && hasDebugInformation(candidate));
    this.holders.set(module, holder);
    return holder;
  }

  private infoOf(module: Module): DebugInfo | undefined {
    if (this.infos.has(module)) return this.infos.get(module);
    const holder = this.holderOf(module);
    let info: DebugInfo | undefined;
    try {
      info = holder && DebugInfo.open(holder, this.sources.resolverOf(module));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.sources.onProblem(module, error);
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
