/** Answers as the bytes of a file, from which {@link StoredAnswers.decode} makes the same. */

import { decodeText, encodeText, hasKeptBytes } from '../../parser';
import { AnswerColumns, NONE, UNASKED } from './answer-columns';
import type { AnswerSet, SymbolAnswer } from './answer-set';

/** Names of one binary: beyond that it is not stored. */
const MOST_NAME_BYTES = 8 * 1024 * 1024;

/** Undefined where they cannot be stored: names that are too long together, or that are not what their bytes say. */
export function encodeAnswers(answers: AnswerSet): Uint8Array | undefined {
  const names = new NameTable();
  const symbols = new SymbolRows(names);
  const places = sorted(answers.symbols).map(([offset, symbol]) => [offset, symbols.add(symbol)] as const);
  const chains = sorted(answers.chains);
  const frames = chains.flatMap(([, chain]) =>
    chain.map(({ name, isInlined, position }) => ({
      name: name === undefined ? NONE : names.add(name),
      isInlined: Number(isInlined),
      file: position ? names.add(position.file) : UNASKED,
      line: position?.line ?? 0,
    })),
  );
  const lines = sorted(answers.lines).map(([svma, position]) => ({
    svma,
    file: position ? names.add(position.file) : NONE,
    line: position?.line ?? 0,
  }));
  const rules = sorted(answers.rules);
  if (!names.isExact || names.sizeBytes > MOST_NAME_BYTES) return undefined;

  const description = encodeText(JSON.stringify([answers.key, answers.rulesMadeBy, ...answers.sources]));
  const columns = AnswerColumns.allocate({
    descriptionBytes: description.length,
    nameBytes: names.sizeBytes,
    names: names.texts.length,
    symbols: symbols.rows.length,
    places: places.length,
    chains: chains.length,
    frames: frames.length,
    lines: lines.length,
    rules: rules.length,
  });
  columns.description.set(description);
  let nameEnd = 0;
  for (const [i, text] of names.texts.entries()) {
    columns.names.set(text, nameEnd);
    columns.nameEnd[i] = nameEnd += text.length;
  }
  for (const [i, [name, { startFileOffset, sizeBytes, isData }]] of symbols.rows.entries()) {
    columns.symbolName[i] = name;
    columns.symbolStart[i] = startFileOffset;
    columns.symbolSize[i] = sizeBytes;
    columns.symbolIsData[i] = Number(isData);
  }
  for (const [i, [offset, symbol]] of places.entries()) {
    columns.placeOffset[i] = offset;
    columns.placeSymbol[i] = symbol;
  }
  let chainEnd = 0;
  for (const [i, [svma, chain]] of chains.entries()) {
    columns.chainSvma[i] = svma;
    columns.chainEnd[i] = chainEnd += chain.length;
  }
  for (const [i, { name, isInlined, file, line }] of frames.entries()) {
    columns.frameName[i] = name;
    columns.frameIsInlined[i] = isInlined;
    columns.frameFile[i] = file;
    columns.frameLine[i] = line;
  }
  for (const [i, { svma, file, line }] of lines.entries()) {
    columns.lineSvma[i] = svma;
    columns.lineFile[i] = file;
    columns.lineNumber[i] = line;
  }
  for (const [i, [offset, { kind, cfa, returnAddress, framePointer }]] of rules.entries()) {
    columns.ruleOffset[i] = offset;
    columns.ruleKind[i] = kind;
    columns.ruleCfa[i] = cfa;
    columns.ruleReturnAddress[i] = returnAddress;
    columns.ruleFramePointer[i] = framePointer;
  }
  return columns.bytes;
}

function sorted<T>(answers: ReadonlyMap<number, T>): [number, T][] {
  // Numbers are sorted without calling a function for each pair, which is not compiled yet when this runs.
  const addresses = Float64Array.from(answers.keys()).sort();
  return Array.from(addresses, (address) => [address, answers.get(address) as T]);
}

/** Each name once. */
class NameTable {
  readonly texts: Uint8Array[] = [];
  sizeBytes = 0;
  /** Whether the bytes of each name are that name again. Parts of names that were put together may make other characters. */
  isExact = true;
  private readonly indices = new Map<string, number>();

  add(name: string): number {
    let index = this.indices.get(name);
    if (index === undefined) {
      const text = encodeText(name);
      if ((text.length !== name.length || hasKeptBytes(name)) && decodeText(text) !== name)
        this.isExact = false;
      index = this.texts.length;
      this.texts.push(text);
      this.indices.set(name, index);
      this.sizeBytes += text.length;
    }
    return index;
  }
}

/** Each symbol once: many addresses have the same. */
class SymbolRows {
  readonly rows: [number, SymbolAnswer][] = [];
  private readonly indices = new Map<string, number>();

  constructor(private readonly names: NameTable) {}

  add(symbol: SymbolAnswer): number {
    const name = symbol.name === undefined ? NONE : this.names.add(symbol.name);
    const key = `${name} ${symbol.startFileOffset} ${symbol.sizeBytes} ${symbol.isData}`;
    let index = this.indices.get(key);
    if (index === undefined) {
      index = this.rows.length;
      this.rows.push([name, symbol]);
      this.indices.set(key, index);
    }
    return index;
  }
}
