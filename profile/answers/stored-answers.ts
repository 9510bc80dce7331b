/**
 * Answers that an earlier run stored. The file is input like any other: everything is checked before any of it is used, and one that
 * is not whole is no file.
 */

import { decodeText } from '../../parser';
import { isWholeRule, type RuleWords } from '../../unwinder';
import { AnswerColumns, NONE, UNASKED } from './answer-columns';
import type { AnswerSet, ChainFrame, SourcePosition, SymbolAnswer } from './answer-set';

export class StoredAnswers {
  private readonly names: (string | undefined)[] = [];

  private constructor(
    /** What the answers hold for. */
    readonly key: string,
    /** Further files that they are from: what tells their content from any other, by path. */
    readonly sources: ReadonlyMap<string, string>,
    /** In which way the rules were made, as the unwinder says it. */
    readonly rulesMadeBy: string,
    private readonly columns: AnswerColumns,
  ) {}

  /** The answers in a file; undefined where it is damaged or of another form. */
  static decode(bytes: Uint8Array): StoredAnswers | undefined {
    const columns = AnswerColumns.of(bytes);
    if (!columns || !isWhole(columns)) return undefined;
    const description = readDescription(columns.description);
    if (!description) return undefined;
    const { key, sources, rulesMadeBy } = description;
    return new StoredAnswers(key, sources, rulesMadeBy, columns);
  }

  /** File offsets, sorted. */
  get symbolOffsets(): Float64Array {
    return this.columns.placeOffset;
  }

  /** Sorted. */
  get chainSvmas(): Float64Array {
    return this.columns.chainSvma;
  }

  /** Sorted. */
  get lineSvmas(): Float64Array {
    return this.columns.lineSvma;
  }

  /** File offsets, sorted. */
  get ruleOffsets(): Uint32Array {
    return this.columns.ruleOffset;
  }

  symbolAt(fileOffset: number): SymbolAnswer | undefined {
    const { columns } = this;
    const place = indexOf(columns.placeOffset, fileOffset);
    if (place < 0) return undefined;
    const symbol = columns.placeSymbol[place];
    return {
      name: this.nameOf(columns.symbolName[symbol]),
      startFileOffset: columns.symbolStart[symbol],
      sizeBytes: columns.symbolSize[symbol],
      isData: columns.symbolIsData[symbol] === 1,
    };
  }

  chainAt(svma: number): readonly ChainFrame[] | undefined {
    const { columns } = this;
    const chain = indexOf(columns.chainSvma, svma);
    if (chain < 0) return undefined;
    const frames: ChainFrame[] = [];
    const first = chain === 0 ? 0 : columns.chainEnd[chain - 1];
    for (let frame = first; frame < columns.chainEnd[chain]; frame++) {
      const file = columns.frameFile[frame];
      frames.push({
        name: this.nameOf(columns.frameName[frame]),
        isInlined: columns.frameIsInlined[frame] === 1,
        position: file === UNASKED ? undefined : this.position(file, columns.frameLine[frame]),
      });
    }
    return frames;
  }

  /** Whether the source line of an svma is known, or that there is none. */
  hasLine(svma: number): boolean {
    return indexOf(this.columns.lineSvma, svma) >= 0;
  }

  /** The source line of an svma for which {@link hasLine} holds. */
  lineAt(svma: number): SourcePosition | undefined {
    const { columns } = this;
    const line = indexOf(columns.lineSvma, svma);
    return line < 0 ? undefined : this.position(columns.lineFile[line], columns.lineNumber[line]);
  }

  ruleAt(fileOffset: number): RuleWords | undefined {
    const { columns } = this;
    const rule = indexOf(columns.ruleOffset, fileOffset);
    if (rule < 0) return undefined;
    return {
      kind: columns.ruleKind[rule],
      cfa: columns.ruleCfa[rule],
      returnAddress: columns.ruleReturnAddress[rule],
      framePointer: columns.ruleFramePointer[rule],
    };
  }

  private position(fileName: number, line: number): SourcePosition | undefined {
    const file = this.nameOf(fileName);
    return file === undefined ? undefined : { file, line };
  }

  private nameOf(index: number): string | undefined {
    if (index === NONE) return undefined;
    const { nameEnd, names } = this.columns;
    return (this.names[index] ??= decodeText(
      names.subarray(index === 0 ? 0 : nameEnd[index - 1], nameEnd[index]),
    ));
  }
}

/** Index of a value in a sorted column, or -1. */
function indexOf(sorted: Float64Array | Uint32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}

/** Whether columns name only what is there, and are sorted where they are searched. */
function isWhole(columns: AnswerColumns): boolean {
  const { names, symbols, frames, nameBytes } = columns.counts;
  return (
    isAscending(columns.placeOffset) &&
    isAscending(columns.chainSvma) &&
    isAscending(columns.lineSvma) &&
    areEnds(columns.nameEnd, nameBytes) &&
    areEnds(columns.chainEnd, frames) &&
    areBelow(columns.symbolName, names, NONE) &&
    areBelow(columns.symbolIsData, 2) &&
    areBelow(columns.placeSymbol, symbols) &&
    areBelow(columns.frameName, names, NONE) &&
    areBelow(columns.frameIsInlined, 2) &&
    areBelow(columns.frameFile, names, UNASKED) &&
    areLines(columns.frameLine) &&
    areBelow(columns.lineFile, names, NONE) &&
    areLines(columns.lineNumber) &&
    isAscending(columns.ruleOffset) &&
    columns.ruleKind.every(isWholeRule)
  );
}

/** Whether all values are below a limit, but for those that stand for nothing. */
function areBelow(values: Uint32Array, limit: number, nothing = limit - 1): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] >= limit && values[i] !== nothing) return false;
  return true;
}

function areLines(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const line = values[i];
    if (!(line >= 0 && line <= Number.MAX_SAFE_INTEGER && Math.floor(line) === line)) return false;
  }
  return true;
}

function isAscending(values: Float64Array | Uint32Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i - 1] < values[i])) return false;
  return !Number.isNaN(values[0]);
}

/** Whether values are the ends of parts of a whole, one after the other. */
function areEnds(values: Uint32Array, whole: number): boolean {
  for (let i = 1; i < values.length; i++) if (values[i - 1] > values[i]) return false;
  return (values.at(-1) ?? 0) === whole;
}

/** What a file says of itself. */
type Description = Pick<AnswerSet, 'key' | 'sources' | 'rulesMadeBy'>;

/** What {@link encodeAnswers} wrote as JSON: [key, how rules were made, [path, identity]…]. */
function readDescription(bytes: Uint8Array): Description | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(decodeText(bytes));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [key, rulesMadeBy, ...sources] = parts as unknown[];
  return typeof key === 'string' && typeof rulesMadeBy === 'string' && sources.every(isSource)
    ? { key, rulesMadeBy, sources: new Map(sources) }
    : undefined;
}

function isSource(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');
}
