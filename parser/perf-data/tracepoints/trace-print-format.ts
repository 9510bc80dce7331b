/**
 * A tracepoint's print format, ready to be filled in: the pieces of its printf format, each with its argument.
 *
 *   print fmt: "comm=%s pid=%d", REC->comm, REC->pid
 *   ──► text "comm=" | string REC->comm | text " pid=" | number REC->pid
 */

import { ExpressionParser } from './trace-expression';
import type { TraceExpression } from './trace-syntax';
import { TraceFormatError, TraceTokens } from './trace-tokens';
import { TurningExpressionParser } from './turned-expression';
import type { TracepointFormat } from './tracepoint-format';

/** One conversion of a printf format, after the percent sign. */
export interface Conversion {
  /** Of "-+0#". */
  readonly flags: string;
  /** '*' is taken from {@link TracePiece.length}; undefined where there is none. */
  readonly width: number | '*' | undefined;
  readonly precision: number | '*' | undefined;
  /** "d", "u", "x", "s", "p"… */
  readonly letter: string;
  /** How many l, less how many h. */
  readonly size: number;
  /** Of a pointer, what it points to: "S", "I4", "UL", "hC". */
  readonly extension: string;
}

export type TracePiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'number' | 'string' | 'pointer';
      readonly conversion: Conversion;
      readonly argument: TraceExpression;
      /** The argument of '*'. */
      readonly length: TraceExpression | undefined;
    };

const conversionPattern = /%([-+0#]*)(\*|\d+)?(?:\.(\*|\d*))?([-+0-9#.]*)([hlLzZ]*)([\s\S]?)/y;
const pointerPattern = /(?:[FfSs]|[Mm][RF]?|[Ii](?:S[pfs]*[hnbl]?c?|4[hnbl]?|6c?)?|U[LlBb]?|h[CDN]?)?/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Whose rules say which operator of an expression binds first. */
export type OperatorBinding = 'c' | 'libtraceevent';

/**
 * Parses a print format; undefined where it cannot be read, and fields are printed by themselves.
 * @param operators bind as in C, or as libtraceevent 1.9 has them (turned-expression.ts)
 */
export function parsePrintFormat(
  format: TracepointFormat,
  longSizeBytes: number,
  operators: OperatorBinding = 'c',
): TracePiece[] | undefined {
  try {
    const tokens = new TraceTokens(format.printFormat);
    if (tokens.kind !== 'string') return undefined;
    const text = tokens.next();
    const Parser = operators === 'c' ? ExpressionParser : TurningExpressionParser;
    return splitFormat(text, new Parser(tokens, format, longSizeBytes).parseArguments());
  } catch (error) {
    if (error instanceof TraceFormatError) return undefined;
    throw error;
  }
}

/** @throws TraceFormatError where arguments are missing */
function splitFormat(text: string, args: readonly TraceExpression[]): TracePiece[] {
  const pieces: TracePiece[] = [];
  let nextArgument = 0;
  const takeArgument = (): TraceExpression => {
    if (nextArgument >= args.length) throw new TraceFormatError('an argument is missing');
    return args[nextArgument++];
  };
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '%' || text[at + 1] === '%') {
      const end = findTextEnd(text, at);
      pieces.push({ kind: 'text', text: unescape(text.slice(at, end)) });
      at = end;
      continue;
    }
    conversionPattern.lastIndex = at;
    const [, flags, width, precision, , sizes, letter] = conversionPattern.exec(text)!;
    at = conversionPattern.lastIndex;
    const kind = kindOfConversion(letter);
    if (kind === undefined) {
      // As libtraceevent shows what it does not know; a format that ends here shows nothing.
      if (letter !== '') pieces.push({ kind: 'text', text: `>${letter}<` });
      continue;
    }
    const length = width === '*' || precision === '*' ? takeArgument() : undefined;
    let extension = '';
    if (kind === 'pointer') {
      pointerPattern.lastIndex = at;
      [extension] = pointerPattern.exec(text)!;
      at += extension.length;
    }
    const conversion: Conversion = {
      flags,
      width: parseLength(width),
      precision: parseLength(precision),
      letter,
      size: sizeOf(sizes),
      extension,
    };
    pieces.push({ kind, conversion, argument: takeArgument(), length });
  }
  return pieces;
}

function findTextEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === '\\' || (text[at] === '%' && text[at + 1] === '%')) at += 2;
    else if (text[at] === '%') break;
    else at++;
  }
  return Math.min(at, text.length);
}

function unescape(text: string): string {
  return text.replace(/\\([\s\S])|%%/g, (_, character: string | undefined) => {
    if (character === undefined) return '%';
    return escapes[character] ?? character;
  });
}

function kindOfConversion(letter: string): 'number' | 'string' | 'pointer' | undefined {
  if (letter === 's') return 'string';
  if (letter === 'p') return 'pointer';
  return letter !== '' && 'cduixXo'.includes(letter) ? 'number' : undefined;
}

function parseLength(text: string | undefined): number | '*' | undefined {
  if (text === undefined || text === '*') return text;
  // A width that no kernel writes must not make lines of gigabytes.
  return Math.min(Number(text), 4096);
}

function sizeOf(letters: string): number {
  let size = 0;
  for (const letter of letters) {
    if (letter === 'h') size--;
    else if (letter === 'l') size++;
    else size = letter === 'L' ? 2 : 1;
  }
  return size;
}
