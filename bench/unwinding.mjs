// The table of unwinding: frames a second, one thread, cold and warm, by SFrame, .eh_frame and frame pointers; bytes of tables
// that the row of a frame takes that is met for the first time; the time to open each kind of table. Each number is the median of
// processes of its own. Debian's libraries have no SFrame: they get what gas would have written. Prints the table of
// docs/performance.md and keeps its figures (figures.mjs).
//
//   node bench/unwinding.mjs            # recordings of make-recording.sh, make-cxx-recording.sh, make-node-recording.sh
//   node bench/unwinding.mjs --runs 9
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepFigures } from './figures.mjs';
import { bundleProbe, work } from './measure.mjs';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
const symfs = join(work, 'root');
const probe = await bundleProbe('unwinding');
const made = join(work, 'made-sframe');

/** Frame pointers lead through code that keeps them: that was built so. */
const recordings = [
  { file: 'cxx', what: 'g++ -O2: Boost, json, Eigen', methods: ['sframe', 'dwarf'] },
  { file: 'cxx-fp', what: 'the same with frame pointers', methods: ['sframe', 'dwarf', 'fp'] },
  { file: 'stacks', what: 'gcc -O2, each stack another', methods: ['sframe', 'dwarf'] },
  { file: 'stacks-fp', what: 'the same with frame pointers', methods: ['sframe', 'dwarf', 'fp'] },
  { file: 'libc', what: "Debian's libc", methods: ['sframe', 'dwarf'] },
  { file: 'node', what: 'Node, 100,000 functions', methods: ['sframe', 'dwarf'] },
].filter(({ file }) => existsSync(join(work, `${file}.data`)));
const binaries = [
  { file: 'w/cxx-libraries', what: 'g++ -O2: Boost, json, Eigen' },
  { file: 'usr/lib/x86_64-linux-gnu/libc.so.6', what: 'libc' },
  { file: 'w/node', what: 'Node' },
].filter(({ file }) => existsSync(join(symfs, file)));
const tableNames = { sframe: 'SFrame', dwarf: '.eh_frame', fp: 'frame pointer' };

/** Medians of what the probe printed, number by number. The first run makes the sections, and does not count. */
function measure(args) {
  const results = [];
  for (let run = 0; run <= runs; run++) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [probe, ...args], {
      env: { PATH: process.env.PATH, MADE: made },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
    if (run > 0) results.push(JSON.parse(stdout));
  }
  const names = Object.keys(results[0]);
  const median = (name) => results.map((one) => one[name]).sort((a, b) => a - b)[results.length >> 1];
  return Object.fromEntries(names.map((name) => [name, median(name)]));
}

function printTable(heading, rows) {
  const lines = [heading, heading.map(() => '---'), ...rows];
  for (const cells of lines) console.log(`| ${cells.join(' | ')} |`);
  console.log('');
}

const millions = (number) => (number / 1e6).toFixed(2);
const figures = {};
const speeds = [];
for (const { file, what, methods } of recordings) {
  for (const method of methods) {
    const found = measure([join(work, `${file}.data`), symfs, method]);
    figures[`${file}, ${method}`] = { framesPerSecond: found.framesPerSecond };
    speeds.push([
      what,
      tableNames[method],
      millions(found.framesPerSecond),
      millions(found.coldPerSecond),
      found.framesPerSample.toFixed(1),
      String(found.distinctFrames),
      method === 'fp' ? 'none' : found.bytesPerColdFrame.toFixed(0),
    ]);
  }
}
printTable(
  [
    'code',
    'table',
    'M frames/s, warm',
    'first 500 samples',
    'frames a stack',
    'distinct frames',
    'bytes a cold frame',
  ],
  speeds,
);
const openings = [];
for (const { file, what } of binaries) {
  for (const method of ['sframe', 'dwarf']) {
    const { milliseconds, functions } = measure(['open', join(symfs, file), method]);
    openings.push([what, tableNames[method], String(functions), milliseconds.toFixed(1)]);
  }
}
printTable(['binary', 'table', 'functions', 'ms to open and find one row'], openings);
keepFigures('unwinding', figures, { node: process.version, date: new Date().toISOString().slice(0, 10) });
