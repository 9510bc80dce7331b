/** What is kept of binaries from run to run, behind its checksum: refused whole, or every answer of it can be read and kept again. */

import { isDeepStrictEqual } from 'node:util';
import type { AnswerSet } from '../../../profile/answers/answer-set';
import { Answers } from '../../../profile/answers/answers';
import { encodeAnswers } from '../../../profile/answers/encode-answers';
import { StoredAnswers } from '../../../profile/answers/stored-answers';
import { single, type Target } from '../target';

const BASE = 0x401000;

/** Of a binary with so many addresses that were asked for. */
function answersOf(count: number): AnswerSet {
  const addresses = Array.from({ length: count }, (_, i) => i * 12);
  return {
    key: JSON.stringify(['/w/bin/program', count]),
    sources: new Map(addresses.slice(0, 3).map((at) => [`/w/unit-${at}.dwo`, `${at} 4096`])),
    symbols: new Map(
      addresses.map((at) => [
        0x1000 + at,
        {
          name: at % 5 === 0 ? undefined : `ns::f<${at >> 5}>(größe)`,
          startFileOffset: 0x1000 + (at & ~31),
          sizeBytes: 32,
          isData: at % 7 === 0,
        },
      ]),
    ),
    chains: new Map(
      addresses.map((at) => [
        BASE + at,
        Array.from({ length: at % 4 }, (_, depth) => ({
          name: depth === 0 ? undefined : `inlined_${(at + depth) % 9}`,
          isInlined: depth > 0,
          position: at % 3 === 0 ? undefined : { file: `/src/${at % 6}.h`, line: at },
        })).reverse(),
      ]),
    ),
    lines: new Map(
      addresses.map((at) => [BASE + at, at % 4 === 0 ? undefined : { file: '/src/a.c', line: at + 1 }]),
    ),
    rulesMadeBy: count > 0 ? '["x86-64","auto"]' : '',
    rules: new Map(
      addresses.map((at) => [
        0x1000 + at,
        {
          kind: 0x100 + (at % 3),
          cfa: at % 48,
          returnAddress: -8,
          framePointer: at % 5 === 0 ? -16 : -(2 ** 31),
        },
      ]),
    ),
  };
}

/** Everything that is stored, asked for address by address. */
function readAll(stored: StoredAnswers): AnswerSet | undefined {
  const answers = new Answers(stored.key, stored);
  answers.notePosition();
  return answers.toStore();
}

export const answersCache: Target = {
  name: 'answers-cache',
  seeds: () => [0, 1, 40, 300].map((count) => single(encodeAnswers(answersOf(count))!)),
  run(input) {
    const [bytes] = input.values();
    const stored = StoredAnswers.decode(bytes);
    const all = stored && readAll(stored);
    const again = all && encodeAnswers(all);
    if (!all || !again) return;
    const kept = StoredAnswers.decode(again);
    if (!kept || !isDeepStrictEqual(readAll(kept), all))
      throw new Error('broken promise: answers that were read are not those that are written');
  },
};
