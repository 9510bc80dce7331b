/**
 * Prints expressions as the GNU demanglers do: every operand in parentheses unless it is a name, a parameter or a
 * braced list.
 */

import { type Node, LiteralStyle, NodeKind } from './node';
import { Code, integerSuffixes } from './operators';
import { PrinterState } from './printer-state';

export abstract class ExpressionPrinter extends PrinterState {
  /** Prints any node. */
  protected abstract print(node: Node): void;
  /** Prints the items of a list, with commas. */
  protected abstract printItems(list: Node): void;

  protected printExpression(node: Node): void {
    switch (node.kind) {
      case NodeKind.FunctionParameter:
        this.append(node.value === 0 ? 'this' : `{parm#${node.value}}`);
        break;
      case NodeKind.Nullary:
        this.append(node.left!.text.trimEnd());
        break;
      case NodeKind.Unary:
        this.printUnary(node.left!, node.right!);
        break;
      case NodeKind.Postfix:
        this.printOperand(node.right!);
        this.append(node.left!.text);
        break;
      case NodeKind.Binary:
        this.printBinary(node);
        break;
      case NodeKind.Trinary:
        this.printTrinary(node);
        break;
      case NodeKind.Cast:
        this.print(node.left!);
        break;
      case NodeKind.InitializerList:
        if (node.left !== null) this.print(node.left);
        this.append('{');
        this.print(node.right!);
        this.append('}');
        break;
      case NodeKind.VendorExpression:
        this.print(node.left!);
        this.append('(');
        this.print(node.right!);
        this.append(')');
        break;
      case NodeKind.Literal:
        this.printLiteral(node);
        break;
      default:
        this.fail();
    }
  }

  /** An operand, in parentheses where it could need them. */
  protected printOperand(node: Node): void {
    switch (node.kind) {
      case NodeKind.Name:
      case NodeKind.Qualified:
      case NodeKind.InitializerList:
      case NodeKind.FunctionParameter:
        this.print(node);
        break;
      default:
        this.printParenthesized(node);
    }
  }

  private printParenthesized(node: Node): void {
    this.append('(');
    this.print(node);
    this.append(')');
  }

  private printUnary(operator: Node, operand: Node): void {
    if (operator.kind === NodeKind.Cast) {
      this.printParenthesized(operator);
      this.printOperand(operand);
      return;
    }
    switch (operator.value) {
      case Code.sizeofPack:
        this.append(String(this.findPack(operand)?.items.length ?? 0));
        return;
      case Code.sizeofCapturedPack:
        this.append(String(this.countArguments(operand)));
        return;
      default:
    }
    this.append(operator.text);
    switch (operator.value) {
      case Code.globalScope:
        this.print(operand);
        break;
      case Code.sizeofType:
      case Code.noexcept:
        this.printParenthesized(operand);
        break;
      case Code.addressOf:
        this.printOperand(isMemberFunction(operand) ? operand.left! : operand);
        break;
      default:
        this.printOperand(operand);
    }
  }

  /** How many arguments a list has once its packs are expanded. */
  private countArguments(list: Node): number {
    let count = 0;
    for (const item of list.items) {
      const pack = item.kind === NodeKind.PackExpansion ? this.findPack(item.left) : null;
      count += pack?.items.length ?? (item.kind === NodeKind.TemplateArguments ? item.items.length : 1);
    }
    return count;
  }

  private printBinary(node: Node): void {
    const operator = node.left!;
    const first = node.items[0];
    const second = node.items[1];
    switch (operator.value) {
      case Code.staticCast:
      case Code.dynamicCast:
      case Code.constCast:
      case Code.reinterpretCast:
        this.append(operator.text);
        this.append('<');
        this.print(first);
        this.append('>(');
        this.print(second);
        this.append(')');
        break;
      case Code.foldLeft:
      case Code.foldRight:
        this.printFold(operator, node.items);
        break;
      case Code.designatedField:
      case Code.designatedIndex:
        this.printDesignator(operator, node.items);
        break;
      case Code.call:
        // What is called is named without the types of its parameters.
        this.printOperand(first.kind === NodeKind.Typed ? first.left! : first);
        this.printOperand(second);
        break;
      case Code.index:
        this.printOperand(first);
        this.append('[');
        this.print(second);
        this.append(']');
        break;
      case Code.greater:
        // Not to be taken for the end of template arguments.
        this.append('(');
        this.printInfix(first, operator, second);
        this.append(')');
        break;
      default:
        this.printInfix(first, operator, second);
    }
  }

  private printInfix(first: Node, operator: Node, second: Node): void {
    this.printOperand(first);
    this.append(operator.text);
    this.printOperand(second);
  }

  private printTrinary(node: Node): void {
    const operator = node.left!;
    const [first, second, third] = node.items;
    switch (operator.value) {
      case Code.foldLeftInit:
      case Code.foldRightInit:
        this.printFold(operator, node.items);
        break;
      case Code.designatedRange:
        this.printDesignator(operator, node.items);
        break;
      case Code.question:
        this.printInfix(first, operator, second);
        this.append(' : ');
        this.printOperand(third);
        break;
      default:
        this.append('new ');
        if (first.items.length > 0) {
          this.printOperand(first);
          this.append(' ');
        }
        this.print(second);
        if (third !== undefined) this.printOperand(third);
    }
  }

  /** (... op pack), (pack op ...), (init op ... op pack), (pack op ... op init); packs are printed whole. */
  private printFold(operator: Node, items: readonly Node[]): void {
    const [by, first, second] = items;
    const outer = this.packIndex;
    this.packIndex = -1;
    this.append('(');
    if (operator.value === Code.foldLeft) {
      this.append('...');
      this.append(by.text);
      this.printOperand(first);
    } else {
      this.printOperand(first);
      this.append(by.text);
      this.append('...');
      if (second !== undefined) {
        this.append(by.text);
        this.printOperand(second);
      }
    }
    this.append(')');
    this.packIndex = outer;
  }

  /** .field=value, [index]=value, [first ... last]=value; a designator after a designator has no `=` between. */
  private printDesignator(operator: Node, items: readonly Node[]): void {
    const value = items[items.length - 1];
    if (operator.value === Code.designatedField) {
      this.append('.');
      this.print(items[0]);
    } else {
      this.append('[');
      this.print(items[0]);
      if (items.length === 3) {
        this.append(' ... ');
        this.print(items[1]);
      }
      this.append(']');
    }
    if (isDesignator(value)) {
      this.print(value);
    } else {
      this.append('=');
      this.printOperand(value);
    }
  }

  private printLiteral(node: Node): void {
    const type = node.left!;
    const digits = node.text;
    const sign = node.value === 1 ? '-' : '';
    const style = type.kind === NodeKind.Builtin ? (type.value as LiteralStyle) : LiteralStyle.Cast;
    if (style === LiteralStyle.Integer) {
      this.append(sign + digits + (integerSuffixes[type.text] ?? ''));
      return;
    }
    if (style === LiteralStyle.Boolean && sign === '' && (digits === '0' || digits === '1')) {
      this.append(digits === '1' ? 'true' : 'false');
      return;
    }
    this.printParenthesized(type);
    this.append(sign);
    this.append(style === LiteralStyle.Float ? `[${digits}]` : digits);
  }
}

/** `&A::f` needs no parameters to be understood. */
function isMemberFunction(node: Node): boolean {
  return node.kind === NodeKind.Typed && node.left!.kind === NodeKind.Qualified;
}

function isDesignator(node: Node): boolean {
  if (node.kind !== NodeKind.Binary && node.kind !== NodeKind.Trinary) return false;
  const code = node.left!.value;
  return code === Code.designatedField || code === Code.designatedIndex || code === Code.designatedRange;
}
