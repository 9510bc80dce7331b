/** What a fuzz target is: inputs that are sound, what is done with damaged ones, and where their structure lies. */

import { ParseError } from '../../parser';

/** The files or sections of one input, by name. */
export type Input = ReadonlyMap<string, Uint8Array>;

/** A number of the format: a size, a count, an offset or a kind. */
export interface Field {
  readonly at: number;
  readonly sizeBytes: 1 | 2 | 4 | 8;
}

/** A record, section or line, which can be moved, doubled and left out. */
export interface Block {
  readonly start: number;
  readonly end: number;
}

export interface Layout {
  readonly littleEndian: boolean;
  readonly fields: readonly Field[];
  readonly blocks: readonly Block[];
}

export interface Target {
  readonly name: string;
  /** What the sound inputs need that may not be here; undefined where they can be made. */
  readonly missing?: string;
  /** Sound inputs. Made once. */
  seeds(): Input[];
  /** Loads what {@link run} needs. */
  prepare?(): Promise<void>;
  /** Where a part's structure lies; of a target without, words are taken for fields wherever they stand. */
  layout?(part: string, bytes: Uint8Array): Layout;
  /** Sets checksums right, so that damage gets past them. */
  repair?(part: string, bytes: Uint8Array): void;
  /**
   * Does everything that the program would do with the input.
   * @throws ParseError where it is refused; anything else is a failure
   */
  run(input: Input): void | Promise<void>;
}

/** An input of one part. */
export function single(bytes: Uint8Array): Input {
  return new Map([['input', bytes]]);
}

/** Runs what may meet damage. @throws anything but a ParseError */
export function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Runs a target on an input. @throws anything but a ParseError */
export async function runTarget(target: Target, input: Input): Promise<void> {
  try {
    await target.run(input);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}
