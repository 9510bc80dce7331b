/**
 * The header of a perf.data file (tools/perf/util/header.h, perf 7.2: struct perf_file_header), its event
 * attributes, and where its feature sections are.
 *
 *   0 magic "PERFILE2" | 8 size u64 | 16 attr_size u64 | 24 attrs {offset, size} | 40 data {offset, size}
 *   56 event_types {offset, size} | 72 features: 256 bits as four u64
 *
 * Until Linux 3.3 the magic was "PERFFILE" in either byte order, which then the size says: 104 in a file, 16 in a pipe.
 * A pipe's header is the first 16 bytes alone (size 16); its attributes and features come as records.
 * After the data section come {offset u64, size u64} for each feature whose bit is set, in ascending order.
 */

import { ByteReader, ParseError, type ByteSource } from '../../bytes';
import { readEventAttr, type EventAttr } from '../records/event-attr';

export const FILE_HEADER_SIZE = 104;
export const PIPE_HEADER_SIZE = 16;
const SECTION_SIZE = 16;

const MAGIC_LITTLE = 'PERFILE2';
const MAGIC_BIG = '2ELIFREP';
const MAGIC_BEFORE_3_4 = 'PERFFILE';

export interface FileSection {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** An event's attribute and the ids by which samples name it. */
export interface EventDescription {
  readonly attr: EventAttr;
  /** Ids in halves as `high * 2^32 + low`; real kernels number events from 1, far below 2^53. */
  readonly ids: readonly number[];
}

export interface FileHeader {
  readonly littleEndian: boolean;
  readonly isPipe: boolean;
  readonly headerSizeBytes: number;
  readonly data: FileSection;
  /** True where the recording did not end properly and the header was never completed (data size 0). */
  readonly isUnfinished: boolean;
  readonly events: readonly EventDescription[];
  /** Feature sections by feature number (HEADER_* in tools/perf/util/header.h). */
  readonly features: ReadonlyMap<number, FileSection>;
  /** What was wrong with optional parts, as sentences. */
  readonly problems: readonly string[];
}

/** Byte order by the magic and the size, or undefined when the bytes begin no perf.data. */
function detectByteOrder(header: Uint8Array): 'little' | 'big' | undefined {
  const magic = String.fromCharCode(...header.subarray(0, 8));
  if (magic === MAGIC_LITTLE) return 'little';
  if (magic === MAGIC_BIG) return 'big';
  if (magic !== MAGIC_BEFORE_3_4 || header.length < PIPE_HEADER_SIZE) return undefined;
  return header[8] === FILE_HEADER_SIZE || header[8] === PIPE_HEADER_SIZE ? 'little' : 'big';
}

/**
 * Reads the header of a file, or of a pipe's output saved in one.
 * @throws ParseError when it is not a perf.data, or names no event at all
 */
export function parseFileHeader(source: ByteSource): FileHeader {
  const bytes = source.read(0, Math.min(FILE_HEADER_SIZE, source.sizeBytes));
  const order = detectByteOrder(bytes);
  if (order === undefined) throw notPerfData(source.name, bytes);
  const littleEndian = order === 'little';
  const reader = new ByteReader(bytes, littleEndian, `${source.name}, file header`);
  reader.seek(8);
  const headerSizeBytes = reader.readSize();
  if (headerSizeBytes === PIPE_HEADER_SIZE) return pipeHeader(littleEndian);
  if (bytes.length < FILE_HEADER_SIZE) {
    throw new ParseError({
      what: 'the file ends within its header',
      where: source.name,
      found: `${source.sizeBytes} bytes`,
      expected: `at least ${FILE_HEADER_SIZE}`,
      hint: 'The recording was cut off before anything was written; record again.',
    });
  }
  const attrSizeBytes = reader.readSize();
  const attrs = readSection(reader);
  const data = readSection(reader);
  readSection(reader);
  const featureBits = Array.from({ length: 4 }, () => reader.readBigU64());
  const problems: string[] = [];
  const isUnfinished = data.sizeBytes === 0;
  const events = readEvents(source, littleEndian, attrs, attrSizeBytes, problems);
  const features = isUnfinished
    ? new Map<number, FileSection>()
    : readFeatures(source, littleEndian, data, featureBits, problems);
  return { littleEndian, isPipe: false, headerSizeBytes, data, isUnfinished, events, features, problems };
}

/**
 * Reads the header of a pipe.
 * @param bytes the first PIPE_HEADER_SIZE bytes, or fewer where the pipe broke off
 * @returns undefined where the pipe carries a recording with the header of a file
 * @throws ParseError when it carries no recording
 */
export function parsePipeHeader(name: string, bytes: Uint8Array): FileHeader | undefined {
  const order = detectByteOrder(bytes);
  if (order === undefined || bytes.length < PIPE_HEADER_SIZE) throw notPerfData(name, bytes);
  const littleEndian = order === 'little';
  const reader = new ByteReader(bytes, littleEndian, `${name}, header`);
  reader.seek(8);
  return reader.readSize() === PIPE_HEADER_SIZE ? pipeHeader(littleEndian) : undefined;
}

function pipeHeader(littleEndian: boolean): FileHeader {
  return {
    littleEndian,
    isPipe: true,
    headerSizeBytes: PIPE_HEADER_SIZE,
    data: { offset: PIPE_HEADER_SIZE, sizeBytes: 0 },
    isUnfinished: false,
    events: [],
    features: new Map(),
    problems: [],
  };
}

function readSection(reader: ByteReader): FileSection {
  return { offset: reader.readSize(), sizeBytes: reader.readSize() };
}

/** The attribute section: entries of attr_size bytes, a perf_event_attr and then {offset, size} of its ids. */
function readEvents(
  source: ByteSource,
  littleEndian: boolean,
  attrs: FileSection,
  attrSizeBytes: number,
  problems: string[],
): EventDescription[] {
  const where = `${source.name}, event attributes`;
  if (
    attrSizeBytes <= SECTION_SIZE ||
    attrs.sizeBytes < attrSizeBytes ||
    attrs.sizeBytes > source.sizeBytes
  ) {
    throw new ParseError({
      what: 'the file has no usable event attributes',
      where,
      found: `${attrs.sizeBytes} bytes in entries of ${attrSizeBytes}`,
      expected: 'at least one whole entry',
      hint: 'Nothing can be read without them; record again.',
    });
  }
  const reader = new ByteReader(source.read(attrs.offset, attrs.sizeBytes), littleEndian, where);
  const events: EventDescription[] = [];
  let idBytes = 0;
  for (let at = 0; at + attrSizeBytes <= attrs.sizeBytes; at += attrSizeBytes) {
    reader.seek(at);
    const attr = readEventAttr(reader, attrSizeBytes - SECTION_SIZE);
    reader.seek(at + attrSizeBytes - SECTION_SIZE);
    const idSection = readSection(reader);
    let ids: number[] = [];
    idBytes += idSection.sizeBytes;
    if (idBytes > source.sizeBytes) {
      problems.push(
        `the events claim more ids than the file holds: those from event ${events.length} on are left out`,
      );
    } else if (idSection.offset + idSection.sizeBytes <= source.sizeBytes) {
      const idReader = new ByteReader(
        source.read(idSection.offset, idSection.sizeBytes),
        littleEndian,
        `${where}, ids`,
      );
      ids = Array.from({ length: Math.floor(idSection.sizeBytes / 8) }, () => idReader.readAddress());
    } else {
      problems.push(`the ids of event ${events.length} lie outside the file`);
    }
    events.push({ attr, ids });
  }
  return events;
}

function readFeatures(
  source: ByteSource,
  littleEndian: boolean,
  data: FileSection,
  featureBits: readonly bigint[],
  problems: string[],
): Map<number, FileSection> {
  const features = new Map<number, FileSection>();
  const numbers: number[] = [];
  for (let bit = 0; bit < 256; bit++) if ((featureBits[bit >> 6] >> BigInt(bit & 63)) & 1n) numbers.push(bit);
  const tableOffset = data.offset + data.sizeBytes;
  if (tableOffset + numbers.length * SECTION_SIZE > source.sizeBytes) {
    if (numbers.length > 0)
      problems.push('the feature sections are missing: the file is shorter than it says');
    return features;
  }
  const table = new ByteReader(
    source.read(tableOffset, numbers.length * SECTION_SIZE),
    littleEndian,
    `${source.name}, feature table`,
  );
  for (const number of numbers) {
    const offset = table.readAddress();
    const sizeBytes = table.readAddress();
    if (offset >= 0 && sizeBytes >= 0 && offset + sizeBytes <= source.sizeBytes) {
      features.set(number, { offset, sizeBytes });
    } else problems.push(`feature section ${number} lies outside the file`);
  }
  return features;
}

function notPerfData(name: string, bytes: Uint8Array): ParseError {
  if (bytes.length === 0) {
    return new ParseError({
      what: 'the file is empty',
      where: name,
      expected: 'a recording that begins with PERFILE2',
      hint: 'Did perf record end properly?',
    });
  }
  const printable = String.fromCharCode(...bytes.subarray(0, 8)).replace(/[^\x20-\x7e]/g, '.');
  return new ParseError({
    what: 'not a perf.data file',
    where: name,
    found: `'${printable}' at its beginning`,
    expected: `'${MAGIC_LITTLE}'`,
    hint: 'Give a file that perf record wrote.',
  });
}
