/**
 * The data of a profile page: a header as JSON, and columns of numbers as one block of bytes (gzip, base64). Written by
 * page-data.ts, read by the page's script (app/).
 *
 *   labels   name, binary, kind                      a function, a thread, why a stack is cut off
 *   nodes    parent, label, line                     the tree of callers; parents before children, the root has no row
 *   threads  name, recording
 *   samples  node, thread, event, stop, time, and of how many samples the sum of their periods; in the order of time
 *
 * In the block each column has numbers as wide as its values need, or none where all are the same: what is not there needs
 * not be inflated, which takes most of the time that a large page needs to open. All are little endian; strings are indices into
 * the header's list.
 */

export const labelKinds = ['thread', 'user', 'inlined', 'generated', 'kernel', 'unknown', 'cut'] as const;

/** What a label stands for. */
export type LabelKind = (typeof labelKinds)[number];

/** Columns of a page, with how wide their numbers are in memory. */
export const columnTypes = {
  labelName: 'i32',
  labelBinary: 'i32',
  labelKind: 'u8',
  nodeParent: 'i32',
  nodeLabel: 'i32',
  nodeLine: 'i32',
  threadName: 'i32',
  threadRecording: 'u8',
  sampleNode: 'i32',
  sampleThread: 'i32',
  sampleEvent: 'u8',
  sampleStop: 'u8',
  sampleTimeNs: 'f64',
  samplePeriod: 'f64',
  sampleCount: 'i32',
} as const;

export type ColumnName = keyof typeof columnTypes;
type ColumnArrays = { u8: Uint8Array; i32: Int32Array; f64: Float64Array };
export type PageColumns = { readonly [Name in ColumnName]: ColumnArrays[(typeof columnTypes)[Name]] };

/** Columns whose values grow by little from row to row: written as differences, which gzip makes small. */
const differenceColumns: ReadonlySet<ColumnName> = new Set<ColumnName>(['nodeParent', 'sampleTimeNs']);

/** {@link PageColumns.nodeParent} below the root. */
export const NO_PARENT = -1;
/** {@link PageColumns.nodeLine} where the line is not known. */
export const NO_LINE = -1;
/** {@link PageColumns.sampleStop} of a stack that was not unwound here. */
export const NO_STOP = 255;

export type PeriodUnit = 'nanoseconds' | 'count';

export interface PageHeader {
  /** One recording, or before and after. */
  readonly recordings: readonly PageRecording[];
  /** Names of events, by number. */
  readonly events: readonly string[];
  /** By event, what its periods are. */
  readonly periodUnits: readonly PeriodUnit[];
  /** The event that is shown first. */
  readonly firstEvent: number;
  /** Why stacks stop, by number. */
  readonly stops: readonly string[];
  /** What the page begins with. */
  readonly view: 'flame' | 'functions';
  readonly unit: 'period' | 'samples';
  readonly strings: readonly string[];
  /** What is in the block. */
  readonly packed: PackedShapes;
}

/** How a column is stored in the block. */
export interface PackedShape {
  readonly length: number;
  /** What its numbers are; `constant` where all are {@link value} and the block has none. */
  readonly type: 'constant' | 'u8' | 'u16' | 'i32' | 'f64';
  readonly value?: number;
}

export type PackedShapes = Readonly<Record<ColumnName, PackedShape>>;

export interface PackedColumns {
  readonly packed: PackedShapes;
  readonly block: Uint8Array;
}

export interface PageRecording {
  readonly name: string;
  /** Whether samples have times; without, there is no time line. */
  readonly hasTimes: boolean;
}

type NumberType = Exclude<PackedShape['type'], 'constant'>;
type Numbers = Uint8Array | Uint16Array | Int32Array | Float64Array;

const arrayTypes = { u8: Uint8Array, u16: Uint16Array, i32: Int32Array, f64: Float64Array } as const;
const columnNames = Object.keys(columnTypes) as ColumnName[];

/** The columns as one block: the widest numbers first, so that each column is aligned. */
export function packColumns(columns: PageColumns): PackedColumns {
  const packed: Partial<Record<ColumnName, PackedShape>> = {};
  const written: Numbers[] = [];
  for (const name of columnNames) {
    const values = differenceColumns.has(name) ? differencesOf(columns[name]) : columns[name];
    const [least, most] = boundsOf(values);
    const { length } = values;
    if (length > 0 && least === most) packed[name] = { length, type: 'constant', value: least };
    else {
      const type = narrowest(values, least, most);
      packed[name] = { length, type };
      written.push(arrayTypes[type].from(values));
    }
  }
  written.sort((a, b) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  const block = new Uint8Array(written.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of written) {
    block.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return { packed: packed as PackedShapes, block };
}

/** The columns of a block by {@link packColumns}. @param block starts at a multiple of 8 of its buffer */
export function unpackColumns({ packed, block }: PackedColumns): PageColumns {
  const columns: Partial<Record<ColumnName, Numbers>> = {};
  let at = block.byteOffset;
  for (const name of blockOrder(packed)) {
    const { type, length, value } = packed[name];
    const column = new arrayTypes[columnTypes[name]](length);
    if (type === 'constant') column.fill(value!);
    else {
      const values = new arrayTypes[type](block.buffer as ArrayBuffer, at, length);
      column.set(values);
      at += values.byteLength;
    }
    if (differenceColumns.has(name)) addUp(column);
    columns[name] = column;
  }
  return columns as PageColumns;
}

/** As {@link packColumns} wrote them; those that are constant have no place. */
function blockOrder(packed: PackedShapes): ColumnName[] {
  const width = (name: ColumnName): number => {
    const { type } = packed[name];
    return type === 'constant' ? 0 : arrayTypes[type].BYTES_PER_ELEMENT;
  };
  return [...columnNames].sort((a, b) => width(b) - width(a));
}

function narrowest(values: Numbers, least: number, most: number): NumberType {
  if (!values.every(Number.isInteger)) return 'f64';
  if (least >= 0 && most <= 0xff) return 'u8';
  if (least >= 0 && most <= 0xffff) return 'u16';
  return least >= -(2 ** 31) && most < 2 ** 31 ? 'i32' : 'f64';
}

function boundsOf(values: Numbers): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function differencesOf(values: Numbers): Float64Array {
  const differences = Float64Array.from(values);
  for (let i = differences.length - 1; i > 0; i--) differences[i] -= differences[i - 1];
  return differences;
}

function addUp(values: Numbers): void {
  for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
}
