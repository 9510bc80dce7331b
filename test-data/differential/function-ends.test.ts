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
    console.info(`${longer.length} stacks of ${recordings.length} recordings are longer than perf's`);
    expect(longer.length).toBeGreaterThan(0);
    for (const { perfFrames, ourFrames } of longer) expect(ourFrames).toBeGreaterThan(perfFrames);
  }, 300_000);
});
