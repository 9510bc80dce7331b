// Times whole processes of perf-sframe and of its peers other than perf on the same recording, in turn: medians of wall
// clock, processor time and peak memory, and ratios. A peer that is not installed is named and left out (bench/make-peers.sh).
//
//   node bench/peers.mjs                       # bench, cxx and stacks of bench/.work
//   node bench/peers.mjs --runs 3 cxx          # bench/.work/cxx.data
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { enter, Measurement, summarize, work } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});
const runs = Number(values.runs);
const written = join(work, 'peers-output');
const hotspot = join(import.meta.dirname, '../test-data/.work/hotspot/hotspot-perfparser');

/** Whether the toolchain root has a program. */
function isInside(program) {
  return enter(['sh', '-c', `command -v ${program} || true`]).trim() !== '';
}

/** What each does is as near as their commands come; `note` says what is left between them. */
const rows = [
  {
    name: 'fold --no-inline',
    peer: 'perf script --no-inline | inferno-collapse-perf',
    isThere: () => isInside('inferno-collapse-perf'),
    ours: ['fold', '--no-inline'],
    runPeer: (measurement) =>
      measurement.inside([
        'sh',
        '-c',
        'perf script --no-inline -i /w/recording.data | inferno-collapse-perf --all',
      ]),
  },
  {
    name: 'export, Firefox, --no-inline',
    peer: 'samply import',
    note: 'it writes addresses, and names them when the profile is looked at',
    isThere: () => isInside('samply'),
    ours: ['export', '--no-inline', '--format', 'firefox', '-o', written],
    runPeer: (measurement) =>
      measurement.inside(['samply', 'import', '--save-only', '-o', '/tmp/peer.json.gz', '/w/recording.data']),
  },
  {
    name: 'export, Firefox',
    peer: "hotspot's perfparser",
    note: 'both with inlined functions and source lines',
    isThere: () => existsSync(hotspot),
    ours: ['export', '--format', 'firefox', '-o', written],
    runPeer: (measurement) =>
      measurement.outside([
        hotspot,
        ...['--input', measurement.recording, '--output', written],
        ...['--sysroot', join(work, 'root')],
      ]),
  },
];

/** Both in turn; the first round warms the page cache and does not count. */
function measure(measurement, { ours, runPeer }) {
  const own = [];
  const theirs = [];
  for (let round = 0; round <= runs; round++) {
    const our = measurement.ours(ours);
    const their = runPeer(measurement);
    if (round === 0) continue;
    own.push(our);
    theirs.push(their);
  }
  return { ours: summarize(own), theirs: summarize(theirs) };
}

const present = rows.filter((row) => {
  const isThere = row.isThere();
  if (!isThere) console.log(`left out: ${row.peer} is not installed (bench/make-peers.sh)`);
  return isThere;
});
const widths = [30, 50, 8, 8, 8, 8, 8, 9];
const print = (cells) =>
  console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(''));
for (const name of positionals.length > 0 ? positionals : ['bench', 'cxx', 'stacks']) {
  const measurement = new Measurement(join(work, `${name}.data`));
  console.log(`\n${name}.data, medians of ${runs}; node ${process.version}\n`);
  print(['', 'peer', 'peer s', 'ours s', 'faster', 'by CPU', 'peer MB', 'ours MB']);
  try {
    for (const row of present) {
      const { ours, theirs } = measure(measurement, row);
      print([
        row.name,
        row.peer,
        theirs.seconds.median.toFixed(2),
        ours.seconds.median.toFixed(2),
        `${(theirs.seconds.median / ours.seconds.median).toFixed(1)}x`,
        `${(theirs.cpuSeconds.median / ours.cpuSeconds.median).toFixed(1)}x`,
        theirs.peakMb.median.toFixed(0),
        ours.peakMb.median.toFixed(0),
      ]);
      if (row.note) console.log(`  ${row.note}`);
    }
  } finally {
    measurement.end();
    rmSync(written, { force: true });
  }
}
