import { PERF_RECORD_MISC_KERNEL } from '../../../parser';
import { CallSites } from '../../../profile/tables/call-sites';
import { CallTree } from '../../../profile/tables/call-tree';
import { EntryKeys, Histogram, type HistogramEntry } from './histogram';
import { MadeProfile, type MadeSample } from '../../../profile/tables/test-support/made-profile';

function count(
  samples: readonly MadeSample[],
  children = true,
  mostEntries?: number,
): { histogram: Histogram; of: (name: string) => HistogramEntry } {
  const { profile, locations } = new MadeProfile(samples);
  const tree = new CallTree(profile.stacks, () => true, new CallSites(locations, locations, false), 'caller');
  const keys = new EntryKeys(
    () => 0,
    (location) => location,
    mostEntries,
  );
  const histogram = new Histogram(profile, locations, keys, tree, children);
  for (let row = 0; row < profile.samples.count; row++) histogram.addRow(row);
  const of = (name: string): HistogramEntry =>
    histogram.entries.find(({ location }) => (locations.symbol[location] ?? 'none') === name)!;
  return { histogram, of };
}

test('a function counts what it calls, once for each sample', () => {
  const { of } = count([
    { stack: 'main;f;f;f;leaf', period: 10 },
    { stack: 'main;f', period: 1 },
  ]);
  expect(of('main')).toMatchObject({ selfPeriod: 0, totalPeriod: 11 });
  expect(of('f')).toMatchObject({ selfPeriod: 1, totalPeriod: 11 });
  expect(of('leaf')).toMatchObject({ selfPeriod: 10, totalPeriod: 10 });
});

test('without children only sampled functions have entries', () => {
  const { histogram, of } = count([{ stack: 'main;f;leaf', period: 10 }], false);
  expect(histogram.entries).toHaveLength(1);
  expect(of('leaf')).toMatchObject({ selfPeriod: 10, totalPeriod: 10 });
});

test('totals are of all samples, also of those that a filter leaves out', () => {
  const { histogram } = count([{ stack: 'main', period: 10 }]);
  histogram.addHidden({ samples: 2, period: 30, latency: 0 }, true);
  expect(histogram).toMatchObject({ sampleCount: 3, totalPeriod: 40, allPeriod: 40 });
  histogram.addHidden({ samples: 1, period: 5, latency: 0 }, false);
  expect(histogram).toMatchObject({ sampleCount: 3, totalPeriod: 40, allPeriod: 45 });
});

test('only what was sampled in the kernel is marked as kernel, as in perf', () => {
  const { of } = count([{ stack: 'main;syscall;handler', cpumode: PERF_RECORD_MISC_KERNEL }]);
  expect([of('handler').level, of('syscall').level, of('main').level]).toEqual(['k', '.', '.']);
});

test('an address in no binary at the end of a chain is marked as the sample is, as in perf', () => {
  const { of } = count([{ stack: '?12;syscall;handler', cpumode: PERF_RECORD_MISC_KERNEL }]);
  expect(of('none').level).toBe('k');
});

test('the longest chain through an entry is known', () => {
  const { of } = count([{ stack: 'main;a;b;c' }, { stack: 'main;b' }]);
  expect([of('main').longestChain, of('b').longestChain, of('c').longestChain]).toEqual([4, 2, 4]);
});

test('an entry that only another histogram has can be added, empty', () => {
  const { of } = count([{ stack: 'main', period: 7 }]);
  const { histogram } = count([{ stack: 'other' }]);
  const added = histogram.addEmpty(of('main'));
  expect(added).toMatchObject({ selfPeriod: 0, totalPeriod: 0, location: of('main').location });
});

// The limit of SECURITY.md, reached.
test('samples beyond the most entries count in the sums, and are counted', () => {
  const { histogram, of } = count(
    [
      { stack: 'main;a', period: 10 },
      { stack: 'main;b', period: 20 },
      { stack: 'main;c', period: 40 },
      { stack: 'new;a', period: 80 },
    ],
    true,
    3,
  );
  expect(histogram.entries).toHaveLength(3);
  expect(
    [of('main'), of('a'), of('b')].map(({ selfPeriod, totalPeriod }) => [selfPeriod, totalPeriod]),
  ).toEqual([
    [0, 30],
    [90, 90],
    [20, 20],
  ]);
  expect(histogram).toMatchObject({ sampleCount: 4, totalPeriod: 150, furtherSamples: 1 });
});
