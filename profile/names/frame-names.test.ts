import { MemoryByteSource, Recording } from '../../parser';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { UNMAPPED_USER } from '../../unwinder';
import { startSession } from '../session/start-session';

// The limit of SECURITY.md, reached.
test('names are made once, and once more when there were too many others', () => {
  const builder = new RecordingBuilder().event({ type: 1, sampleType: 0x3, ids: [1] });
  const { frames, names } = startSession(Recording.open(new MemoryByteSource('made', builder.toFile())), {});
  const frame = frames.intern(UNMAPPED_USER, 0x1234, 0);
  const name = names.resolve(frame);
  const resolveOthers = (count: number): void => {
    for (let i = 1; i <= count; i++) names.resolve(frames.intern(UNMAPPED_USER, i, 1));
  };
  resolveOthers((1 << 18) - 1);
  expect(names.resolve(frame)).toBe(name);
  resolveOthers(1 << 18);
  expect(names.resolve(frame)).not.toBe(name);
  expect(names.resolve(frame)).toEqual(name);
});
