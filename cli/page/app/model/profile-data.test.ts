import { sortedByNode } from './profile-data';
import { makeData } from './test-support/made-data';

test('samples are put in the order of their nodes, each with its own columns', () => {
  const { columns } = makeData([
    { stack: ['main', 'late'], period: 1, timeUs: 10, thread: 'a' },
    { stack: ['main'], period: 2, timeUs: 20, thread: 'b' },
    { stack: ['main', 'late'], period: 3, timeUs: 30, thread: 'b' },
    { stack: ['main'], period: 4, timeUs: 40, thread: 'a' },
  ]);
  const sorted = sortedByNode(columns);
  // main is the first node, late the second; b is the second thread.
  expect([...sorted.sampleNode]).toEqual([0, 0, 1, 1]);
  expect([...sorted.samplePeriod]).toEqual([2, 4, 1, 3]);
  expect([...sorted.sampleTimeUs]).toEqual([20, 40, 10, 30]);
  expect([...sorted.sampleThread]).toEqual([1, 0, 0, 1]);
  expect([...columns.samplePeriod]).toEqual([1, 2, 3, 4]);
});
