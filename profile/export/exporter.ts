/** What a format is: how it is called, what it needs to know, and how it is written. docs/adding.md says how to add one. */

import type { ExportTables } from './tables';

export interface Exporter {
  /** As `--format` names it. */
  readonly name: string;
  readonly options: ExporterOptions;
  /** Writes everything. What is open when it returns is closed by the caller. */
  readonly write: (
    tables: ExportTables,
    target: ExportTarget,
    choices: ExportChoices,
  ) => void | Promise<void>;
}

export interface ExporterOptions {
  /** For the help: what it is read by. */
  readonly describe: string;
  /** Ends of file names that choose it where no format is named. */
  readonly extensions: readonly string[];
  /** Whether it can hold what one event counts, and no more. */
  readonly takesOneEvent: boolean;
  /** Whether samples are written one by one, with their times; else those of one stack are one. */
  readonly needsTimes: boolean;
  /** Whether frames are written with their source lines. */
  readonly needsLines: boolean;
  /** What is too large for its reader; undefined where no size is known to be. */
  readonly reader?: FileReader;
  /** Names of the files that are written, put before the end of the file's name; one without name for a single file. */
  readonly parts: readonly (string | undefined)[];
}

/** The program that a file is made for. */
export interface FileReader {
  readonly name: string;
  /** It does not open more, in whatever browser. */
  readonly mostBytes: number;
}

/** What the user chose, whatever the format. */
export interface ExportChoices {
  readonly weight: 'samples' | 'period';
  /** Whether each thread is a profile of its own, or all are one in the order of time; of formats that can do both. */
  readonly by: 'thread' | 'time';
}

/** Where a format writes to. */
export interface ExportTarget {
  /** The file of a part of {@link ExporterOptions.parts}. */
  open(part?: string): ExportFile;
}

export interface ExportFile {
  /** Appends; a text as UTF-8. The bytes may be reused after the call. */
  write(block: string | Uint8Array): void;
}
