/** What is written of answers is read again as it was, and what is damaged is refused. */

import { isWholeRule, type RuleWords } from '../../unwinder';
import type { AnswerSet, ChainFrame, SourcePosition, SymbolAnswer } from './answer-set';
import { encodeAnswers } from './encode-answers';
import { StoredAnswers } from './stored-answers';

const main: SymbolAnswer = { name: 'main', startFileOffset: 0x1000, sizeBytes: 64, isData: false };
const table: SymbolAnswer = { name: 'größe\udcff', startFileOffset: 0x2000, sizeBytes: 8, isData: true };
const none: SymbolAnswer = { name: undefined, startFileOffset: 0, sizeBytes: 0, isData: false };
const symbols = new Map([
  [0x2004, table],
  [0x1004, main],
  [0x1030, main],
  [0x9000, none],
]);
const chains = new Map<number, readonly ChainFrame[]>([
  [
    0x401030,
    [
      { name: 'inner<int>(int)', isInlined: true, position: { file: '/src/a.h', line: 7 } },
      { name: '', isInlined: true, position: undefined },
      { name: undefined, isInlined: false, position: { file: '??', line: 0 } },
    ],
  ],
  [0x401004, []],
]);
const lines = new Map<number, SourcePosition | undefined>([
  [0x401030, { file: '/src/a.c', line: 2 ** 40 }],
  [0x401004, undefined],
]);
// FromStackPointer by SFrame, Outermost by call frame information, a guess.
const bySp: RuleWords = { kind: 0x100, cfa: 16, returnAddress: -8, framePointer: -(2 ** 31) };
const outermost: RuleWords = { kind: 0x204, cfa: 0, returnAddress: 0, framePointer: 0 };
const guess: RuleWords = { kind: 0x305, cfa: 16, returnAddress: -8, framePointer: -16 };
const rules = new Map([
  [2 ** 32 - 1, guess],
  [0x1004, bySp],
  [0x9000, outermost],
  [0x1030, { ...bySp }],
]);
const answers: AnswerSet = {
  key: '{"of": "this"}',
  sources: new Map([
    ['/src/a.dwo', '1 2 3'],
    ['/\udcff', '4'],
  ]),
  symbols,
  chains,
  lines,
  rulesMadeBy: 'one way',
  rules,
};

function encoded(set: AnswerSet): Uint8Array {
  const bytes = encodeAnswers(set);
  if (!bytes) throw new Error('they cannot be stored');
  return bytes;
}

test('everything is found again', () => {
  const stored = StoredAnswers.decode(encoded(answers))!;
  expect(stored.key).toBe(answers.key);
  expect([...stored.sources]).toEqual([...answers.sources]);
  for (const [fileOffset, symbol] of symbols) expect(stored.symbolAt(fileOffset)).toEqual(symbol);
  for (const [svma, chain] of chains) expect(stored.chainAt(svma)).toEqual(chain);
  for (const [svma, position] of lines) {
    expect(stored.hasLine(svma)).toBe(true);
    expect(stored.lineAt(svma)).toEqual(position);
  }
  expect(stored.rulesMadeBy).toBe('one way');
  for (const [fileOffset, rule] of rules) expect(stored.ruleAt(fileOffset)).toEqual(rule);
  expect([...stored.ruleOffsets]).toEqual([0x1004, 0x1030, 0x9000, 2 ** 32 - 1]);
  expect([...stored.symbolOffsets]).toEqual([0x1004, 0x1030, 0x2004, 0x9000]);
});

test('what was not asked is not known', () => {
  const stored = StoredAnswers.decode(encoded(answers))!;
  for (const address of [0, 0x1005, 0x401031, NaN, 2 ** 60]) {
    expect(stored.symbolAt(address)).toBeUndefined();
    expect(stored.chainAt(address)).toBeUndefined();
    expect(stored.hasLine(address)).toBe(false);
    expect(stored.ruleAt(address)).toBeUndefined();
  }
});

test('without any answer', () => {
  const nothing: AnswerSet = {
    key: '',
    sources: new Map(),
    symbols: new Map(),
    chains: new Map(),
    lines: new Map(),
    rulesMadeBy: '',
    rules: new Map(),
  };
  const stored = StoredAnswers.decode(encoded(nothing))!;
  expect(stored.symbolAt(0)).toBeUndefined();
  expect(stored.sources.size).toBe(0);
});

test('a name whose bytes are another name is not stored', () => {
  // Halves of a character, put together.
  const torn = { ...main, name: '\udcc3\udca9' };
  expect(encodeAnswers({ ...answers, symbols: new Map([[1, torn]]) })).toBeUndefined();
});

test.each([
  ['a general rule, whose words are an index', 0x203],
  ['a signal frame', 0x280],
  ['no row', 0x6],
  ['no binary', 0x8],
  ['a kind that there is not', 0x17],
  ['of no table', 0x0],
  ['of a table that there is not', 0x700],
  ['negative', -1],
])('with a rule of which the words are not all it is refused: %s', (_what, kind) => {
  const bytes = encoded({ ...answers, rules: new Map([[1, { ...bySp, kind }]]) });
  expect(StoredAnswers.decode(bytes)).toBeUndefined();
});

test('wherever the bytes lie in memory', () => {
  const bytes = encoded(answers);
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  expect(StoredAnswers.decode(shifted)?.symbolAt(0x1030)).toEqual(main);
});

test('cut off or too long it is refused', () => {
  const bytes = encoded(answers);
  for (let size = 0; size < bytes.length; size++)
    expect(StoredAnswers.decode(bytes.slice(0, size))).toBeUndefined();
  expect(StoredAnswers.decode(Uint8Array.from([...bytes, 0]))).toBeUndefined();
});

test('of each word that is damaged, it is refused or what is read is in bounds', () => {
  const whole = encoded(answers);
  let refused = 0;
  for (let at = 0; at + 4 <= whole.length; at += 4) {
    for (const value of [0, 1, 7, 0x7fffffff, 0xfffffffe, 0xffffffff]) {
      const bytes = whole.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      const stored = StoredAnswers.decode(bytes);
      if (!stored) {
        refused++;
        continue;
      }
      for (const fileOffset of stored.symbolOffsets) stored.symbolAt(fileOffset);
      for (const svma of stored.chainSvmas) {
        const chain = stored.chainAt(svma)!;
        expect(chain.length).toBeLessThanOrEqual(3);
        for (const { name } of chain) expect(['string', 'undefined']).toContain(typeof name);
      }
      for (const svma of stored.lineSvmas) stored.lineAt(svma);
      for (const fileOffset of stored.ruleOffsets)
        expect(isWholeRule(stored.ruleAt(fileOffset)!.kind)).toBe(true);
    }
  }
  expect(refused).toBeGreaterThan(100);
});
