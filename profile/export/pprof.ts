/**
 * pprof: a gzip'd message of profile.proto (github.com/google/pprof, proto/profile.proto), as `go tool pprof`, Pyroscope and
 * Parca read it.
 *
 *   sample_type   of each event how many samples there were, and what they count; the last is what is shown first
 *   sample        stack (innermost location first), values, labels comm, pid, tid, and the recording where there are several
 *   location      binary and address in it as disassemblers show it; a line for each function, the innermost inlined first
 *   mapping       binary and build id. Processes map a binary at different addresses, so it begins at 0 here
 */

import { EMPTY_STACK, PairTable } from '../../unwinder';
import { UsageError } from '../session/usage-error';
import type { ProfileInput } from 'pprof-format';
import type { Exporter } from './exporter';
import type { ExportTables } from './tables';

/** Numbers that are encoded at once, and messages where each has few. */
const NUMBERS_AT_ONCE = 32_768;
const AT_ONCE = 4096;
/** Each takes a byte or more. */
const MOST_VALUES = 2 ** 27;

export const pprof: Exporter = {
  name: 'pprof',
  options: {
    describe: 'for go tool pprof, Pyroscope, Parca',
    extensions: ['.pb.gz', '.pprof'],
    takesOneEvent: false,
    needsTimes: false,
    needsLines: true,
    parts: [undefined],
  },
  async write(tables, target) {
    const [format, { gzipSync }] = await Promise.all([import('pprof-format'), import('fflate')]);
    const { Profile, StringTable } = format;
    const stringTable = new StringTable();
    const text = (value: string): number => stringTable.dedup(value);
    const values = tables.events.values.flatMap(({ name, unit }) => [
      { type: text(`${name} samples`), unit: text('count') },
      { type: text(name), unit: text(unit) },
    ]);
    // A message is its fields one after the other: encoded in pieces, there are never objects for all of it.
    const pieces = new Pieces();
    const add = (fields: Partial<ProfileInput>): void =>
      pieces.add(new Profile({ stringTable: new StringTable(format.emptyTableToken), ...fields }).encode());
    const addAll = (
      count: number,
      fieldsOf: (from: number, to: number) => Partial<ProfileInput>,
      atOnce = AT_ONCE,
    ): void => {
      for (let from = 0; from < count; from += atOnce) add(fieldsOf(from, Math.min(count, from + atOnce)));
    };
    const list = <T>(from: number, to: number, item: (index: number) => T): T[] =>
      Array.from({ length: to - from }, (_, i) => item(from + i));
    const { frames, functions } = tables;
    add({ sampleType: values });
    const samples = new SampleValues(tables);
    addAll(
      samples.count,
      (from, to) => ({ sample: list(from, to, (index) => sampleFields(tables, samples, index, text)) }),
      Math.max(1, Math.min(AT_ONCE, Math.floor(NUMBERS_AT_ONCE / Math.max(1, values.length)))),
    );
    add({ mapping: listMappings(tables, text) });
    addAll(frames.count, (from, to) => ({
      location: list(from, to, (index) => ({
        id: index + 1,
        mappingId: frames.binary(index) + 1,
        address: unsigned(frames.address(index)),
        line: frames.lines(index).map((line) => ({ functionId: line.function + 1, line: line.line })),
      })),
    }));
    addAll(functions.values.length, (from, to) => ({
      function: list(from, to, (index) => {
        const { name, file } = functions.values[index];
        return { id: index + 1, name: text(name), systemName: text(name), filename: text(file) };
      }),
    }));
    pieces.add(stringTable.encode());
    add({ defaultSampleType: values.at(1)?.type ?? 0 });
    // A name of the machine and a time would make two exports of one recording differ.
    target.open().write(gzipSync(pieces.joined(), { mtime: 0 }));
  },
};

class Pieces {
  private pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
  }

  /** All of them; there are none then. */
  joined(): Uint8Array {
    const joined = new Uint8Array(this.pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.pieces = [];
    return joined;
  }
}

/** Rows of one stack and thread are one sample, whatever their event. */
class SampleValues {
  /** (stack, thread). */
  private readonly keys = new PairTable();
  private readonly valueCount: number;
  /** By sample its first row, and by row the next one of the same sample; -1 for none. */
  private readonly firstRow: Int32Array;
  private readonly nextRow: Int32Array;

  /** @throws UsageError where it is too much */
  constructor(private readonly tables: ExportTables) {
    const { samples, events } = tables;
    this.valueCount = events.values.length * 2;
    this.firstRow = new Int32Array(samples.count).fill(-1);
    this.nextRow = new Int32Array(samples.count);
    for (let row = 0; row < samples.count; row++) this.keys.intern(samples.stack[row], samples.thread[row]);
    for (let row = samples.count - 1; row >= 0; row--) {
      const index = this.keys.intern(samples.stack[row], samples.thread[row]);
      this.nextRow[row] = this.firstRow[index];
      this.firstRow[index] = row;
    }
    if (this.count * this.valueCount > MOST_VALUES) {
      throw new UsageError(
        `pprof has ${this.valueCount} numbers for each of ${this.count} stacks, two of every event: choose one by --event`,
      );
    }
  }

  get count(): number {
    return this.keys.count;
  }

  stack(index: number): number {
    return this.keys.left[index];
  }

  thread(index: number): number {
    return this.keys.right[index];
  }

  /** Of each event how many samples there were, and their period. */
  of(index: number): number[] {
    const { samples } = this.tables;
    const values = new Array<number>(this.valueCount).fill(0);
    for (let row = this.firstRow[index]; row >= 0; row = this.nextRow[row]) {
      values[samples.event[row] * 2] += samples.samples[row];
      values[samples.event[row] * 2 + 1] += samples.period[row];
    }
    return values;
  }
}

function sampleFields(
  tables: ExportTables,
  samples: SampleValues,
  index: number,
  text: (value: string) => number,
) {
  const { recordings } = tables;
  const { pid, tid, comm, recording } = tables.threads.values[samples.thread(index)];
  const label = [
    { key: text('comm'), str: text(comm) },
    { key: text('pid'), num: pid },
    { key: text('tid'), num: tid },
  ];
  if (recordings.length > 1) label.push({ key: text('recording'), str: text(recordings[recording].name) });
  return { locationId: locationsOf(tables, samples.stack(index)), value: samples.of(index), label };
}

function locationsOf({ stacks }: ExportTables, stack: number): number[] {
  const ids: number[] = [];
  for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) ids.push(stacks.frame[at] + 1);
  return ids;
}

function listMappings({ binaries, frames }: ExportTables, text: (value: string) => number) {
  const limits = binaries.values.map(() => 0n);
  for (let frame = 0; frame < frames.count; frame++) {
    const binary = frames.binary(frame);
    const end = unsigned(frames.address(frame)) + 1n;
    if (end > limits[binary]) limits[binary] = end;
  }
  return binaries.values.map(({ path, buildId }, index) => ({
    id: index + 1,
    memoryStart: 0,
    memoryLimit: limits[index],
    filename: text(path),
    buildId: text(buildId),
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
    hasInlineFrames: true,
  }));
}

/** An address as 64 bits without sign: kernel addresses are negative here. */
function unsigned(address: number): bigint {
  return BigInt.asUintN(64, BigInt(address));
}
