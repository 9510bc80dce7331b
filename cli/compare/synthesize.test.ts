/**
 * `compare --synthesize` of stock programs, whose compilers wrote no SFrame: the stacks are DWARF's, but where the format cannot
 * say what hand-written assembly does. With SYNTHESIZE_TABLE set it prints the table of docs/findings.md.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { testWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder, toolchainFolder } from '../../test-data/test-support/places';

const inC = ['qsort-callback', 'signals', 'recursion', 'vla-alloca', 'over-aligned', 'coroutines', 'longjmp'];
const inCxx = ['exceptions', 'virtual-calls', 'inlines'];

/** Shell commands that build the workloads with a compiler, and the program `run` that runs them all. */
function workloads(c: string, cxx: string): string {
  const flags = '-O2 -g -fomit-frame-pointer -w -pthread';
  return [
    ...inC.map((name) => `${c} ${flags} -o ${name} ${name}.c -lm`),
    ...inCxx.map((name) => `${cxx} ${flags} -o ${name} ${name}.cpp`),
    `printf '#!/bin/sh\\n${[...inC, ...inCxx].map((name) => `./${name} >/dev/null\\n`).join('')}' >run`,
    'chmod +x run',
  ].join('\n');
}

interface Program {
  readonly name: string;
  /** What of the toolchain root is needed besides perf. */
  readonly needs: string;
  /** Shell commands that make what is run. */
  readonly build: string;
  readonly run: string;
  /** A binary with code that the format cannot say: `make` lists it. */
  readonly notSayable?: string;
}

// What the processor has, and two of the ways for others.
const variants = [':', ':~0x20000000', ':0'].map(
  (cap) => `OPENSSL_ia32cap=${cap} python3 languages/hashes.py`,
);

const programs: readonly Program[] = [
  { name: 'gcc', needs: 'gcc', build: workloads('gcc', 'g++'), run: './run' },
  { name: 'clang', needs: 'clang', build: workloads('clang', 'clang++'), run: './run' },
  {
    name: 'Rust',
    needs: 'rustc',
    build: 'rustc -O -g -o words languages/words.rs',
    run: './words',
  },
  {
    name: 'Go',
    needs: 'go',
    build: 'GOCACHE=/var/cache/go-build GO111MODULE=off go build -o words languages/words.go',
    run: './words',
  },
  {
    name: 'assembly (OpenSSL)',
    needs: 'python3',
    build: `printf '#!/bin/sh\\n${variants.map((line) => `${line}\\n`).join('')}' >run\nchmod +x run`,
    run: './run',
    notSayable: '/usr/lib/x86_64-linux-gnu/libcrypto.so.3',
  },
];

/**
 * What a recording may catch by chance, a sample or two of thousands: the loader as it binds a function (its frame is found by
 * rbx, which no row of a frame further in gives back), longjmp as it takes the stack away, start-up code that no table covers
 * and that `--unwind dwarf` leaves by its frame pointer (__do_global_dtors_aux; Go's signal trampoline).
 */
const MOST_RARE = 0.005;

interface Comparison {
  samples: { compared: number };
  pairs: { right: string; other: string; identical: number; prefix: number; diverged: number }[];
  divergences: {
    right: string;
    other: string;
    cause: string;
    samples: number;
    binary: string;
    symbol: string;
  }[];
  coverage: { frames: number; reachedFrames: number };
}

const percent = (share: number): string => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-synthesize-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inRoot(at: string, script: string): string {
  const { status, stdout, stderr } = spawnSync(
    join(repositoryFolder, 'test-data/toolchain/enter.sh'),
    ['sh', '-ec', script],
    { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${at}:/w` } },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(repositoryFolder, 'bin/perf-sframe.js'), ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Records a program, and gathers its binaries in a folder for --symfs. */
function record({ name, build, run: command }: Program): { data: string; symfs: string } {
  const at = join(folder, name.replace(/\W+/g, '-'));
  cpSync(join(repositoryFolder, 'test-data/workloads'), at, { recursive: true });
  const perf = `perf record -q -e cpu-clock:u -F 1999 --call-graph dwarf,16384 -o data ${command} 2>/dev/null`;
  const list = inRoot(at, `${build}\n${perf}\nperf buildid-list -i data`);
  const symfs = join(at, 'root');
  for (const [, path] of list.matchAll(/^[0-9a-f]+ (\/\S+)$/gm)) {
    const from = path.startsWith('/w/') ? join(at, path.slice('/w/'.length)) : join(toolchainFolder, path);
    // perf's copy of the vDSO is gone already.
    if (!existsSync(from)) continue;
    mkdirSync(dirname(join(symfs, path)), { recursive: true });
    copyFileSync(from, join(symfs, path));
  }
  return { data: join(at, 'data'), symfs };
}

describe('compare --synthesize: what SFrame gives in stock programs', () => {
  const rows: (string | number)[][] = [];

  for (const program of programs) {
    testWhere(
      [program.needs, 'perf'].every((needed) => existsSync(join(toolchainFolder, 'usr/bin', needed))),
      program.name,
      `no ${program.needs} in the toolchain root; setup.sh and setup-more.sh add it`,
      () => {
        const { data, symfs } = record(program);
        const text = run('compare', '--synthesize', '--format', 'json', '--symfs', symfs, data);
        const { samples, pairs, divergences, coverage } = JSON.parse(text) as Comparison;
        const { identical, prefix, diverged } = pairs.find(
          ({ right, other }) => right === 'dwarf' && other === 'sframe',
        )!;
        expect(samples.compared).toBeGreaterThan(200);
        expect(identical + prefix + diverged).toBe(samples.compared);
        // Nothing is made up, and every loss has a cause.
        expect(diverged).toBe(0);
        const losses = divergences.filter(({ right, other }) => right === 'dwarf' && other === 'sframe');
        expect(losses.reduce((sum, loss) => sum + loss.samples, 0)).toBe(prefix);
        const { notSayable } = program;
        const unforeseen = losses
          .filter(({ cause, binary }) => !(cause === 'no-fde' && binary === notSayable))
          .reduce((sum, loss) => sum + loss.samples, 0);
        expect(unforeseen / samples.compared).toBeLessThan(MOST_RARE);
        if (notSayable !== undefined) {
          const made = run('sframe', 'make', '--json', '-o', join(folder, 'made'), join(symfs, notSayable));
          const { files } = JSON.parse(made) as { files: { leftOut: { cause: string }[] }[] };
          expect(new Set(files[0].leftOut.map(({ cause }) => cause))).toEqual(new Set(['cfa-expression']));
        }
        const { frames, reachedFrames } = coverage;
        expect(reachedFrames / frames).toBeGreaterThan(notSayable === undefined ? 0.999 : 0.5);
        const lost = losses.map(
          (loss) => `${loss.samples} ${loss.cause} in ${basename(loss.binary)} ${loss.symbol}`,
        );
        const shares = [identical / samples.compared, reachedFrames / frames].map(percent);
        rows.push([program.name, samples.compared, shares[0], frames, shares[1], lost.join(', ') || 'none']);
      },
      180_000,
    );
  }

  afterAll(() => {
    if (!process.env.SYNTHESIZE_TABLE) return;
    process.stdout.write(`${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
  });
});
