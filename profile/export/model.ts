/** What the export tables hold. Indexes are of those tables. */

import type { CodeKind } from '../tables/frame-functions';

/** The binary of addresses in no mapping. */
export const UNKNOWN_BINARY = '[unknown]';

export interface ExportBinary {
  /** As the recording names it; {@link UNKNOWN_BINARY} for addresses in no mapping. */
  readonly path: string;
  /** In hexadecimal; empty where it is not known. */
  readonly buildId: string;
  /** A recording that has it: of that machine it is. */
  readonly recording: number;
}

export interface ExportFunction {
  /** "[libc.so.6]" where no symbol covers the address. */
  readonly name: string;
  readonly isNamed: boolean;
  readonly binary: number;
  readonly kind: CodeKind;
  /** Source file; empty where it is not known. */
  readonly file: string;
}

/** A function of a frame. */
export interface ExportLine {
  readonly function: number;
  /** 0 where it is not known. */
  readonly line: number;
  readonly isInlined: boolean;
}

export interface ExportFrame {
  readonly binary: number;
  /** As disassemblers show it: of the binary, or of memory where there is no binary. A signed double; kernel ones are negative. */
  readonly address: number;
  /** The innermost inlined function first, last the one whose code it is. */
  readonly lines: readonly ExportLine[];
}

/** A thread under one of its names. */
export interface ExportThread {
  readonly recording: number;
  readonly pid: number;
  readonly tid: number;
  readonly comm: string;
  /** Name of the process. */
  readonly process: string;
}

export interface ExportEvent {
  readonly name: string;
  readonly unit: 'nanoseconds' | 'count';
  /** What its periods measure of a processor's time; undefined where they count something else. */
  readonly cpuTime: 'nanoseconds' | 'cycles' | undefined;
}

/** Records that the kernel could not write. */
export interface LostRecords {
  readonly recording: number;
  /** As ExportSamples.timeNs. */
  readonly timeNs: number;
  readonly count: number;
}

export interface ExportRecording {
  readonly name: string;
  /** The clock's time, in nanoseconds, that times of the samples count from. */
  readonly baseNs: bigint;
  /** As `uname -m` prints it there: "x86_64"; empty where it is not known. */
  readonly machine: string;
  readonly littleEndian: boolean;
}
