/** Recordings: files, pipes and directories, and the features of their headers. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Feature, loadZstd, MemoryByteSource, Recording, type ZstdFactory } from '../../../parser';
import { perfDataLayout } from '../damage/layouts';
import { repositoryFolder } from '../../test-support/places';
import { writtenRecordings } from '../../written';
import { single, type Input, type Target } from '../target';
import { allRecordTypes, readEverything, readFeatures } from './recording-reader';
import { RecordingBuilder } from '../../../parser/perf-data/test-support/recording-builder';

export const recordingsFolder = join(repositoryFolder, 'test-data/recordings');
/** Larger ones make rounds slow, and have nothing that others have not. */
const LARGEST_SEED_BYTES = 120_000;

let zstd: ZstdFactory | undefined;
export async function prepareZstd(): Promise<void> {
  zstd ??= await loadZstd();
}

function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

function committed(keeps: (bytes: Uint8Array) => boolean): Uint8Array[] {
  return readdirSync(recordingsFolder, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.data'))
    .map(({ name }) => readBytes(join(recordingsFolder, name)))
    .filter((bytes) => bytes.length <= LARGEST_SEED_BYTES && keeps(bytes));
}

function isPipe(bytes: Uint8Array): boolean {
  return bytes[8] === 16 || bytes[15] === 16;
}

const bothOrders = [true, false];

/** Recordings that are one file: real ones, and ones with every record that there is. */
export function recordingFiles(): Uint8Array[] {
  return [
    ...committed((bytes) => !isPipe(bytes)),
    ...writtenRecordings(),
    ...bothOrders.map((littleEndian) => allRecordTypes(littleEndian).toFile()),
  ];
}

/** The parts of an input as a recording. @throws ParseError */
export function openInput(input: Input): Recording {
  const [main, ...data] = [...input].map(([name, bytes]) => new MemoryByteSource(name, bytes));
  const recording = Recording.open(main, { dataFiles: data });
  recording.zstd = zstd;
  return recording;
}

function readInput(input: Input): void {
  const [main, ...data] = input.values();
  readEverything(main, data, zstd);
}

const recordingTarget = {
  prepare: prepareZstd,
  layout: (_part: string, bytes: Uint8Array) => perfDataLayout(bytes),
  run: readInput,
};

export const perfFile: Target = {
  ...recordingTarget,
  name: 'perf-file',
  seeds: () => recordingFiles().map(single),
};

export const perfPipe: Target = {
  ...recordingTarget,
  name: 'perf-pipe',
  seeds: () =>
    [...committed(isPipe), ...bothOrders.map((littleEndian) => allRecordTypes(littleEndian).toPipe())].map(
      single,
    ),
};

export const perfDirectory: Target = {
  ...recordingTarget,
  name: 'perf-directory',
  seeds() {
    const folder = join(recordingsFolder, 'blur-image-nofp.directory.data');
    const names = ['data', 'data.0', 'data.1'];
    return [new Map(names.map((name) => [name, readBytes(join(folder, name))]))];
  },
};

/** The features of all seeds, each feature a part of its own. */
export const featureHeaders: Target = {
  name: 'features',
  seeds: () =>
    recordingFiles()
      .map((bytes) => {
        const { features, littleEndian } = Recording.open(new MemoryByteSource('seed', bytes));
        const order = littleEndian ? 'le' : 'be';
        return new Map(
          [...features.numbers].map(
            (number) => [`${order}-${number}`, features.read(number)!.slice()] as const,
          ),
        );
      })
      .filter((input) => input.size > 0),
  run(input) {
    const littleEndian = [...input.keys()][0].startsWith('le');
    const builder = new RecordingBuilder(littleEndian).event({});
    for (const [name, bytes] of input) builder.feature(Number(name.slice(3)), bytes);
    const recording = Recording.open(new MemoryByteSource('features', builder.toFile()));
    readFeatures(recording);
    recording.buildIds();
    recording.stringFeature(Feature.ARCH);
  },
};
