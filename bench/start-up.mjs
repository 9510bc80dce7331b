#!/usr/bin/env node
// How soon the program starts with each version of Node.js: a report of a small recording, beside `node -e 0`, in an empty
// environment. The versions come from the npm package "node"; one that is not to be had is said. Each version has run once before
// it is measured, so that the cache of compiled code for it is there where it can be written (bin/load-program.js).
//
//   npm run build && node bench/start-up.mjs
//   node bench/start-up.mjs --runs 41 20 24      # these versions, medians of 41
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '21' } },
});
const runs = Number(values.runs);
const versions = positionals.length > 0 ? positionals : ['20', '22', '24', '26'];
const repository = join(import.meta.dirname, '..');
const recordings = join(repository, 'test-data/recordings');
const report = [
  ...[join(repository, 'bin/perf-sframe.js'), 'report', '-i', join(recordings, 'blur-image-nofp.data')],
  ...['--symfs', join(recordings, 'root')],
];
/** What is measured, in turn. */
const measured = [['-e', '0'], [report[0], '--version'], report];

/** A version of Node.js: its program, its number and V8's; or why it is not to be had. */
function findNode(version) {
  const script = 'console.log(JSON.stringify([process.execPath, process.version, process.versions.v8]))';
  const words = ['--yes', '-p', `node@${version}`, '--', 'node', '-e', script];
  const { status, stdout, stderr, error } = spawnSync('npx', words, { encoding: 'utf8' });
  if (status !== 0)
    return { problem: error?.message ?? (stderr.trim().split('\n')[0] || `status ${status}`) };
  const [path, number, v8] = JSON.parse(stdout);
  return number.startsWith(`v${version}.`) ? { path, number, v8 } : { problem: `npx gave ${number}` };
}

/** Milliseconds of a whole process. */
function timeOf(node, words) {
  const start = performance.now();
  const { status, stderr } = spawnSync(node, words, {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`${node} ${words.join(' ')}: ${stderr}`);
  return took;
}

const medianOf = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Medians in milliseconds of what is {@link measured}. */
function measure(node) {
  const times = measured.map(() => []);
  for (let round = 0; round <= runs; round++) {
    measured.forEach((words, i) => {
      const took = timeOf(node, words);
      if (round > 0) times[i].push(took);
    });
  }
  return times.map(medianOf);
}

function rowOf(version) {
  const { problem, path, number, v8 } = findNode(version);
  if (problem !== undefined) return `| ${version} | not to be had: ${problem} | | | | |`;
  const [empty, start, whole] = measure(path);
  const cache = join(repository, `dist/program/perf-sframe.cjs.${v8}-${process.arch}.cache`);
  const cells = [empty, start, whole, whole - empty].map((ms) => ms.toFixed(0));
  return `| ${number} | ${cells.join(' | ')} | ${existsSync(cache) ? 'yes' : 'no'} |`;
}

console.log(`Milliseconds, medians of ${runs}\n`);
console.log('| Node.js | `-e 0` | `--version` | small report | more than `-e 0` | compiled code kept |');
console.log('| --- | ---: | ---: | ---: | ---: | --- |');
for (const version of versions) console.log(rowOf(version));
const loads = loadavg().map((load) => load.toFixed(1));
console.log(`\nload of the machine: ${loads.join(' ')}`);
