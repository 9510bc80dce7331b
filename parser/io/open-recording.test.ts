import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ParseError } from '../bytes';
import { Sample } from '../perf-data/records/sample';
import { SampleStatus } from '../perf-data/records/sample-layout';
import { RecordType, recordTypeName } from '../perf-data/constants';
import { openRecording } from './open-recording';

const recordings = join(__dirname, '../../test-data/recordings');
const plain = join(recordings, 'blur-image-nofp.data');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Contents {
  /** Threads and times of the samples, in order. */
  readonly samples: string[];
  readonly counts: Record<string, number>;
  readonly problems: readonly string[];
}

async function read(path: string): Promise<Contents> {
  const recording = await openRecording(path);
  const samples: string[] = [];
  const sample = new Sample();
  const { problems } = recording.readRecords('time', (place) => {
    if (recordTypeName(place.type) !== 'SAMPLE') return;
    const isOk = recording.decodeSampleInto(place, sample) === SampleStatus.Ok;
    samples.push(
      isOk ? `${sample.tid} ${sample.timeHigh}:${sample.timeLow} ${sample.stackSizeBytes}` : 'damaged',
    );
  });
  const counts = Object.fromEntries(
    [...recording.recordCounts].map(([type, count]) => [recordTypeName(type), count]),
  );
  return { samples, counts, problems };
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Offsets of the COMPRESSED2 records of a little-endian file. */
function findCompressed(file: Buffer): number[] {
  const offsets: number[] = [];
  const data = Number(file.readBigUInt64LE(40));
  const end = data + Number(file.readBigUInt64LE(48));
  for (let at = data; at < end; at += file.readUInt16LE(at + 6)) {
    if (file.readUInt32LE(at) === RecordType.COMPRESSED2) offsets.push(at);
  }
  return offsets;
}

/** What is opened by way of a temporary file leaves none behind. */
function temporaryFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^perf-sframe-\w{6}$/.test(name));
}

/** Reads a file as another process writes it into a pipe. */
async function readThroughPipe(path: string): Promise<Contents> {
  const pipe = join(folder, `pipe-${readdirSync(folder).length}`);
  execFileSync('mkfifo', [pipe]);
  const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', path, pipe]);
  try {
    return await read(pipe);
  } finally {
    writer.kill();
  }
}

test('a gzipped file reads as the file does', async () => {
  const before = temporaryFolders();
  const expected = await read(plain);
  expect(expected.samples.length).toBeGreaterThan(5);
  expect(expected.problems).toEqual([]);
  const gzipped = write('recording.gz', gzipSync(readFileSync(plain)));
  expect(await read(gzipped)).toEqual(expected);
  expect(await readThroughPipe(gzipped)).toEqual(expected);
  expect(temporaryFolders()).toEqual(before);
});

test('a file that is piped in', async () => {
  expect(await readThroughPipe(plain)).toEqual(await read(plain));
});

test('what perf record -o - writes, saved and through a pipe', async () => {
  const saved = join(recordings, 'blur-image-nofp.pipe.data');
  const expected = await read(saved);
  expect(expected.samples.length).toBeGreaterThan(3);
  expect(expected.counts.HEADER_ATTR).toBe(1);
  expect(expected.problems).toEqual([]);
  expect(await readThroughPipe(saved)).toEqual(expected);
});

test('a directory; its data files count in the order of their numbers', async () => {
  const directory = join(recordings, 'blur-image-nofp.directory.data');
  const expected = await read(directory);
  expect(expected.samples.length).toBeGreaterThan(3);
  expect(expected.problems).toEqual([]);
  const times = expected.samples.map((sample) => sample.split(' ')[1]);
  expect(times).toEqual([...times].sort());
  const renamed = join(folder, 'renamed.data');
  mkdirSync(renamed);
  cpSync(join(directory, 'data'), join(renamed, 'data'));
  cpSync(join(directory, 'data.1'), join(renamed, 'data.10'));
  cpSync(join(directory, 'data.0'), join(renamed, 'data.9'));
  expect(await read(renamed)).toEqual(expected);
});

test('compressed records', async () => {
  const { samples, counts, problems } = await read(join(recordings, 'blur-image-nofp.compressed.data'));
  expect(counts.COMPRESSED2).toBeGreaterThan(0);
  expect(counts.SAMPLE).toBe(samples.length);
  expect(samples.length).toBeGreaterThan(3);
  expect(problems).toEqual([]);
});

test('a compressed recording that was cut off, or damaged, shows what came before', async () => {
  const bytes = readFileSync(join(recordings, 'blur-image-nofp.compressed.data'));
  const whole = await read(join(recordings, 'blur-image-nofp.compressed.data'));
  const cut = await read(write('cut.data', bytes.subarray(0, bytes.length / 2)));
  expect(cut.problems.length).toBeGreaterThan(0);
  expect(whole.samples.slice(0, cut.samples.length)).toEqual(cut.samples);
  const damaged = new Uint8Array(bytes);
  const payload = findCompressed(bytes)[1] + 16;
  damaged.fill(0x41, payload, payload + 64);
  const { problems } = await read(write('damaged.data', damaged));
  expect(problems).toEqual([expect.stringContaining('zstd')]);
});

test('a gzipped file that was cut off, or damaged', async () => {
  const gzipped = gzipSync(readFileSync(plain));
  const cut = await read(write('cut.gz', gzipped.subarray(0, (gzipped.length * 3) / 4)));
  expect(cut.samples.length).toBeGreaterThan(1);
  expect(cut.problems).toContainEqual(expect.stringContaining('shorter than its header says'));
  const damaged = new Uint8Array(gzipped);
  damaged.fill(0, damaged.length / 2, damaged.length / 2 + 1000);
  const { problems } = await read(write('damaged.gz', damaged));
  expect(problems[0]).toContain('damaged gzip data');
});

test('what is not a recording', async () => {
  await expect(openRecording(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(openRecording(write('empty', new Uint8Array(0)))).rejects.toThrow('is empty');
  await expect(openRecording(write('text.gz', gzipSync('hello')))).rejects.toThrow(ParseError);
  await expect(openRecording(folder)).rejects.toThrow('a folder that has no file named data');
});
