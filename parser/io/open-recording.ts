/**
 * Opens a recording wherever it is: a file (also one that is gzipped, or holds what a pipe carried), a directory of
 * `perf record --threads`, a pipe.
 *
 * What must be read out of order but comes in order (a gzipped file; a file that is piped in) is first written to a
 * temporary file, so that memory does not grow with it.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDecompressors, ParseError } from '../bytes';
import { PIPE_HEADER_SIZE, parsePipeHeader } from '../perf-data/container/file-header';
import { Recording } from '../perf-data/container/recording';
import { loadZstd } from '../perf-data/container/zstd-stream';
import { DescriptorInput } from './descriptor-input';
import { FileByteSource } from './file-byte-source';

const STANDARD_INPUT = 0;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Opens a recording; its records can be read at once.
 * @param path of a file or a directory, or "-" for standard input
 * @throws ParseError where it is not a recording or cannot be used, or the system's error
 */
export async function openRecording(path: string): Promise<Recording> {
  const recording = await openContainer(path);
  // Binaries are opened while the recording is read, when nothing can be waited for.
  await loadDecompressors();
  if (recording.needsZstd) recording.zstd = await loadZstd();
  return recording;
}

async function openContainer(path: string): Promise<Recording> {
  if (path === '-') return openDescriptor('standard input', STANDARD_INPUT);
  if (statSync(path).isDirectory()) return openDirectory(path);
  return openDescriptor(path, openSync(path, 'r'));
}

/** A directory: `data` is the recording, `data.0`, `data.1`… hold the kernel's records. */
function openDirectory(path: string): Recording {
  const file = join(path, 'data');
  if (!existsSync(file)) {
    throw new ParseError({
      what: 'not a recording',
      where: path,
      found: 'a folder that has no file named data',
      expected: 'a file, or what perf record --threads writes',
      hint: 'Name a recording in it; report, fold, flamegraph and export take folders of recordings.',
    });
  }
  const numbers = readdirSync(path)
    .map((name) => /^data\.(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .sort((a, b) => Number(a) - Number(b));
  return Recording.open(FileByteSource.open(file), {
    dataFiles: numbers.map((number) => FileByteSource.open(join(path, `data.${number}`))),
    writtenAt: statSync(file).mtime,
  });
}

async function openDescriptor(name: string, descriptor: number): Promise<Recording> {
  const status = fstatSync(descriptor);
  const writtenAt = status.mtime;
  if (status.isFile()) {
    const source = FileByteSource.fromDescriptor(name, descriptor);
    const start = source.read(0, Math.min(source.sizeBytes, PIPE_HEADER_SIZE));
    refuseCompressed(name, start);
    if (!isGzip(start)) return Recording.open(source, { writtenAt });
    return openSpooled(name, new DescriptorInput(descriptor), new Uint8Array(0), true, writtenAt);
  }
  const input = new DescriptorInput(descriptor);
  const start = new Uint8Array(PIPE_HEADER_SIZE);
  const bytes = start.subarray(0, input.readInto(start));
  refuseCompressed(name, bytes);
  if (isGzip(bytes)) return openSpooled(name, input, bytes, true, writtenAt);
  const header = parsePipeHeader(name, bytes);
  if (!header) return openSpooled(name, input, bytes, false, writtenAt);
  return Recording.openStream(name, header, input, { writtenAt });
}

/** Compressed files that are not unpacked here: what they begin with, and the program that unpacks them. */
const compressedFormats = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], format: 'xz', program: 'xz -dc' },
  { magic: [0x42, 0x5a, 0x68], format: 'bzip2', program: 'bzip2 -dc' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], format: 'zstd', program: 'zstd -dc' },
  { magic: [0x04, 0x22, 0x4d, 0x18], format: 'lz4', program: 'lz4 -dc' },
  { magic: [0x50, 0x4b, 0x03, 0x04], format: 'zip', program: 'unzip -p' },
] as const;

/** @throws ParseError that says how to read such a file */
function refuseCompressed(name: string, start: Uint8Array): void {
  const found = compressedFormats.find(({ magic }) => magic.every((byte, i) => start[i] === byte));
  if (!found) return;
  throw new ParseError({
    what: `not a perf.data file, but one that is compressed with ${found.format}`,
    where: name,
    hint: `Unpack it on the way, and read standard input: ${found.program} FILE | … -`,
  });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Opens what comes out of a stream, by way of a temporary file. @param start bytes that were read already */
async function openSpooled(
  name: string,
  input: DescriptorInput,
  start: Uint8Array,
  isGzipped: boolean,
  writtenAt: Date,
): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'perf-sframe-'));
  const descriptor = openSync(join(folder, 'recording'), 'w+');
  const removeName = (): void => rmSync(folder, { recursive: true, force: true });
  // An open file needs no name: without one nothing is left, whatever ends the program. Windows keeps the names of open files.
  if (process.platform !== 'win32') removeName();
  try {
    const problems: string[] = [];
    const chunks = readChunks(input, start);
    if (isGzipped) {
      const { gunzipInto } = await import('./gunzip');
      const problem = await gunzipInto((bytes) => writeAll(descriptor, bytes), name, chunks);
      if (problem !== undefined) problems.push(problem);
    } else for (const chunk of chunks) writeAll(descriptor, chunk);
    return Recording.open(FileByteSource.fromDescriptor(name, descriptor), { problems, writtenAt });
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    removeName();
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += writeSync(descriptor, bytes, at);
}

function* readChunks(input: DescriptorInput, start: Uint8Array): Generator<Uint8Array> {
  if (start.length > 0) yield start;
  for (;;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const got = input.readInto(chunk);
    if (got === 0) return;
    yield chunk.subarray(0, got);
  }
}
