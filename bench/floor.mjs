// What the steps of a run cost, each alone: the floor under a command is what it cannot do without. Whole processes, in turn;
// medians of wall clock and processor time, and the difference to the step before.
//
//   node bench/floor.mjs                # bench/.work/bench.data
//   node bench/floor.mjs --runs 9 cxx   # bench/.work/cxx.data
//
// The steps are the program's own code in a bundle, without the program's code cache: they are somewhat slower to start.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProbe, Measurement, program, summarize, work } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});
const runs = Number(values.runs);
const probe = await bundleProbe('floor');
const smallest = join(import.meta.dirname, '../test-data/recordings/blur-image-nofp.data');
const smallRoot = join(import.meta.dirname, '../test-data/recordings/root');

/** Each with its own arguments of Node.js; `after` is the step that it contains, whose time is taken off. */
function stepsOf(recording) {
  const symfs = join(work, 'root');
  const where = ['--no-inline', '--symfs', symfs, '-i', recording];
  return [
    { name: 'Node.js alone (-e 0)', args: ['-e', '0'] },
    { name: 'the program (--version)', args: [program, '--version'], after: 0 },
    {
      name: 'a small recording, report',
      args: [program, 'report', '--symfs', smallRoot, '-i', smallest],
      after: 1,
    },
    { name: 'the steps, loaded', args: [probe, 'start'], after: 0 },
    { name: '+ bytes of the file', args: [probe, 'read', recording], after: 3 },
    { name: '+ records in order, samples decoded', args: [probe, 'records', recording], after: 4 },
    { name: '+ stacks unwound', args: [probe, 'stacks', recording, symfs, '1'], after: 5 },
    { name: 'report, flat', args: [program, 'report', '-g', 'none', '--no-children', ...where], after: 5 },
    { name: 'report', args: [program, 'report', ...where], after: 6 },
    { name: 'script', args: [program, 'script', ...where], after: 6 },
    // What the same takes when V8 has compiled it: the least that this code can come down to.
    { name: 'records and stacks three times', args: [probe, 'stacks', recording, symfs, '3'] },
    { name: 'a fourth time', args: [probe, 'stacks', recording, symfs, '4'], after: 10 },
  ];
}

const seconds = (number) => number.toFixed(3).padStart(8);
for (const name of positionals.length > 0 ? positionals : ['bench']) {
  const recording = join(work, `${name}.data`);
  const measurement = new Measurement(recording);
  const steps = stepsOf(recording);
  const found = steps.map(() => []);
  try {
    for (let round = 0; round <= runs; round++) {
      steps.forEach(({ args }, i) => {
        const one = measurement.node(args);
        if (round > 0) found[i].push(one);
      });
    }
  } finally {
    measurement.end();
  }
  const medians = found.map((ones) => summarize(ones));
  console.log(`${name}.data, medians of ${runs}; node ${process.version}\n`);
  console.log(`${''.padEnd(38)}  clock s   more    cpu s   more`);
  steps.forEach(({ name: step, after }, i) => {
    const more = (key) =>
      after === undefined ? ' '.repeat(8) : seconds(medians[i][key].median - medians[after][key].median);
    const { seconds: clock, cpuSeconds } = medians[i];
    console.log(
      `${step.padEnd(38)} ${seconds(clock.median)}${more('seconds')} ${seconds(cpuSeconds.median)}${more('cpuSeconds')}`,
    );
  });
  console.log('');
}
