/** The tokens of a tracepoint's print format: words, strings and characters in quotes, C's operators. */

/** A print format cannot be read; where formats are used this is expected, not an error of the recording. */
export class TraceFormatError extends Error {}

export type TokenKind = 'word' | 'string' | 'character' | 'operator' | 'end';

interface Token {
  readonly kind: TokenKind;
  /** Of strings and characters without the quotes, escapes as they are. */
  readonly text: string;
}

const tokenPattern =
  /\s*(?:([A-Za-z0-9_]+)|"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|(->|\+\+|--|\|\||&&|<<|>>|[<>=!]=|[^\s\w"']))/y;

const END: Token = { kind: 'end', text: '' };

export class TraceTokens {
  private readonly tokens: Token[] = [];
  private position = 0;

  /** @throws TraceFormatError where quotes do not end */
  constructor(source: string) {
    tokenPattern.lastIndex = 0;
    const end = source.trimEnd().length;
    while (tokenPattern.lastIndex < end) {
      const match = tokenPattern.exec(source);
      if (!match) throw new TraceFormatError('quotes do not end');
      const [, word, string, character, operator] = match;
      if (word !== undefined) this.tokens.push({ kind: 'word', text: word });
      else if (string !== undefined) this.addString(string);
      else if (character !== undefined) this.tokens.push({ kind: 'character', text: character });
      else this.tokens.push({ kind: 'operator', text: operator });
    }
  }

  get kind(): TokenKind {
    return this.current.kind;
  }

  get text(): string {
    return this.current.text;
  }

  /** The text of the token after the current one. */
  get following(): string {
    return (this.tokens[this.position + 1] ?? END).text;
  }

  get isAtEnd(): boolean {
    return this.current.kind === 'end';
  }

  /** Takes the current token, whatever it is. */
  next(): string {
    const { text } = this.current;
    this.position++;
    return text;
  }

  /** Takes an operator if it is the current token. */
  take(operator: string): boolean {
    const isThere = this.kind === 'operator' && this.text === operator;
    if (isThere) this.position++;
    return isThere;
  }

  /** @throws TraceFormatError */
  expect(operator: string): void {
    if (!this.take(operator)) throw new TraceFormatError(`'${this.text}' where '${operator}' should be`);
  }

  /** @throws TraceFormatError */
  expectWord(): string {
    if (this.kind !== 'word') throw new TraceFormatError(`'${this.text}' where a name should be`);
    return this.next();
  }

  private get current(): Token {
    return this.tokens[this.position] ?? END;
  }

  /** Strings in a row are one. */
  private addString(text: string): void {
    const last = this.tokens.at(-1);
    if (last?.kind === 'string')
      this.tokens[this.tokens.length - 1] = { kind: 'string', text: last.text + text };
    else this.tokens.push({ kind: 'string', text });
  }
}
