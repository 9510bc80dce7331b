/**
 * What printing a tree needs to know: the text so far, the template arguments in scope, and the limits.
 *
 * A template parameter is looked up when it is printed, not when it is parsed: the same node, reached by a
 * substitution, may stand for different arguments, and in a conversion function its arguments come after it.
 *
 * A name of a few hundred characters can describe a text of exponential length. Printing stops for good, and the
 * name stays mangled, when it has cost too many steps, nests too deep, or has produced too much text.
 */

import { type Node, NodeKind } from './node';

const maxSteps = 1 << 18;
const maxDepth = 1024;
const maxTextLength = 1 << 20;

/** Template arguments in scope, innermost first. */
export interface TemplateScope {
  /** TemplateArguments. */
  readonly arguments: Node;
  readonly next: TemplateScope | null;
}

export abstract class PrinterState {
  protected text = '';
  /** The last character of `text`, or an empty string. */
  protected last = '';
  protected failed = false;
  protected scope: TemplateScope | null = null;
  /** Which element of a pack its name stands for; -1 for all of them. */
  protected packIndex = 0;
  /** In a lambda's signature: the declarations of its template parameters. Further ones are its `auto` parameters. */
  protected lambdaHead: readonly Node[] | null = null;
  private steps = 0;
  private depth = 0;

  protected append(text: string): void {
    if (text.length === 0) return;
    this.text += text;
    this.last = text[text.length - 1]!;
  }

  /**
   * Takes back the comma and space after the first `length` characters. The space still counts as the last character
   * printed: the GNU demanglers write `A<B<int>>` when a pack after `B<int>` is empty, but `A<B<int> >` otherwise.
   */
  protected truncate(length: number): void {
    if (length < this.text.length) this.text = this.text.slice(0, length);
  }

  protected fail(): void {
    this.failed = true;
  }

  /** Counts one step into the tree; false when the limits are reached. `leave` must follow if it is true. */
  protected enter(): boolean {
    if (this.failed) return false;
    if (++this.steps > maxSteps || this.depth >= maxDepth || this.text.length > maxTextLength) {
      this.failed = true;
      return false;
    }
    this.depth++;
    return true;
  }

  protected leave(): void {
    this.depth--;
  }

  /** Counts a step of a walk that prints nothing. */
  protected step(): boolean {
    if (++this.steps > maxSteps) this.failed = true;
    return !this.failed;
  }

  /** The argument that a TemplateParameter stands for, a pack as such; undefined if there is none. */
  private findArgument(parameter: Node): Node | undefined {
    return this.scope?.arguments.items[parameter.value];
  }

  /** The argument that a TemplateParameter stands for here and now, or null. */
  protected resolve(parameter: Node): Node | null {
    const argument = this.findArgument(parameter);
    if (argument?.kind !== NodeKind.TemplateArguments || this.packIndex < 0) return argument ?? null;
    return argument.items[this.packIndex] ?? null;
  }

  /** The first pack that `pattern` mentions, which is the one that expanding it goes through; or null. */
  protected findPack(pattern: Node | null): Node | null {
    if (pattern === null || !this.step()) return null;
    switch (pattern.kind) {
      case NodeKind.TemplateParameter: {
        if (this.scope === null) this.fail();
        const argument = this.findArgument(pattern);
        return argument?.kind === NodeKind.TemplateArguments ? argument : null;
      }
      case NodeKind.PackExpansion:
      case NodeKind.Lambda:
      case NodeKind.DefaultArgument:
      case NodeKind.AbiTagged:
        return null;
      default:
    }
    let pack = this.findPack(pattern.left);
    for (const item of pattern.items) pack ??= this.findPack(item);
    return pack ?? this.findPack(pattern.right);
  }
}
