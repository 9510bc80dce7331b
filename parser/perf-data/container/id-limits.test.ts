/** Events that all claim the same ids, in a small file: as many are read as the file can hold. And more events than can be. */

import { MemoryByteSource } from '../../bytes';
import { RecordingBuilder } from '../test-support/recording-builder';
import { Recording } from './recording';

const EVENTS = 2000;
const IDS = 5000;
/** The header; an entry is an attribute of 136 bytes and where its ids are. */
const HEADER_BYTES = 104;

test('ids of all events together are no more than the file holds', () => {
  const builder = new RecordingBuilder();
  builder.event({ sampleType: 3, ids: Array.from({ length: IDS }, (_, i) => i + 1) });
  for (let i = 1; i < EVENTS; i++) builder.event({ sampleType: 3, ids: [] });
  const bytes = Buffer.from(builder.toFile());
  const entryBytes = Number(bytes.readBigUInt64LE(16));
  const idsOf = (event: number): number => HEADER_BYTES + (event + 1) * entryBytes - 16;
  for (let i = 1; i < EVENTS; i++) bytes.copy(bytes, idsOf(i), idsOf(0), idsOf(0) + 16);
  expect(bytes.readBigUInt64LE(idsOf(1) + 8)).toBe(BigInt(IDS * 8));

  const recording = Recording.open(new MemoryByteSource('ids', new Uint8Array(bytes)));
  const { problems } = recording.readRecords('file', () => undefined);
  expect(problems).toContainEqual(expect.stringMatching(/claim more ids than the file holds/));
  expect(recording.events).toHaveLength(EVENTS);
  const ids = recording.events.reduce((sum, event) => sum + event.ids.length, 0);
  expect(ids).toBe(Math.floor(bytes.length / (IDS * 8)) * IDS);
});

test.each(['file', 'pipe'])('a %s of more events than can be', (kind) => {
  const builder = new RecordingBuilder();
  for (let i = 0; i < 65_540; i++) builder.event({ sampleType: 3 });
  const bytes = kind === 'file' ? builder.toFile() : builder.toPipe();
  const recording = Recording.open(new MemoryByteSource('events', bytes));
  const { problems } = recording.readRecords('file', () => undefined);
  expect(problems).toContainEqual(expect.stringMatching(/more events than can be/));
  expect(recording.events).toHaveLength(65_536);
});
