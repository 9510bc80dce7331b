/**
 * The feature TRACING_DATA: what the kernel's tracing knows of the recorded tracepoints (written by
 * tools/perf/util/trace-event-info.c, perf 7.2).
 *
 *   17 08 44 "tracing" | version string | big endian u8 | size of long u8 | page size u32
 *   "header_page" 0, size u64, text | "header_event" 0, size u64, text
 *   ftrace events: nr u32 | (size u64, format text)
 *   systems: nr u32 | (name string, nr u32 | (size u64, format text))
 *   kallsyms: size u32, text | printk formats: size u32, text | from version 0.6 on, names of threads: size u64, text
 */

import { ByteReader, ParseError } from '../../bytes';
import { parseTracepointFormat, type TracepointFormat } from './tracepoint-format';

const MAGIC = '\x17\x08Dtracing';
/** Stands for every length of the section: one that is larger is damage. */
const NOTHING = new Uint8Array(0);

const utf8 = new TextDecoder();

export interface TracingData {
  readonly littleEndian: boolean;
  /** Bytes of the kernel's `long`. */
  readonly longSizeBytes: number;
  readonly formats: readonly TracepointFormat[];
  /** Format strings of trace_printk, by their address. */
  readonly printkFormats: ReadonlyMap<bigint, string>;
  /** Names of threads that tracing had noted. */
  readonly commByTid: ReadonlyMap<number, string>;
}

/**
 * Parses the section. What the formats cannot be read of is left out.
 * @throws ParseError where it is not tracing data; what is cut off at its end is missing only
 */
export function parseTracingData(bytes: Uint8Array, where: string): TracingData {
  const littleEndian = readByteOrder(bytes, where);
  const reader = new ByteReader(bytes, littleEndian, where);
  reader.skip(MAGIC.length);
  const version = parseFloat(reader.readCString());
  reader.skip(1);
  const longSizeBytes = reader.readU8();
  reader.skip(4);
  const formats: TracepointFormat[] = [];
  const printkFormats = new Map<bigint, string>();
  const commByTid = new Map<number, string>();
  try {
    for (let header = 0; header < 2; header++) {
      reader.readCString();
      reader.skip(reader.readSize());
    }
    readFormats(reader, 'ftrace', formats);
    const systemCount = reader.readU32();
    for (let i = 0; i < systemCount; i++) readFormats(reader, reader.readCString(), formats);
    reader.skip(reader.readU32());
    parsePrintkFormats(readText(reader, reader.readU32()), printkFormats);
    if (version >= 0.6) parseComms(readText(reader, reader.readSize()), commByTid);
  } catch (error) {
    if (!(error instanceof ParseError) || formats.length === 0) throw error;
  }
  return { littleEndian, longSizeBytes, formats, printkFormats, commByTid };
}

/** The byte order is in the section itself, before the first number that depends on it. */
function readByteOrder(bytes: Uint8Array, where: string): boolean {
  const reader = new ByteReader(bytes, true, where);
  const magic = String.fromCharCode(
    ...(bytes.length < MAGIC.length ? NOTHING : reader.readBytes(MAGIC.length)),
  );
  if (magic !== MAGIC) throw new ParseError({ what: 'no tracing data', where, found: `'${magic}'` });
  reader.readCString();
  return reader.readU8() === 0;
}

function readFormats(reader: ByteReader, system: string, into: TracepointFormat[]): void {
  const count = reader.readU32();
  for (let i = 0; i < count; i++) {
    const format = parseTracepointFormat(system, readText(reader, reader.readSize()));
    if (format) into.push(format);
  }
}

function readText(reader: ByteReader, sizeBytes: number): string {
  return utf8.decode(reader.readBytes(sizeBytes));
}

/** Lines `0xADDRESS : "FORMAT"`. */
function parsePrintkFormats(text: string, into: Map<bigint, string>): void {
  for (const [, address, format] of text.matchAll(/^(0x[0-9a-f]+) : "(.*)"$/gm)) {
    into.set(BigInt(address), format.replace(/\\n$/, ''));
  }
}

/** Lines `TID COMM`. */
function parseComms(text: string, into: Map<number, string>): void {
  for (const [, tid, comm] of text.matchAll(/^(\d+) (.+)$/gm)) into.set(Number(tid), comm);
}
