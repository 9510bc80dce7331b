/** Samples in = shown + filtered + skipped, on every fixture, whole and damaged. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadZstd, MemoryByteSource, Recording, RecordType } from '../../parser';
import { RecordingBuilder } from '../../parser/perf-data/test-support/recording-builder';
import { damageInput } from '../../test-data/fuzz/damage/damage-input';
import { announceSeed, Random } from '../../test-data/fuzz/damage/random';
import { attempt, type Input } from '../../test-data/fuzz/target';
import {
  openInput,
  perfDirectory,
  perfFile,
  perfPipe,
  prepareZstd,
} from '../../test-data/fuzz/targets/recordings';
import { startSession, type SessionChoices } from '../session/start-session';
import type { Session } from '../session/session';

const recordingsFolder = join(__dirname, '../../test-data/recordings');
const DAMAGED_COPIES = 5;

function run(recording: Recording, choices: SessionChoices = {}): Session {
  const session = startSession(recording, choices);
  let delivered = 0;
  session.run(
    (_sample, _event, _thread, _chain, isHidden) => {
      if (!isHidden) delivered++;
    },
    { keepsGroups: true },
  );
  const { accounting } = session;
  expect(accounting.shown).toBe(delivered);
  expect(accounting.shown + accounting.filtered + accounting.skipped).toBe(accounting.read);
  expect(
    [...session.diagnostics.problems].filter(({ summary }) => summary.includes('lost on their way')),
  ).toEqual([]);
  return session;
}

beforeAll(prepareZstd);

function textOfPerf(name: string): string {
  const path = join(recordingsFolder, name);
  return (existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`))).toString();
}

test.each(
  readdirSync(recordingsFolder)
    .filter((name) => name.endsWith('.data') && !name.includes('directory'))
    .map((name) => [name]),
)('%s: as many samples as perf prints', async (name) => {
  const recording = Recording.open(new MemoryByteSource(name, readFileSync(join(recordingsFolder, name))));
  recording.zstd = await loadZstd();
  const { accounting } = run(recording);
  // In perf's text every line other than a frame begins a sample.
  const text = textOfPerf(name.replace(/data$/, 'script.txt'));
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('\t')).length;
  expect(accounting.skipped).toBe(0);
  expect(accounting.shown).toBe(samples);
});

test('filtered, skipped and unknown ones, by hand', () => {
  const builder = new RecordingBuilder().event({ sampleType: 0x3, ids: [1] });
  // IP and TID: two samples of thread 7, one of thread 8, one that is cut off.
  for (const tid of [7, 7, 8]) builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(0x1000).u32(5, tid));
  builder.record(RecordType.SAMPLE, (bytes) => bytes.u64(0x1000));
  builder.record(RecordType.THROTTLE, (bytes) => bytes.u64(0, 0, 0));
  for (let i = 0; i < 2; i++) builder.record(99, (bytes) => bytes.u64(0));
  builder.record(RecordType.LOST_SAMPLES, (bytes) => bytes.u64(11).u32(0, 0));
  const bytes = builder.toFile();
  const open = () => Recording.open(new MemoryByteSource('made', bytes));
  const all = run(open());
  expect(all.accounting).toMatchObject({ read: 4, shown: 3, filtered: 0, skipped: 1 });
  expect(all.lostSamples).toBe(11);
  expect(all.accounting.skippedRecords).toEqual([
    { name: 'THROTTLE', count: 1 },
    { name: 'type 99', count: 2 },
  ]);
  expect(run(open(), { filter: { tid: '8' } }).accounting).toMatchObject({
    read: 4,
    shown: 1,
    filtered: 2,
    skipped: 1,
  });
});

test.each([perfFile, perfPipe, perfDirectory].map((target) => [target.name, target] as const))(
  '%s: damaged copies',
  (name, target) => {
    const random = new Random(announceSeed(`accounting of ${name}`, DAMAGED_COPIES));
    let accounted = 0;
    for (const seed of target.seeds()) {
      for (let copy = 0; copy < DAMAGED_COPIES; copy++) {
        const damaged: Input = damageInput(target, [seed], random);
        attempt(() => (accounted += run(openInput(damaged)).accounting.read));
      }
    }
    expect(accounted).toBeGreaterThan(10);
  },
);
