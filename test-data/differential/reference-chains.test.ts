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
  'aarch64/two-events',
  's390x/bare-backchain',
  's390x/bare-fp',
  's390x/bare-omit',
  's390x/c-fpr-kernel',
  's390x/c-omit-leaf',
  's390x/c-omit-qsort',
  's390x/c-sig-signal',
];
/**
 * A return address in a floating-point register of a sample of user mode: the other unwinder takes the word for it, which
 * happened to be right once. Ours ends.
 */
const outdatedRegisters = new Set(['wlc-omit 135 17.485480445']);
/** A sample whose stack the kernel could not copy: perf and we print no frame of it, the other unwinder goes by registers. */
const withoutStack = new Set(['wlcc-omit 447 131.895756528']);

/**
 * Functions of our programs without SFrame data: gas writes none for a return address kept in another register (AArch64),
 * ld none for the PLT.
 */
const functionsWithoutRows = /^(asm_ra_in_gpr|.*@plt)$/;

/** A chain up to its first frame in a binary that is missing here, this one included. */
function upToMissing(chain: Chain, addresses: ReadonlySet<string>): Chain {
  const index = chain.frames.findIndex((address) => addresses.has(address));
  return index < 0 ? chain : { ...chain, frames: chain.frames.slice(0, index + 1), end: 'missing' };
}

/** Addresses of frames in these binaries. */
function findAddresses(script: string, paths: readonly string[]): ReadonlySet<string> {
  const lines = script.split('\n').filter((line) => paths.some((path) => line.endsWith(` (${path})`)));
  return new Set(lines.map((line) => line.trim().split(' ')[0]));
}

/** How a chain of ours may differ from the reference, which gives up earlier in code without tables. */
function expectSameChain(actual: Chain, expected: Chain, hasFallbacks: boolean): void {
  if (withoutStack.has(expected.header)) expect(actual.frames).toEqual([]);
  else if (expected.end === 'nomodule' || outdatedRegisters.has(expected.header)) {
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

const readReference = (path: string): Chain[] =>
  parseChains(gunzipSync(readFileSync(path)).toString('latin1'));

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
        const { stdout } = await runProgram(set, recording, options);
        const script = withoutKernel(stdout.toString('latin1'));
        const missing = findAddresses(script, set.missingBinaries?.(recording) ?? []);
        const expected = readReference(path).map((chain) => upToMissing(chain, missing));
        const actual = parseChains(script).map((chain) => upToMissing(chain, missing));
        expect(actual).toHaveLength(expected.length);
        actual.forEach((chain, i) => expectSameChain(chain, expected[i], hasFallbacks));
      },
      60_000,
    );
  }
});

describe('--unwind sframe goes on from every frame of our own code by SFrame', () => {
  for (const name of recordings) {
    const set = findSet(name);
    const recording = name.slice(set.name.length + 1);
    const path = join(set.folder, 'expected', `${recording}.sframe-only.txt.gz`);
    if ((set.missingBinaries?.(recording) ?? []).length > 0) continue;
    testWhere(existsSync(path), name, `not there; ${set.howToGet}`, async () => {
      const { stdout, stderr } = await runProgram(set, recording, 'script --no-inline --unwind sframe -v');
      const chains = parseChains(withoutKernel(stdout.toString('latin1')));
      const frames = chains.reduce((sum, chain) => sum + chain.frames.length, 0);
      const uncovered = readReference(path).filter(
        ({ header, end }) => end.startsWith('norule:') && !outdatedRegisters.has(header),
      );
      expect(stderr).toContain(` SFrame (${frames - uncovered.length})\n`);
      // The reference says in which binary no row was found; in our programs only these functions have none.
      const ours = uncovered.filter(
        ({ end }) => end.startsWith('norule:wlc-') || end.startsWith('norule:wlbare-'),
      );
      const outermost = [...stdout.toString().matchAll(/^\t +\S+ (.*)\+0x\S+ \(\/w\/.*\)\n$/gm)];
      expect(outermost.filter(([, name]) => functionsWithoutRows.test(name))).toHaveLength(ours.length);
    });
  }
});
