/**
 * Reading position in a mangled C++ name, the substitution table, and the limits of a parse.
 *
 * Failure is a state, not an exception: `fail` moves the cursor to the end of the name, where `peek` sees no
 * character, every rule of the grammar comes to a stop and returns some node, and the one caller that started the
 * parse looks at `failed`. Most names of a symbol table are C names that fail at their first or second character;
 * throwing for each would cost more than parsing the others.
 */

import { nameNode, type Node } from './node';

/** What a parse may cost. Real names need a few steps for each character. */
const maxStepsPerCharacter = 64;
/** Rules nest at most this deep; as deep as the GNU demanglers go. */
const maxDepth = 2048;

const digit0 = 48;
const digit9 = 57;

const placeholder = nameNode('');

/** Where a parse can go back to. */
export interface Checkpoint {
  readonly pos: number;
  readonly substitutionCount: number;
  readonly lastName: Node | null;
}

export class Cursor {
  protected pos = 0;
  /** The name is not one of the grammar, or too costly. */
  failed = false;
  protected readonly substitutions: Node[] = [];
  /** The class whose constructor `C1` names, when it comes. */
  protected lastName: Node | null = null;
  private failedAt = 0;
  private stepsLeft: number;
  private depth = 0;

  constructor(protected readonly name: string) {
    this.stepsLeft = (name.length + 16) * maxStepsPerCharacter;
  }

  /** The next character, or an empty string at the end. */
  protected peek(): string {
    return this.pos < this.name.length ? this.name[this.pos] : '';
  }

  /** The character after the next one, or an empty string. */
  protected peekSecond(): string {
    return this.pos + 1 < this.name.length ? this.name[this.pos + 1] : '';
  }

  /** The next character's code, or NaN at the end. */
  protected peekCode(): number {
    return this.name.charCodeAt(this.pos);
  }

  protected atDigit(): boolean {
    const code = this.peekCode();
    return code >= digit0 && code <= digit9;
  }

  protected atLowercase(): boolean {
    const code = this.peekCode();
    return code >= 97 && code <= 122;
  }

  /** Whether the next characters are `text`. */
  protected at(text: string): boolean {
    return this.name.startsWith(text, this.pos);
  }

  /** Steps over `character` if it is next. */
  protected eat(character: string): boolean {
    if (this.peek() !== character) return false;
    this.pos++;
    return true;
  }

  /** Steps over `character`, which must be next. */
  protected expect(character: string): void {
    if (!this.eat(character)) this.fail();
  }

  /** Gives up. The node stands in for whatever was to be returned. */
  protected fail(): Node {
    if (!this.failed) this.failedAt = this.pos;
    this.failed = true;
    this.pos = this.name.length;
    return placeholder;
  }

  /** Counts one step of work into a rule that can nest; `leave` must follow. */
  protected enter(): void {
    this.depth++;
    if (--this.stepsLeft < 0 || this.depth > maxDepth) this.fail();
  }

  protected leave(): void {
    this.depth--;
  }

  protected checkpoint(): Checkpoint {
    return { pos: this.pos, substitutionCount: this.substitutions.length, lastName: this.lastName };
  }

  /** Goes on where `fail` was called first, as if the part that failed were not there. */
  protected overlookFailure(): void {
    if (this.stepsLeft < 0) return;
    this.failed = false;
    this.pos = this.failedAt;
  }

  /** Undoes everything since `checkpoint`, but not the running out of steps. */
  protected backtrack(checkpoint: Checkpoint): void {
    if (this.stepsLeft < 0) return;
    this.failed = false;
    this.pos = checkpoint.pos;
    this.substitutions.length = checkpoint.substitutionCount;
    this.lastName = checkpoint.lastName;
  }

  /** Makes `node` what the next free `S<seq-id>_` refers to, and returns it. */
  protected substitutable(node: Node): Node {
    this.substitutions.push(node);
    return node;
  }

  /** <non-negative decimal> or, after `n`, a negative one. Without digits it is 0, as a caller may want it. */
  protected readNumber(): number {
    const negative = this.eat('n');
    let value = 0;
    for (let code = this.peekCode(); code >= digit0 && code <= digit9; code = this.peekCode()) {
      value = value * 10 + (code - digit0);
      if (value > 0x7fffffff) {
        this.fail();
        return 0;
      }
      this.pos++;
    }
    return negative ? -value : value;
  }

  /** `_` is 0, `<number>_` is number + 1: how parameters, lambdas and unnamed types are counted. */
  protected readCompactNumber(): number {
    const value = this.eat('_') ? 0 : this.readNumberedTail();
    if (value < 0) this.fail();
    return value;
  }

  private readNumberedTail(): number {
    if (this.peek() === 'n') return -1;
    const value = this.readNumber() + 1;
    this.expect('_');
    return value;
  }

  /** <seq-id> _ : the index into the substitution table, in base 36 with capital letters. */
  protected readSequenceId(): number {
    if (this.eat('_')) return 0;
    let value = 0;
    for (;;) {
      const code = this.peekCode();
      let digit: number;
      if (code >= digit0 && code <= digit9) digit = code - digit0;
      else if (code >= 65 && code <= 90) digit = code - 65 + 10;
      else break;
      value = value * 36 + digit;
      if (value > 0x7fffffff) break;
      this.pos++;
    }
    this.expect('_');
    return value + 1;
  }

  /** The text of `lengthBytes` characters; fails when the name is shorter. */
  protected readText(lengthBytes: number): string {
    const start = this.pos;
    if (start + lengthBytes > this.name.length) {
      this.fail();
      return '';
    }
    this.pos += lengthBytes;
    return this.name.slice(start, this.pos);
  }
}
