import { SampleColumns } from './sample-columns';

const like = { thread: 0, event: 1, stop: 255, period: 2 };

test('rows are in the order of time, and samples of one time in theirs', () => {
  const samples = new SampleColumns();
  [7, 3, 7, 0].forEach((timeNs, node) => samples.add({ ...like, node, timeNs }));
  const { sampleNode, sampleTimeNs, sampleCount, sampleStop } = samples.columns;
  expect([...sampleNode]).toEqual([3, 1, 0, 2]);
  expect([...sampleTimeNs]).toEqual([0, 3, 7, 7]);
  expect([...sampleCount, ...sampleStop]).toEqual([1, 1, 1, 1, 255, 255, 255, 255]);
  expect([...samples.events()]).toEqual([1, 1, 1, 1]);
});

test('of more samples than are kept one by one those are one that agree in all but the exact time', () => {
  const count = 20_002;
  const samples = new SampleColumns(count - 1);
  for (let i = 0; i < count; i++) samples.add({ ...like, node: i % 2, timeNs: i });
  const { sampleNode, sampleTimeNs, sampleCount, samplePeriod } = samples.columns;
  // 4,096 slices and the end of the last, for each of the two nodes.
  expect(sampleNode).toHaveLength(2 * 4097 - 1);
  const sum = (column: Int32Array | Float64Array) => [...column].reduce((total, value) => total + value, 0);
  expect([sum(sampleCount), sum(samplePeriod)]).toEqual([count, 2 * count]);
  expect(sum(sampleCount.filter((_, row) => sampleNode[row] === 1))).toBe(count / 2);
  expect(sampleTimeNs.every((time, row) => row === 0 || time >= sampleTimeNs[row - 1])).toBe(true);
});
