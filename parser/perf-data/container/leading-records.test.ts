/** A pipe that begins with more records about itself than are kept: all take effect, and memory stays bounded. */

import { MemoryByteSource } from '../../bytes';
import { RecordType } from '../constants';
import { RecordingBuilder } from '../test-support/recording-builder';
import { Recording } from './recording';

const UPDATE_NAME = 2;
const UPDATES = 70_000;

test('updates of events beyond those that are kept are delivered, in their order', () => {
  const builder = new RecordingBuilder()
    .event({ sampleType: 3, ids: [1] })
    .event({ sampleType: 3, ids: [2] });
  for (let i = 0; i < UPDATES; i++)
    builder.record(RecordType.EVENT_UPDATE, (bytes) => bytes.u64(0, 1).text('unit'));
  builder.record(RecordType.EVENT_UPDATE, (bytes) => bytes.u64(UPDATE_NAME, 2).text('last'));
  builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(0x1000).u32(5, 5));
  const recording = Recording.open(new MemoryByteSource('pipe', builder.toPipe()));
  const types: number[] = [];
  const { problems } = recording.readRecords('file', ({ type }) => types.push(type));
  expect(problems).toEqual([]);
  expect(types.filter((type) => type === RecordType.EVENT_UPDATE)).toHaveLength(UPDATES + 1);
  expect(types.at(-1)).toBe(RecordType.SAMPLE);
  expect(recording.events[1].name).toBe('last');
  expect(recording.recordCounts.get(RecordType.EVENT_UPDATE)).toBe(UPDATES + 1);
});
