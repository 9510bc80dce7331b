/** By default stacks are perf's, but where perf cuts them off at the end of a function. */
import { describeWhere } from '../test-support/left-out';
import { hasToolchain, toolchainIsRequired } from '../test-support/places';
import { findLongerStacks } from './function-ends';
import { findSet, listRecordings } from './recording-sets';

const set = findSet('fresh/');
const recordings = listRecordings(set).filter((name) => /^[a-z0-9-]+-(?:fp|nofp)$/.test(name));
const isHere = (recordings.length > 0 && hasToolchain()) || toolchainIsRequired;

describeWhere(isHere, 'stacks of samples at the end of a function', set.howToGet, () => {
  test('go on where those of perf end', async () => {
    const longer = [];
    for (const recording of recordings) longer.push(...(await findLongerStacks(set, recording)));
    const titles = longer.map(
      ({ title, perfFrames, ourFrames }) => `${title} ${perfFrames}, ours ${ourFrames}`,
    );
    console.info(
      `stacks of ${recordings.length} recordings that are longer than perf's:\n${titles.join('\n')}`,
    );
    expect(longer.length).toBeGreaterThan(0);
    const notLonger = longer.filter(({ perfFrames, ourFrames }) => ourFrames <= perfFrames);
    expect(notLonger).toEqual([]);
  }, 300_000);
});
