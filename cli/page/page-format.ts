/**
 * The data of a profile page: a header as JSON, and columns of numbers as one block of bytes (gzip, base64). Written by
 * page-data.ts, read by the page's script (app/).
 *
 *   labels   name, binary, kind                      a function, a thread, why a stack is cut off
 *   nodes    parent, label, line                     the tree of callers; parents before children, the root has no row
 *   threads  name, recording
 *   samples  node, thread, event, stop, time, and of how many samples the sum of their periods
 *
 * All multi-byte numbers are little endian; strings are indices into the header's list.
 */

export const labelKinds = ['thread', 'user', 'inlined', 'generated', 'kernel', 'unknown', 'cut'] as const;

/** What a label stands for. */
export type LabelKind = (typeof labelKinds)[number];

/** Columns of a page, with how wide their numbers are. */
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
  sampleTimeUs: 'f64',
  samplePeriod: 'f64',
  sampleCount: 'i32',
} as const;

export type ColumnName = keyof typeof columnTypes;
type ColumnArrays = { u8: Uint8Array; i32: Int32Array; f64: Float64Array };
export type PageColumns = { readonly [Name in ColumnName]: ColumnArrays[(typeof columnTypes)[Name]] };

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
  /** Rows of each table, in the order of {@link columnTypes}. */
  readonly lengths: Readonly<Record<ColumnName, number>>;
}

export interface PageRecording {
  readonly name: string;
  /** Whether samples have times; without, there is no time line. */
  readonly hasTimes: boolean;
}

const bytesOf = { u8: 1, i32: 4, f64: 8 } as const;
const columnNames = Object.keys(columnTypes) as ColumnName[];

/** The columns as one block: 8-byte numbers first, so that each column is aligned. */
export function packColumns(columns: PageColumns): Uint8Array {
  const ordered = columnOrder().map((name) => columns[name]);
  const block = new Uint8Array(ordered.reduce((sum, column) => sum + column.byteLength, 0));
  let at = 0;
  for (const column of ordered) {
    block.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return block;
}

/** The columns of a block by {@link packColumns}. @param block starts at a multiple of 8 of its buffer */
export function unpackColumns(block: Uint8Array, lengths: PageHeader['lengths']): PageColumns {
  const columns: Partial<Record<ColumnName, ColumnArrays[keyof ColumnArrays]>> = {};
  let at = block.byteOffset;
  for (const name of columnOrder()) {
    const type = columnTypes[name];
    const length = lengths[name];
    if (type === 'f64') columns[name] = new Float64Array(block.buffer as ArrayBuffer, at, length);
    else if (type === 'i32') columns[name] = new Int32Array(block.buffer as ArrayBuffer, at, length);
    else columns[name] = new Uint8Array(block.buffer as ArrayBuffer, at, length);
    at += length * bytesOf[type];
  }
  return columns as PageColumns;
}

function columnOrder(): ColumnName[] {
  return [...columnNames].sort((a, b) => bytesOf[columnTypes[b]] - bytesOf[columnTypes[a]]);
}
