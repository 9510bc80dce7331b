/**
 * Parquet: four tables for DuckDB, Spark, pandas. docs/fleet.md has the columns and the queries.
 *
 *   samples   recording, event, thread, CPU, time, what is counted, stack
 *   stacks    a row for each function of a stack: stack, depth (0 is where the sample was taken), frame
 *   frames    a function at an address: name, source line, whether it is inlined there, binary
 *   binaries  path, build id, machine
 *
 * Stacks are written out to their functions, so that no query needs recursion. Their numbers, and those of frames and binaries,
 * are made from all that their rows say (content-id.ts): rows of several exports with one number are equal.
 */

import { EMPTY_STACK, FrameTable } from '../../../unwinder';
import type { Exporter, ExportFile, ExportTarget } from '../exporter';
import { UNKNOWN_BINARY } from '../model';
import type { ExportTables } from '../tables';
import { idOfPair, idOfText } from './content-id';
import { startParquet, type ParquetColumn, type ParquetValue, type ParquetValues } from './parquet-file';

const ROWS_AT_ONCE = 50_000;

export const parquet: Exporter = {
  name: 'parquet',
  options: {
    describe: 'tables for SQL: DuckDB, Spark, pandas',
    extensions: ['.parquet'],
    takesOneEvent: false,
    needsTimes: true,
    needsLines: true,
    parts: ['samples', 'stacks', 'frames', 'binaries'],
  },
  async write(tables, target) {
    const ids = new Ids(tables);
    await writeSamples(target, tables, ids);
    await writeStacks(target, tables, ids);
    await writeFrames(target, tables, ids);
    await writeBinaries(target, tables, ids);
  },
};

/** Numbers of binaries, frames and stacks. */
class Ids {
  readonly binaries: readonly bigint[];
  /** By frame of ours, where the numbers of its functions begin in {@link functions}, innermost first; one more for the end. */
  private readonly firstOfFrame: Int32Array;
  private readonly functions: BigInt64Array;
  /** By stack; only of those that samples have, others are 0. */
  readonly stacks: BigInt64Array;

  constructor({ recordings, binaries, frames, functions, stacks }: ExportTables) {
    this.binaries = binaries.values.map(({ path, buildId, recording }) =>
      idOfText(`${recordings[recording].machine}\0${buildId}\0${path}`),
    );
    this.firstOfFrame = new Int32Array(frames.count + 1);
    for (let frame = 0; frame < frames.count; frame++) {
      this.firstOfFrame[frame + 1] = this.firstOfFrame[frame] + frames.lines(frame).length;
    }
    this.functions = new BigInt64Array(this.firstOfFrame[frames.count]);
    for (let frame = 0, next = 0; frame < frames.count; frame++) {
      const address = frames.address(frame);
      const binary = this.binaries[frames.binary(frame)];
      for (const line of frames.lines(frame)) {
        const { name, kind, file } = functions.values[line.function];
        const place = `${address}\0${kind}\0${line.isInlined}\0${line.line}\0${file}\0${name}`;
        this.functions[next++] = idOfPair(binary, idOfText(place));
      }
    }
    this.stacks = new BigInt64Array(stacks.count);
    for (let stack = 0; stack < stacks.count; stack++) {
      let id = stacks.parent[stack] === EMPTY_STACK ? 0n : this.stacks[stacks.parent[stack]];
      const own = this.ofFrame(stacks.frame[stack]);
      for (let i = own.length - 1; i >= 0; i--) id = idOfPair(id, own[i]);
      this.stacks[stack] = id;
    }
  }

  /** Of the functions of a frame of ours, the innermost first. */
  ofFrame(frame: number): BigInt64Array {
    return this.functions.subarray(this.firstOfFrame[frame], this.firstOfFrame[frame + 1]);
  }
}

const LARGEST_INT64 = (1n << 63n) - 1n;

/** Times and periods of damaged recordings are words of 64 bits without sign: what is beyond the format's is its largest. */
function asInt64(value: bigint): bigint {
  if (value > LARGEST_INT64) return LARGEST_INT64;
  return value < -LARGEST_INT64 ? -LARGEST_INT64 : value;
}

function writeSamples(target: ExportTarget, tables: ExportTables, ids: Ids): Promise<void> {
  const { samples, recordings, events, threads } = tables;
  const { event, thread, cpu, stack, timeNs } = samples;
  const threadOf = (row: number) => threads.values[thread[row]];
  const integer = (value: number): bigint => asInt64(BigInt(Math.round(value)));
  return writeRows(target.open('samples'), samples.count, [
    ['recording', 'STRING', (row) => recordings[threadOf(row).recording].name],
    ['event', 'STRING', (row) => events.values[event[row]].name],
    ['unit', 'STRING', (row) => events.values[event[row]].unit],
    ['pid', 'INT32', (row) => threadOf(row).pid],
    ['tid', 'INT32', (row) => threadOf(row).tid],
    ['process', 'STRING', (row) => threadOf(row).process],
    ['comm', 'STRING', (row) => threadOf(row).comm],
    ['cpu', 'INT32', (row) => (cpu[row] < 0 ? null : cpu[row])],
    [
      'time_ns',
      'INT64',
      (row) =>
        Number.isNaN(timeNs[row])
          ? null
          : asInt64(recordings[threadOf(row).recording].baseNs + integer(timeNs[row])),
    ],
    ['samples', 'INT64', (row) => integer(samples.samples[row])],
    ['period', 'INT64', (row) => integer(samples.period[row])],
    ['stack_id', 'INT64', (row) => ids.stacks[stack[row]]],
  ]);
}

async function writeStacks(target: ExportTarget, tables: ExportTables, ids: Ids): Promise<void> {
  const { samples, stacks } = tables;
  const columns: ParquetColumn[] = [
    { name: 'stack_id', type: 'INT64' },
    { name: 'depth', type: 'INT32' },
    { name: 'frame_id', type: 'INT64' },
  ];
  const file = target.open('stacks');
  const parquetFile = await startParquet((block) => file.write(block), columns);
  const isWritten = new Uint8Array(stacks.count);
  const written = new IdSet();
  const stackColumn = new BigInt64Array(ROWS_AT_ONCE);
  const depthColumn = new Int32Array(ROWS_AT_ONCE);
  const frameColumn = new BigInt64Array(ROWS_AT_ONCE);
  let rows = 0;
  const flush = (): void => {
    parquetFile.write([stackColumn, depthColumn, frameColumn].map((column) => column.slice(0, rows)));
    rows = 0;
  };
  for (let row = 0; row < samples.count; row++) {
    const stack = samples.stack[row];
    const id = ids.stacks[stack];
    if (isWritten[stack] === 1) continue;
    isWritten[stack] = 1;
    if (!written.add(id)) continue;
    let depth = 0;
    for (let at = stack; at !== EMPTY_STACK; at = stacks.parent[at]) {
      for (const frame of ids.ofFrame(stacks.frame[at])) {
        stackColumn[rows] = id;
        depthColumn[rows] = depth++;
        frameColumn[rows++] = frame;
        if (rows === ROWS_AT_ONCE) flush();
      }
    }
  }
  if (rows > 0) flush();
  parquetFile.finish();
}

function writeFrames(target: ExportTarget, tables: ExportTables, ids: Ids): Promise<void> {
  const { frames, functions } = tables;
  // Of each row its frame, and which of its functions it is.
  const frameOf: number[] = [];
  const depthOf: number[] = [];
  const met = new IdSet();
  for (let frame = 0; frame < frames.count; frame++) {
    ids.ofFrame(frame).forEach((id, depth) => {
      if (!met.add(id)) return;
      frameOf.push(frame);
      depthOf.push(depth);
    });
  }
  const lineOf = (row: number) => frames.lines(frameOf[row])[depthOf[row]];
  const functionOf = (row: number) => functions.values[lineOf(row).function];
  return writeRows(target.open('frames'), frameOf.length, [
    ['frame_id', 'INT64', (row) => ids.ofFrame(frameOf[row])[depthOf[row]]],
    ['function', 'STRING', (row) => functionOf(row).name],
    ['kind', 'STRING', (row) => functionOf(row).kind],
    ['inlined', 'BOOLEAN', (row) => lineOf(row).isInlined],
    ['file', 'STRING', (row) => (functionOf(row).file === '' ? null : functionOf(row).file)],
    ['line', 'INT32', (row) => (lineOf(row).line === 0 ? null : lineOf(row).line)],
    ['address', 'INT64', (row) => BigInt.asIntN(64, BigInt(frames.address(frameOf[row])))],
    ['binary_id', 'INT64', (row) => ids.binaries[frames.binary(frameOf[row])]],
  ]);
}

function writeBinaries(target: ExportTarget, tables: ExportTables, ids: Ids): Promise<void> {
  const { binaries, recordings } = tables;
  const rows = firstOfEach(binaries.values.map((binary, index) => ({ binary, id: ids.binaries[index] })));
  return writeRows(target.open('binaries'), rows.length, [
    ['binary_id', 'INT64', (row) => rows[row].id],
    ['path', 'STRING', (row) => (rows[row].binary.path === UNKNOWN_BINARY ? null : rows[row].binary.path)],
    ['build_id', 'STRING', (row) => (rows[row].binary.buildId === '' ? null : rows[row].binary.buildId)],
    ['machine', 'STRING', (row) => recordings[rows[row].binary.recording].machine || null],
  ]);
}

/** Numbers of 64 bits, in a fraction of what a set of bigints takes. */
class IdSet {
  private readonly table = new FrameTable();
  private readonly id = new BigInt64Array(1);
  private readonly halves = new Uint32Array(this.id.buffer);

  /** Whether it was not there. */
  add(id: bigint): boolean {
    const { count } = this.table;
    this.id[0] = id;
    return this.table.intern(0, this.halves[0], this.halves[1]) === count;
  }
}

function firstOfEach<Row extends { readonly id: bigint }>(rows: readonly Row[]): Row[] {
  const met = new Set<bigint>();
  return rows.filter(({ id }) => !met.has(id) && met.add(id));
}

type ColumnOfRows = readonly [
  name: string,
  type: ParquetColumn['type'],
  value: (row: number) => ParquetValue,
];

/** Writes a table by what each column has in a row. */
async function writeRows(file: ExportFile, count: number, columns: readonly ColumnOfRows[]): Promise<void> {
  const parquetFile = await startParquet(
    (block) => file.write(block),
    columns.map(([name, type]) => ({ name, type })),
  );
  for (let start = 0; start < count; start += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - start);
    parquetFile.write(
      columns.map(([, , value]): ParquetValues => Array.from({ length }, (_, i) => value(start + i))),
    );
  }
  parquetFile.finish();
}
