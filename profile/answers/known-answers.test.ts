/** Which answers of earlier runs are taken: those of the very same files, for the very same questions. */

import { cpSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElfImage } from '../../parser';
import { NodeFileSystem } from '../../parser/io';
import { repositoryFolder } from '../../test-data/test-support/places';
import { MappingTable, type Module, type RuleWords } from '../../unwinder';
import { correct } from '../session/behaviours';
import type { SymbolAnswer } from './answer-set';
import { KnownAnswers, type AnswerStore } from './known-answers';

const symbol: SymbolAnswer = { name: 'of a run before', startFileOffset: 0x400, sizeBytes: 8, isData: false };

class MemoryStore implements AnswerStore {
  readonly leastBytes: number = 0;
  readonly program: string = '1';
  readonly files = new Map<string, Uint8Array>();

  read(name: string): Uint8Array | undefined {
    return this.files.get(name);
  }

  write(files: ReadonlyMap<string, Uint8Array>): void {
    for (const [name, bytes] of files) this.files.set(name, bytes);
  }
}

let folder: string;
let binary: string;
let store: MemoryStore;
const names = correct.names;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'known-answers-'));
  binary = join(folder, 'shapes');
  cpSync(join(repositoryFolder, 'test-data/recordings/root/w/bin/shapes-nofp'), binary);
  store = new MemoryStore();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The module of a file, as a run opens it. */
function open(path = binary): Module {
  const table = new MappingTable(() => {
    const file = new NodeFileSystem().open(path);
    if (typeof file === 'string') throw new Error(file);
    return { image: ElfImage.parse(file), debugImage: undefined };
  });
  return table.internModule(path, undefined, false);
}

function run(given: { store?: AnswerStore; behaviours?: typeof names } = {}) {
  const module = open();
  const known = new KnownAnswers(given.store ?? store, new NodeFileSystem(), given.behaviours ?? names);
  const answers = known.of(module);
  return { module, known, answers };
}

function learn(): ReturnType<typeof run> {
  const learned = run();
  learned.answers!.addSymbol(0x404, symbol);
  return learned;
}

test('the same files: found again, and nothing written unless there is news', () => {
  learn().known.save();
  expect(store.files.size).toBe(1);
  const [[name, bytes]] = store.files;
  const { known, answers } = run();
  expect(answers!.symbolAt(0x404)).toEqual(symbol);
  known.save();
  expect(store.files.get(name)).toBe(bytes);
});

test('what is found out later is added', () => {
  learn().known.save();
  const second = run();
  const other = { ...symbol, name: 'of the second' };
  second.answers!.addSymbol(0x500, other);
  second.known.save();
  const { answers } = run();
  expect([0x404, 0x500].map((at) => answers!.symbolAt(at))).toEqual([symbol, other]);
});

test.each([
  [
    'written again',
    () => cpSync(join(repositoryFolder, 'test-data/recordings/root/w/bin/shapes-nofp'), binary),
  ],
  ['of another time', () => utimesSync(binary, 1, 1)],
  [
    'made to look as before',
    () => {
      const { atime, mtime } = statSync(binary);
      writeFileSync(binary, Buffer.alloc(1), { flag: 'r+' });
      writeFileSync(binary, '\x7f', { flag: 'r+' });
      utimesSync(binary, atime, mtime);
    },
  ],
])('a file that was %s is another', (_how, change) => {
  learn().known.save();
  change();
  expect(run().answers!.symbolAt(0x404)).toBeUndefined();
});

test('another program and other ways of naming have answers of their own', () => {
  learn().known.save();
  const other = Object.assign(new MemoryStore(), { files: store.files, program: '2' });
  expect(run({ store: other }).answers!.symbolAt(0x404)).toBeUndefined();
  const behaviours = { ...names, namesTypeCodes: !names.namesTypeCodes };
  expect(run({ behaviours }).answers!.symbolAt(0x404)).toBeUndefined();
});

describe('unwind rules', () => {
  const rule: RuleWords = { kind: 0x200, cfa: 16, returnAddress: -8, framePointer: -(2 ** 31) };
  const other: RuleWords = { ...rule, cfa: 32 };

  /** What a run by a way of making rules finds at 0x404, and leaves there if that is nothing. */
  function unwind(madeBy: string, made: RuleWords, more?: (module: Module) => void) {
    const opened = open();
    const known = new KnownAnswers(store, new NodeFileSystem(), names);
    const rules = known.rules.ofModule(opened, madeBy)!;
    const found = rules.find(0x404);
    if (!found) rules.add(0x404, made);
    more?.(opened);
    known.save();
    return found;
  }

  test('are found again by what makes them so, and replaced by what makes others', () => {
    learn().known.save();
    expect([unwind('a', rule), unwind('a', other)]).toEqual([undefined, rule]);
    expect([unwind('b', other), unwind('b', rule)]).toEqual([undefined, other]);
    expect(unwind('a', rule)).toBeUndefined();
    // Names do not depend on it.
    expect(run().answers!.symbolAt(0x404)).toEqual(symbol);
    expect(store.files.size).toBe(1);
  });

  test('stay where a run asks for none', () => {
    unwind('a', rule);
    learn().known.save();
    expect(unwind('a', other)).toEqual(rule);
    expect(run().answers!.symbolAt(0x404)).toEqual(symbol);
  });

  test('of two ways in one run are not mixed', () => {
    const { rules } = run().known;
    const module = open();
    rules.ofModule(module, 'a')!.add(1, rule);
    expect(rules.ofModule(module, 'b')).toBeUndefined();
    expect(rules.ofModule(module, 'a')!.find(1)).toEqual(rule);
  });

  test('of a binary of which something was damaged are not kept, whenever that is said', () => {
    const module = open();
    const known = new KnownAnswers(store, new NodeFileSystem(), names);
    known.refuse(module);
    known.rules.ofModule(module, 'a')!.add(0x404, rule);
    known.save();
    unwind('a', rule, ({ images }) => images.image!.problems.add('section .eh_frame: is damaged'));
    expect(store.files.size).toBe(0);
  });
});

test('further files that answers are from must be there, and as they were', () => {
  const further = join(folder, 'a.dwo');
  const sourceOf = (): string => {
    const file = new NodeFileSystem().open(further);
    if (typeof file === 'string') throw new Error(file);
    file.close();
    return file.identity!;
  };
  writeFileSync(further, '1');
  const { known, answers } = learn();
  answers!.addSource(further, sourceOf());
  known.save();
  expect(run().answers!.symbolAt(0x404)).toEqual(symbol);
  writeFileSync(further, '23');
  expect(run().answers!.symbolAt(0x404)).toBeUndefined();
  rmSync(further);
  expect(run().answers!.symbolAt(0x404)).toBeUndefined();
});

test('nothing is kept of a binary of which something was damaged: who asks again is told again', () => {
  const { known, answers, module } = learn();
  module.images.image!.problems.add('section .symtab: is damaged');
  known.save();
  expect(store.files.size).toBe(0);
  answers!.addSource('/a.dwo', undefined);
  known.save();
  expect(store.files.size).toBe(0);
});

test('nothing is kept of small binaries', () => {
  const strict = Object.assign(new MemoryStore(), { leastBytes: 1 << 20 });
  expect(run({ store: strict }).answers).toBeUndefined();
});

test.each([
  ['of another binary', (bytes: Uint8Array) => bytes.fill(0x20, bytes.length - 120)],
  ['damaged', (bytes: Uint8Array) => bytes.fill(0xff, 4, 40)],
  ['empty', () => new Uint8Array(0)],
])('what is stored is %s: it is found out anew', (_what, damage) => {
  learn().known.save();
  for (const [name, bytes] of store.files) store.files.set(name, damage(bytes.slice()));
  const { known, answers } = learn();
  expect(answers!.symbolAt(0x404)).toEqual(symbol);
  known.save();
  expect(run().answers!.symbolAt(0x404)).toEqual(symbol);
});
