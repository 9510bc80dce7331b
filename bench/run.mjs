// Times whole processes of perf-sframe and of perf 7.2 on the same recording, in the same run, one after the other in turn,
// and prints medians with the least and the greatest, peak memory, time for garbage, and ratios. Keeps the ratios in
// bench/figures.json, and says loudly which got worse by more than 10 % since the last run.
//
//   node bench/run.mjs                          # every recording that the make-….sh beside this made, five times each
//   node bench/run.mjs --runs 3 cxx             # bench/.work/cxx.data
//   node bench/run.mjs --only report            # rows whose name contains the word
//   node bench/run.mjs --json results.json      # all that was measured
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { keepFigures } from './figures.mjs';
import { enter, Measurement, summarize, work } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const runs = Number(values.runs);

/** Both programs get these options. */
const commands = [
  { name: 'script --no-inline', args: ['script', '--no-inline'] },
  { name: 'report, flat', args: ['report', '--no-children', '-g', 'none', '--stdio', '--no-inline'] },
  { name: 'report, caller trees', args: ['report', '--no-children', '--stdio', '--no-inline'] },
  { name: 'report, default', args: ['report', '--stdio', '--no-inline'] },
];
/** With inlined functions perf takes a hundred times as long: of the program of that kind it is asked once. */
const inlineCommands = [
  { name: 'script', args: ['script'], perfRuns: 1 },
  { name: 'script, second run', args: ['script'], perfRuns: 1, isSecondRun: true },
  { name: 'report', args: ['report', '--stdio'], perfRuns: 1 },
  { name: 'report, second run', args: ['report', '--stdio'], perfRuns: 1, isSecondRun: true },
];
const recordings = ['bench', 'cxx', 'stacks', 'node', 'long'];

function commandsFor(recording) {
  const all = recording === 'cxx' ? [...inlineCommands, ...commands] : commands;
  return all.filter(({ name }) => name.includes(values.only));
}

const widths = [22, 8, 8, 15, 8, 8, 9, 9, 8, 7, 6];
function printRow(cells) {
  const text = cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])));
  console.log(text.join(' '));
}

/**
 * Runs both in turn; the first round warms the page cache and does not count.
 * @param known what perf took for the same in the row before, whose text is still there
 */
function measureRow(measurement, { args, perfRuns = runs, isSecondRun = false }, known) {
  measurement.keepAnswers(isSecondRun);
  const perf = [];
  const ours = [];
  for (let round = 0; round <= runs; round++) {
    const our = measurement.ours(args);
    if (round > 0) ours.push(our);
    if (!known && (perfRuns < runs ? round === 1 : true)) {
      const one = measurement.perf(args);
      if (round > 0) perf.push(one);
    }
  }
  return {
    perf: known ?? summarize(perf),
    ours: summarize(ours),
    garbageMs: measurement.garbageMs(args),
    equal: measurement.printsTheSame(args),
  };
}

/** @returns whether both printed the same text, in every row */
function measureRecording(name, results) {
  const path = join(work, `${name}.data`);
  const measurement = new Measurement(path);
  console.log(`\n${path}: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB; medians of ${runs}`);
  printRow([
    '',
    'perf s',
    'ours s',
    'min..max',
    'faster',
    'by CPU',
    'perf MB',
    'ours MB',
    'memory',
    'GC ms',
    'equal',
  ]);
  const rows = {};
  let equal = true;
  let before;
  for (const command of commandsFor(name)) {
    const known = before?.args.join() === command.args.join() ? before.perf : undefined;
    const row = measureRow(measurement, command, known);
    before = { args: command.args, perf: row.perf };
    const { perf, ours } = row;
    const ratio = (key) => perf[key].median / ours[key].median;
    const figures = {
      faster: ratio('seconds'),
      fasterByCpu: ratio('cpuSeconds'),
      memory: 1 / ratio('peakMb'),
    };
    rows[command.name] = figures;
    results.push({ recording: name, row: command.name, ...row, ...figures });
    equal &&= row.equal;
    printRow([
      command.name,
      perf.seconds.median.toFixed(3),
      ours.seconds.median.toFixed(3),
      `${ours.seconds.min.toFixed(3)}..${ours.seconds.max.toFixed(3)}`,
      `${figures.faster.toFixed(2)}x`,
      `${figures.fasterByCpu.toFixed(2)}x`,
      perf.peakMb.median.toFixed(0),
      ours.peakMb.median.toFixed(0),
      `${figures.memory.toFixed(2)}x`,
      row.garbageMs.toFixed(0),
      row.equal ? 'yes' : 'NO',
    ]);
  }
  measurement.end();
  keepFigures(name, rows, { node: process.version, date: new Date().toISOString().slice(0, 10) });
  return equal;
}

const chosen = positionals.length > 0 ? positionals : recordings;
const present = chosen.filter((name) => existsSync(join(work, `${name}.data`)));
const missing = chosen.filter((name) => !present.includes(name));
if (missing.length > 0)
  console.error(`bench: not there: ${missing.join(', ')}; see bench/make-*-recording.sh`);
if (present.length === 0) process.exit(1);

console.log(
  `node ${process.version}; ${enter(['perf', '--version']).trim()}; ${availableParallelism()} cores, ${cpus()[0]?.model}`,
);
const results = [];
let equal = true;
for (const name of present) equal = measureRecording(name, results) && equal;
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = equal ? 0 : 1;
