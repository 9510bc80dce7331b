/**
 * Stacks of the arm64 and s390x recordings against an independent unwinder: what perf prints is wrong where return
 * addresses are signed, registers outdated, or no table covers the vDSO. `.ref` chains were unwound by all tables,
 * `.sframe-only` ones by SFrame alone; each ends in the reason why it ended.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { testWhere } from '../test-support/left-out';
import { runProgram } from './program-output';
import { findSet } from './recording-sets';

interface Chain {
  header: string;
  frames: string[];
  end: string;
}

/** Chains of one of the texts: `COMM TID TIME`, addresses after tabs, `END reason`. */
function parseChains(text: string): Chain[] {
  const chains: Chain[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('END ')) chains[chains.length - 1].end = line.slice(4);
    else if (line.startsWith('\t')) chains[chains.length - 1].frames.push(line.trim().split(' ')[0]);
    else if (line.trim() !== '') chains.push({ header: line, frames: [], end: '' });
  }
  return chains;
}

function withoutKernel(text: string): string {
  return text.replace(/^.*\[kernel\.kallsyms\]\)$\n/gm, '');
}

const recordings = [
  'aarch64/bare-fp',
  'aarch64/bare-omit',
  'aarch64/bare-pac',
  'aarch64/c-omit-leaf',
  'aarch64/c-omit-qsort',
  'aarch64/c-sig-signal',
  'aarch64/pac48-c-pac-leaf',
  's390x/bare-backchain',
  's390x/bare-fp',
  's390x/bare-omit',
  's390x/c-omit-leaf',
  's390x/c-omit-qsort',
  's390x/c-sig-signal',
];
/**
 * A return address in a floating-point register of a sample of user mode: the other unwinder takes the word for it, which
 * happened to be right once. Ours ends.
 */
const outdatedRegisters = new Set(['wlc-omit 135 17.485480445']);

/** How a chain of ours may differ from the reference, which gives up earlier in code without tables. */
function expectSameChain(actual: Chain, expected: Chain, hasFallbacks: boolean): void {
  if (expected.end === 'nomodule' || outdatedRegisters.has(expected.header)) {
    // perf and we print no stack of a process whose mappings are not known, nor one that goes on by an outdated register.
    expect(expected.frames.slice(0, actual.frames.length)).toEqual(actual.frames);
    expect(actual.frames.length).toBeLessThanOrEqual(1);
  } else if (hasFallbacks && expected.end.startsWith('norule:')) {
    const count = expected.frames.length;
    const last = parseInt(expected.frames[count - 1], 16);
    expect(actual.frames.slice(0, count - 1)).toEqual(expected.frames.slice(0, count - 1));
    // A signal trampoline has its own address, the reference the one before.
    expect([last, last + 1]).toContain(parseInt(actual.frames[count - 1], 16));
  } else {
    expect(actual.frames).toEqual(expected.frames);
  }
}

describe.each([
  { kind: 'ref', options: 'script --no-inline', hasFallbacks: true },
  { kind: 'sframe-only', options: 'script --no-inline --unwind sframe', hasFallbacks: false },
])('the chains of .$kind', ({ kind, options, hasFallbacks }) => {
  for (const name of recordings) {
    const set = findSet(name);
    const recording = name.slice(set.name.length + 1);
    const path = join(set.folder, 'expected', `${recording}.${kind}.txt.gz`);
    testWhere(
      existsSync(path),
      name,
      `not there; ${set.howToGet}`,
      async () => {
        const expected = parseChains(gunzipSync(readFileSync(path)).toString('latin1'));
        const { stdout } = await runProgram(set, recording, options);
        const actual = parseChains(withoutKernel(stdout.toString('latin1')));
        expect(actual).toHaveLength(expected.length);
        actual.forEach((chain, i) => expectSameChain(chain, expected[i], hasFallbacks));
      },
      60_000,
    );
  }
});
