/**
 * Rules that are known from an earlier run, so that the tables of a binary need not be searched for them. They hold as long as the binary's
 * files are the same, which is for those to know who keep them, and where they are made in the same way, which is said here (`madeBy`).
 */

import type { Module } from '../process/module';
import { RowSource } from '../tables/register-row';
import type { RuleWords } from './rule-cache';
import { RuleKind, SOURCE_SHIFT } from './unwind-rule';

/** Where rules are kept. */
export interface KnownRules {
  /**
   * The rules of a module; undefined where none are kept of it.
   * @param madeBy tells apart ways in which rules are made: those that were made in another are not to be given
   */
  ofModule(module: Module, madeBy: string): ModuleRules | undefined;
}

/** The rules of one module, by file offset (below 2^32). */
export interface ModuleRules {
  /** The rule for a file offset; undefined where it is not known. */
  find(fileOffset: number): RuleWords | undefined;
  /** Takes a rule that {@link find} did not know. Its kind is one that {@link isWholeRule} says yes to. */
  add(fileOffset: number, rule: RuleWords): void;
}

/**
 * Whether a rule's words are all of it, and say what the binary's tables do. Not so: the words of a general rule are an index into the rows of
 * one run; that there is no row, no binary or a damaged one is found out, and said, each time.
 * @param kind the kind with its flags, of whatever origin
 */
export function isWholeRule(kind: number): boolean {
  const source: RowSource = kind >> SOURCE_SHIFT;
  return wholeKinds.has(kind & ((1 << SOURCE_SHIFT) - 1)) && knownSources.has(source);
}

/** With the flag of a signal frame a kind is none of these. */
const wholeKinds: ReadonlySet<number> = new Set([
  RuleKind.FromStackPointer,
  RuleKind.FromFramePointer,
  RuleKind.AtFramePointer,
  RuleKind.Outermost,
  RuleKind.FramePointerGuess,
]);

const knownSources: ReadonlySet<number> = new Set([
  RowSource.SFrame,
  RowSource.Dwarf,
  RowSource.FramePointer,
]);
