/**
 * What all threads of a profile share: strings, libraries, functions, frames and stacks. A frame of ours with what is inlined
 * there becomes a frame for each function, outermost first; so does each stack.
 */

import { EMPTY_STACK } from '../../../unwinder';
import type { ExportFile } from '../exporter';
import { UNKNOWN_BINARY, type ExportBinary, type ExportFunction, type ExportLine } from '../model';
import type { ExportTables } from '../tables';
import { Category, NONE, RESOURCE_LIBRARY } from './format';
import { writeArray, writeTable } from './json-columns';

export class SharedTables {
  private readonly strings: string[] = [];
  private readonly stringIndex = new Map<string, number>();
  /** By our binary: index in the file's libraries and resources, or NONE. */
  private readonly library: Int32Array;
  private readonly binaries: ExportBinary[] = [];
  /** By our frame: its frame in the file that is outermost; the inlined ones follow it. One more for the end. */
  private readonly firstFrame: Int32Array;
  /** By frame of the file, ours. */
  private readonly frameOf: Int32Array;
  /** By our stack: the stack of the file that ends with the innermost function. */
  private readonly lastStack: Int32Array;
  private readonly stackFrame: Int32Array;
  private readonly stackPrefixOffset: Int32Array;
  private readonly sources: number[] = [];
  private readonly sourceOf = new Map<string, number>();

  constructor(private readonly tables: ExportTables) {
    this.library = Int32Array.from(tables.binaries.values, (binary) =>
      binary.path === UNKNOWN_BINARY ? NONE : this.binaries.push(binary) - 1,
    );
    const { frames, stacks } = tables;
    this.firstFrame = new Int32Array(frames.count + 1);
    for (let frame = 0; frame < frames.count; frame++) {
      this.firstFrame[frame + 1] = this.firstFrame[frame] + frames.lines(frame).length;
    }
    this.frameOf = new Int32Array(this.firstFrame[frames.count]);
    for (let frame = 0; frame < frames.count; frame++) {
      this.frameOf.fill(frame, this.firstFrame[frame], this.firstFrame[frame + 1]);
    }
    let stackCount = 0;
    for (let stack = 0; stack < stacks.count; stack++) stackCount += frames.lines(stacks.frame[stack]).length;
    this.stackFrame = new Int32Array(stackCount);
    this.stackPrefixOffset = new Int32Array(stackCount);
    this.lastStack = this.addStacks();
    for (const { name, file } of tables.functions.values) {
      this.string(name);
      if (file !== '' && !this.sourceOf.has(file)) {
        this.sourceOf.set(file, this.sources.push(this.string(file)) - 1);
      }
    }
    for (const { path } of this.binaries) this.string(fileName(path));
  }

  /** The index of a string. All strings are asked for before {@link write}. */
  string(text: string): number {
    let index = this.stringIndex.get(text);
    if (index === undefined) {
      index = this.strings.push(text) - 1;
      this.stringIndex.set(text, index);
    }
    return index;
  }

  /** The file's stack of one of our stacks; null for none. */
  stack(stack: number): number | null {
    return stack === EMPTY_STACK ? null : this.lastStack[stack];
  }

  /** Writes "libs" and "shared". */
  write(file: ExportFile): void {
    const { recordings } = this.tables;
    file.write('"libs":');
    writeArray(file, this.binaries.length, (i) => {
      const { path, buildId, recording } = this.binaries[i];
      const { machine, littleEndian } = recordings[recording];
      const name = fileName(path);
      return JSON.stringify({
        arch: machine,
        name,
        path,
        debugName: name,
        debugPath: path,
        breakpadId: breakpadId(buildId, littleEndian),
        codeId: buildId === '' ? null : buildId,
      });
    });
    file.write(',\n"shared":{"stackTable":');
    writeTable(file, this.stackFrame.length, {
      frame: (row) => this.stackFrame[row],
      prefixOffset: (row) => this.stackPrefixOffset[row],
    });
    this.writeFrames(file);
    this.writeFunctions(file);
    file.write(',\n"resourceTable":');
    writeTable(file, this.binaries.length, {
      name: (row) => this.string(fileName(this.binaries[row].path)),
      host: () => null,
      type: () => RESOURCE_LIBRARY,
    });
    file.write(',\n"nativeSymbols":');
    const none = (): null => null;
    writeTable(file, 0, { libIndex: none, address: none, name: none, functionSize: none });
    file.write(',\n"sources":');
    writeTable(file, this.sources.length, {
      id: none,
      filename: (row) => this.sources[row],
      startLine: () => 1,
      startColumn: () => 1,
      sourceMapURL: none,
      content: none,
    });
    file.write(',\n"sourceLocationTable":');
    writeTable(file, 0, { source: none, line: none, column: none });
    file.write(',\n"stringArray":');
    writeArray(file, this.strings.length, (i) => JSON.stringify(this.strings[i]));
    file.write('}');
  }

  private addStacks(): Int32Array {
    const { stacks, frames } = this.tables;
    const last = new Int32Array(stacks.count);
    let own = 0;
    for (let stack = 0; stack < stacks.count; stack++) {
      let parent = stacks.parent[stack] === EMPTY_STACK ? NONE : last[stacks.parent[stack]];
      const frame = stacks.frame[stack];
      const first = this.firstFrame[frame];
      for (let depth = 0; depth < frames.lines(frame).length; depth++) {
        this.stackFrame[own] = first + depth;
        this.stackPrefixOffset[own] = parent === NONE ? 0 : own - parent;
        parent = own++;
      }
      last[stack] = parent;
    }
    return last;
  }

  private writeFrames(file: ExportFile): void {
    const { frameOf } = this;
    const { functions, frames } = this.tables;
    const library = (row: number): number => this.library[frames.binary(frameOf[row])];
    const addressOf = (row: number): number => frames.address(frameOf[row]);
    /** 0 for the function whose code it is, then inwards. */
    const depth = (row: number): number => row - this.firstFrame[frameOf[row]];
    const lineOf = (row: number): ExportLine => {
      const lines = frames.lines(frameOf[row]);
      return lines[lines.length - 1 - depth(row)];
    };
    file.write(',\n"frameTable":');
    writeTable(file, frameOf.length, {
      // An address says something beside its library only, and that of the kernel is none of a file's.
      address: (row) => (library(row) === NONE || addressOf(row) < 0 ? NONE : addressOf(row)),
      lib: library,
      inlineDepth: depth,
      category: (row) => categoryOf(functions.values[lineOf(row).function], lineOf(row), library(row)),
      subcategory: () => 0,
      func: (row) => lineOf(row).function,
      nativeSymbol: () => null,
      innerWindowID: () => 0,
      line: (row) => (lineOf(row).line === 0 ? null : lineOf(row).line),
      column: () => null,
      originalLocation: () => null,
    });
  }

  private writeFunctions(file: ExportFile): void {
    const { values } = this.tables.functions;
    file.write(',\n"funcTable":');
    writeTable(file, values.length, {
      name: (row) => this.string(values[row].name),
      isJS: () => false,
      relevantForJS: () => false,
      resource: (row) => this.library[values[row].binary],
      source: (row) => this.sourceOf.get(values[row].file) ?? null,
      lineNumber: () => null,
      columnNumber: () => null,
      originalLocation: () => null,
    });
  }
}

function categoryOf({ kind }: ExportFunction, { isInlined }: ExportLine, library: number): Category {
  if (isInlined) return Category.Inlined;
  switch (kind) {
    case 'kernel':
      return Category.Kernel;
    case 'generated':
      return Category.Generated;
    case 'user':
      return library === NONE ? Category.Other : Category.User;
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The id of Breakpad's symbol files (github.com/google/breakpad, docs/symbol_files.md): the first 16 bytes of a build id as a
 * GUID, whose first three fields are numbers in the byte order of the binary, and an age, which ELF does not have. Empty
 * without build id.
 */
export function breakpadId(buildId: string, littleEndian: boolean): string {
  if (buildId === '') return '';
  const bytes = buildId.padEnd(32, '0').slice(0, 32).toUpperCase().match(/../g)!;
  const field = (from: number, to: number): string[] =>
    littleEndian ? bytes.slice(from, to).reverse() : bytes.slice(from, to);
  return [...field(0, 4), ...field(4, 6), ...field(6, 8), ...bytes.slice(8), '0'].join('');
}
