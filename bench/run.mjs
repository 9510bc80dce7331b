// Times whole processes of perf-sframe and of perf 7.2 on the same recording, in the same run, one after the other in turn,
// and prints medians, peak memory and ratios. The recording comes from make-recording.sh.
//
//   node bench/run.mjs                          # bench/.work/bench.data, five times each
//   node bench/run.mjs --runs 3 small           # bench/.work/small.data
//   node bench/run.mjs --only report            # rows whose name contains the word
//   node bench/run.mjs --json results.json      # the numbers as well
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const folder = dirname(fileURLToPath(import.meta.url));
const work = join(folder, '.work');
const program = join(folder, '../bin/perf-sframe.js');
const toolchain = resolve(process.env.PERF_SFRAME_TOOLCHAIN ?? join(folder, '../.toolchain/forky'));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const runs = Number(values.runs);
const recording = join(work, `${positionals[0] ?? 'bench'}.data`);

/** Both programs get these options. */
const commands = [
  { name: 'script --no-inline', args: ['script', '--no-inline'] },
  { name: 'report, flat', args: ['report', '--no-children', '-g', 'none', '--stdio', '--no-inline'] },
  { name: 'report, caller trees', args: ['report', '--no-children', '--stdio', '--no-inline'] },
  { name: 'report, default', args: ['report', '--stdio', '--no-inline'] },
].filter(({ name }) => name.includes(values.only));

if (!existsSync(recording)) {
  console.error(`bench: ${recording} is not there; run bench/make-recording.sh`);
  process.exit(1);
}
if (!existsSync(join(toolchain, '.complete'))) {
  console.error(`bench: no toolchain root in ${toolchain}; run test-data/toolchain/setup.sh`);
  process.exit(1);
}

// perf runs in the toolchain root, where the copied workloads and the recording lie in /w.
const inside = join(work, 'root/w/recording.data');
rmSync(inside, { force: true });
linkSync(recording, inside);
const output = join(work, 'output.txt');
const insideOutput = join(work, 'root/w/output.txt');

/** Seconds and peak kilobytes of one process, from what stopwatch.c printed. */
function parseMeasurement(text) {
  const [seconds, peakKb, exitCode] = text.trim().split(' ').map(Number);
  if (exitCode !== 0) throw new Error(`a measured command failed with exit code ${exitCode}`);
  return { seconds, peakKb };
}

/** The stopwatch is built static, so that the same file runs inside and outside the root. */
function buildStopwatch() {
  const path = join(work, 'root/w/stopwatch');
  copyFileSync(join(folder, 'stopwatch.c'), `${path}.c`);
  enter(['gcc', '-O2', '-static', '-o', '/w/stopwatch', '/w/stopwatch.c']);
  return path;
}

/** Runs a command inside the toolchain root; entering it is not part of what the stopwatch in there measures. */
function enter(command) {
  const result = spawnSync(join(folder, '../test-data/toolchain/enter.sh'), command, {
    env: { ...process.env, PERF_SFRAME_TOOLCHAIN: toolchain, ENTER_BIND: `${join(work, 'root/w')}:/w` },
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${command.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

function measurePerf(args) {
  const perf = ['perf', ...args, '-i', '/w/recording.data'];
  return parseMeasurement(enter(['/w/stopwatch', '/w/output.txt', ...perf]));
}

// As perf's, the environment is an empty one: with NODE_EXTRA_CA_CERTS set, Node 20 reads certificates at each start (0.08 s).
function measureOurs(stopwatch, args) {
  const where = ['--symfs', join(work, 'root'), '-i', recording];
  const result = spawnSync(stopwatch, [output, process.execPath, program, ...args, ...where], {
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
  });
  return parseMeasurement(result.stdout);
}

function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function summarize(measurements) {
  return {
    seconds: median(measurements.map(({ seconds }) => seconds)),
    peakMb: median(measurements.map(({ peakKb }) => peakKb)) / 1024,
  };
}

/** Timing means little for a text that is not the right one. */
function sameOutput() {
  const tip = /^#\n# \(Tip: .*\)\n#\n/gm;
  const texts = [output, insideOutput].map((path) => readFileSync(path, 'latin1').replace(tip, ''));
  return texts[0] === texts[1];
}

function formatRow(cells) {
  const widths = [22, 9, 9, 8, 9, 9, 8, 6];
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index])))
    .join(' ');
}

const stopwatch = buildStopwatch();
const sizeMb = statSync(recording).size / 2 ** 20;
console.log(
  `${recording}: ${sizeMb.toFixed(0)} MiB; medians of ${runs}; node ${process.version}; ${cpus()[0]?.model}`,
);
console.log(`${enter(['perf', '--version']).trim()}; ${availableParallelism()} cores\n`);
console.log(formatRow(['', 'perf s', 'ours s', 'faster', 'perf MB', 'ours MB', 'memory', 'equal']));
const results = [];
for (const { name, args } of commands) {
  const perfRuns = [];
  const ourRuns = [];
  // The first round warms the page cache and does not count.
  for (let round = 0; round <= runs; round++) {
    const ours = measureOurs(stopwatch, args);
    const perf = measurePerf(args);
    if (round === 0) continue;
    ourRuns.push(ours);
    perfRuns.push(perf);
  }
  const perf = summarize(perfRuns);
  const ours = summarize(ourRuns);
  // By default stacks are right where perf's are cut off (docs/as-perf.md): that the texts are the same is asked of --as-perf.
  measureOurs(stopwatch, [...args, '--as-perf']);
  const equal = sameOutput();
  results.push({ name, perf, ours, faster: perf.seconds / ours.seconds, equal });
  console.log(
    formatRow([
      name,
      perf.seconds.toFixed(3),
      ours.seconds.toFixed(3),
      `${(perf.seconds / ours.seconds).toFixed(2)}x`,
      perf.peakMb.toFixed(0),
      ours.peakMb.toFixed(0),
      `${(ours.peakMb / perf.peakMb).toFixed(2)}x`,
      equal ? 'yes' : 'NO',
    ]),
  );
}
// What inlined functions cost: the same command with and without, in turn.
if ('script, inlined functions'.includes(values.only)) {
  const withInlines = [];
  const without = [];
  for (let round = 0; round <= runs; round++) {
    const pair = [measureOurs(stopwatch, ['script']), measureOurs(stopwatch, ['script', '--no-inline'])];
    if (round === 0) continue;
    withInlines.push(pair[0]);
    without.push(pair[1]);
  }
  const [dear, cheap] = [summarize(withInlines), summarize(without)];
  const ratio = dear.seconds / cheap.seconds;
  results.push({ name: 'script, inlined functions', with: dear, without: cheap, ratio, equal: true });
  console.log(
    `\nscript with inlined functions ${dear.seconds.toFixed(3)} s, without ${cheap.seconds.toFixed(3)} s: ${ratio.toFixed(2)} times`,
  );
}
for (const path of [inside, output, insideOutput]) rmSync(path, { force: true });
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results, null, 2) + '\n');
process.exitCode = results.every(({ equal }) => equal) ? 0 : 1;
