import { MemoryByteSource, Recording, RecordType } from '../../parser';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { startSession } from '../../profile';
import { formatAccounting } from './accounting-text';

test('every sample is in one of the numbers, and records that were passed over have names', () => {
  const builder = new RecordingBuilder().event({ sampleType: 0x3, ids: [1] });
  for (const tid of [7, 7, 8]) builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(0x1000).u32(5, tid));
  builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(0x1000));
  for (let i = 0; i < 2; i++) builder.record(RecordType.THROTTLE, (bytes) => bytes.u64(0, 0, 0));
  builder.record(99, (bytes) => bytes.u64(0));
  builder.record(RecordType.LOST_SAMPLES, (bytes) => bytes.u64(11).u32(0, 0));
  const recording = Recording.open(new MemoryByteSource('made', builder.toFile()));
  const session = startSession(recording, { filter: { tid: '8' } });
  session.run(() => undefined);
  expect(formatAccounting(session)).toBe(
    'perf-sframe: 15 samples = 1 shown + 2 filtered + 11 lost while recording + 1 skipped\n' +
      'perf-sframe: records that say nothing of samples and stacks: 2 THROTTLE, 1 type 99\n',
  );
});
