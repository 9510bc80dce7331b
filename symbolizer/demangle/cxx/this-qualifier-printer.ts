/** Prints what is written after the parameters of a function: the qualifiers of its `*this`, and what it may throw. */

import { ExpressionPrinter } from './expression-printer';
import { isThisQualifier, type Node, NodeKind } from './node';

export abstract class ThisQualifierPrinter extends ExpressionPrinter {
  /** The qualifiers around a function or the name of one, innermost first. */
  protected printThisQualifiers(qualified: Node | null): void {
    if (qualified === null || !isThisQualifier(qualified.kind) || !this.enter()) return;
    this.printThisQualifiers(qualified.left);
    this.printThisQualifier(qualified);
    this.leave();
  }

  private printThisQualifier(qualifier: Node): void {
    switch (qualifier.kind) {
      case NodeKind.ThisConst:
        this.append(' const');
        break;
      case NodeKind.ThisVolatile:
        this.append(' volatile');
        break;
      case NodeKind.ThisRestrict:
        this.append(' restrict');
        break;
      case NodeKind.ThisLvalue:
        this.append(' &');
        break;
      case NodeKind.ThisRvalue:
        this.append(' &&');
        break;
      case NodeKind.TransactionSafe:
        this.append(' transaction_safe');
        break;
      case NodeKind.Noexcept:
        this.append(' noexcept');
        if (qualifier.right !== null) this.printCondition(qualifier.right);
        break;
      case NodeKind.ThrowSpec:
        this.append(' throw');
        if (qualifier.right !== null) this.printCondition(qualifier.right);
        break;
      default:
    }
  }

  private printCondition(node: Node): void {
    this.append('(');
    this.print(node);
    this.append(')');
  }
}

/** Whether one of the qualifiers says that the first parameter is the object. */
export function hasExplicitThis(qualified: Node | null): boolean {
  for (let node = qualified; node !== null && isThisQualifier(node.kind); node = node.left) {
    if (node.kind === NodeKind.ThisExplicit) return true;
  }
  return false;
}
