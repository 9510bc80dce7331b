/** What is known of the addresses of a binary, as it is kept between runs. */

import type { RuleWords } from '../../unwinder';

/** The symbol at an address. */
export interface SymbolAnswer {
  /** As it is printed; undefined where no symbol covers the address. */
  readonly name: string | undefined;
  /** File offset of the symbol's start. */
  readonly startFileOffset: number;
  readonly sizeBytes: number;
  /** Whether it names data. */
  readonly isData: boolean;
}

/** A place in a source file: its path as the debug information has it, "??" where that does not say. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
}

/** One of the functions at an address. */
export interface ChainFrame {
  /** As it is printed; undefined for the function that the symbol names. */
  readonly name: string | undefined;
  readonly isInlined: boolean;
  /** Undefined until it is asked for: line tables are larger than all else. */
  position: SourcePosition | undefined;
}

/** All that is stored of one binary. */
export interface AnswerSet {
  /** What the answers hold for (known-answers.ts). */
  readonly key: string;
  /** Further files that the answers are from: what tells their content from any other, by path. */
  readonly sources: ReadonlyMap<string, string>;
  /** By file offset. */
  readonly symbols: ReadonlyMap<number, SymbolAnswer>;
  /** By svma: the functions, innermost first; empty where the debug information has none. */
  readonly chains: ReadonlyMap<number, readonly ChainFrame[]>;
  /** By svma; undefined where there is none. */
  readonly lines: ReadonlyMap<number, SourcePosition | undefined>;
  /** In which way the rules were made, as the unwinder says it; '' where there are none. */
  readonly rulesMadeBy: string;
  /** By file offset, below 2^32: how a frame is left. */
  readonly rules: ReadonlyMap<number, RuleWords>;
}
