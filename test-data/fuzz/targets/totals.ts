/** What `sframe coverage --predict` and `compare --synthesize` add up: every byte, function and sample is in one of their numbers. */

import { Comparison } from '../../../cli/compare/methods/comparison';
import { makeSFrame, predictSFrame, sumPredictions, synthesizeSFrame } from '../../../sframe';
import { perfDataLayout } from '../damage/layouts';
import { single, type Target } from '../target';
import { assemble, sectionLayout, sectionSeeds } from './binaries';
import { startOn } from './commands';
import { openInput, prepareZstd, recordingFiles } from './recordings';

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);

/** @throws Error where two numbers that count the same things are not equal */
function assertEqual(what: string, one: number, other: number): void {
  if (one !== other) throw new Error(`broken promise: ${what}: ${one} and ${other}`);
}

export const prediction: Target = {
  name: 'predict',
  seeds: () => sectionSeeds(['.eh_frame', '.eh_frame_hdr', '.debug_frame']).parts,
  layout: sectionLayout,
  run(input) {
    const image = assemble(input);
    const made = makeSFrame(image);
    const one = predictSFrame(image);
    for (const each of [one, sumPredictions([one, one])]) {
      const { functions, madeFunctions, lostByCause, madeSizeBytes, sizes } = each;
      assertEqual('functions', functions, madeFunctions + sum(lostByCause.values()));
      const parts = sizes.headerBytes + sizes.indexBytes + sizes.attributeBytes + sum(sizes.freBytes.flat());
      assertEqual('bytes of the section', madeSizeBytes, parts);
    }
    assertEqual('bytes made', one.madeSizeBytes, made.bytes.length);
    assertEqual('FDEs', one.sizes.fdes, made.fdeCount);
    const [code, doubled] = [one, sumPredictions([one, one])].map(({ codeBytes }) => codeBytes);
    assertEqual('code of two files', 2 * code, doubled);
  },
};

export const comparison: Target = {
  name: 'compare',
  prepare: prepareZstd,
  seeds: () => recordingFiles().map(single),
  layout: (_part, bytes) => perfDataLayout(bytes),
  run(input) {
    const session = startOn(openInput(input), { unwind: 'recorded', readSFrame: synthesizeSFrame });
    const { architecture, sources } = session.unwinding;
    if (!architecture || !sources) return;
    const compared = new Comparison(session, architecture, sources, {
      withRecorded: true,
      withKernelRules: false,
    });
    // Of a sample that counts for a group of events, each event has one.
    let visited = 0;
    session.run((sample, event, thread, chain, isHidden) => {
      if (isHidden) return;
      visited++;
      compared.addSample(sample, event, thread, chain);
    });
    const { comparedSamples, skippedSamples, runs, pairs, divergences } = compared;
    assertEqual('samples', visited, comparedSamples + skippedSamples);
    for (const run of runs) {
      assertEqual(`samples of ${run.name}`, run.samples, comparedSamples);
      if (run.unwinder)
        assertEqual(`endings of ${run.name}`, sum(run.endings.filter(Boolean)), comparedSamples);
      assertEqual(
        `complete of ${run.name}`,
        Math.min(run.completeStacks, comparedSamples),
        run.completeStacks,
      );
    }
    for (const { right, other, relations } of pairs) {
      const name = `${right.name} and ${other.name}`;
      assertEqual(name, sum(Object.values(relations)), comparedSamples);
      const explained = divergences.filter((each) => each.right === right.name && each.other === other.name);
      const differing = relations.prefix + relations.diverged;
      const samples = sum(explained.map((each) => each.samples));
      assertEqual(`causes of ${name}`, Math.min(samples, differing), samples);
    }
  },
};
