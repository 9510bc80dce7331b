/**
 * The error of unusable input (level 1 of docs/architecture.md, "Errors"): says what was read, where, what
 * was found and what was expected, so that the message alone tells a person what is wrong with the file.
 */

/** Facts that make up a {@link ParseError}'s message. */
export interface ParseErrorFacts {
  /** What was being read, e.g. "perf.data header". */
  readonly what: string;
  /** The file or section, and the offset if one is known: "a.out, section .sframe, offset 0x1c". */
  readonly where?: string;
  readonly found?: string;
  readonly expected?: string;
  /** What the person can do about it. */
  readonly hint?: string;
}

/** A part of the input that cannot be used as what it claims to be. */
export class ParseError extends Error {
  override readonly name = 'ParseError';

  constructor(readonly facts: ParseErrorFacts) {
    super(describeFacts(facts));
  }
}

/** Input that is sound, and more than the program keeps (the limits of SECURITY.md). */
export class LimitError extends ParseError {}

function describeFacts(facts: ParseErrorFacts): string {
  let text = facts.where === undefined ? facts.what : `${facts.where}: ${facts.what}`;
  if (facts.found !== undefined) text += `: found ${facts.found}`;
  if (facts.expected !== undefined)
    text += `${facts.found === undefined ? ':' : ','} expected ${facts.expected}`;
  if (facts.hint !== undefined) text += `. ${facts.hint}`;
  return text;
}
