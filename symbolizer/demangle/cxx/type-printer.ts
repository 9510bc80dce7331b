/**
 * Prints types. A C++ type is written around what it declares:
 *
 *     int (*f(char)) [3]          a function of char, returning a pointer to an array of three ints
 *     ^^^^^^        ^^^^^
 *     left          right
 *
 * so every type prints in two parts. Pointers and their kin look at what they point to: around a function or an
 * array they need parentheses. Template parameters are looked through wherever the shape matters.
 */

import { isCvQualifier, isThisQualifier, withoutThisQualifiers, type Node, NodeKind } from './node';
import type { TemplateScope } from './printer-state';
import { hasExplicitThis, ThisQualifierPrinter } from './this-qualifier-printer';

/** What a pointer has to be parenthesized against. */
enum Shape {
  Plain,
  Array,
  Function,
}

export abstract class TypePrinter extends ThisQualifierPrinter {
  /** Where `referred` has put the text of the reference: `&` or `&&`. */
  private referenceText = '';
  /** The scopes in which the parameters that references refer to were printed first. */
  private readonly referenceScopes = new Map<Node, TemplateScope | null>();
  /** The references and template parameters that are being printed, outermost first. */
  private readonly inside: Node[] = [];

  /** What the parameter of a lambda's signature is called: of those it declares, or one that `auto` makes. */
  protected abstract nameOfLambdaParameter(index: number): string;

  protected printType(type: Node): void {
    this.left(type);
    this.right(type, false);
  }

  /** The parameters of a function, in their parentheses. */
  protected printParameters(parameters: Node, explicitThis: boolean): void {
    this.append(explicitThis ? '(this ' : '(');
    this.printItems(parameters);
    this.append(')');
  }

  /** What is before the declared name. */
  protected left(type: Node): void {
    if (!this.enter()) return;
    this.printLeft(type);
    this.leave();
  }

  private printLeft(type: Node): void {
    switch (type.kind) {
      case NodeKind.Pointer:
        this.leftOfCompound(type.left!, '*', false);
        break;
      case NodeKind.LvalueReference:
      case NodeKind.RvalueReference:
        this.leftOfReference(type);
        break;
      case NodeKind.Const:
      case NodeKind.Volatile:
      case NodeKind.Restrict:
        this.leftOfQualified(type);
        break;
      case NodeKind.Complex:
        this.leftOfCompound(type.left!, ' _Complex', true);
        break;
      case NodeKind.Imaginary:
        this.leftOfCompound(type.left!, ' _Imaginary', true);
        break;
      case NodeKind.VendorQualified:
        this.leftOfCompound(type.left!, ' ', true);
        this.print(type.right!);
        break;
      case NodeKind.Vector:
        this.leftOfCompound(type.right!, ' __vector(', true);
        this.print(type.left!);
        this.append(')');
        break;
      case NodeKind.MemberPointer:
        this.leftOfCompound(type.right!, '', true);
        if (this.last !== '(') this.append(' ');
        this.print(type.left!);
        this.append('::*');
        break;
      case NodeKind.Array:
        this.left(type.right!);
        break;
      case NodeKind.Function:
        this.leftOfFunction(type);
        break;
      case NodeKind.TemplateParameter:
        this.leftOfParameter(type);
        break;
      default:
        if (isThisQualifier(type.kind)) this.leftOfThisQualified(type);
        else this.print(type);
    }
  }

  /** What is after the declared name. `inArray` when it is the element of an array that has just been printed. */
  protected right(type: Node, inArray: boolean): void {
    if (!hasRight(type.kind) || !this.enter()) return;
    this.printRight(type, inArray);
    this.leave();
  }

  private printRight(type: Node, inArray: boolean): void {
    switch (type.kind) {
      case NodeKind.Pointer:
      case NodeKind.Complex:
      case NodeKind.Imaginary:
      case NodeKind.VendorQualified:
        this.rightOfCompound(type.left!);
        break;
      case NodeKind.LvalueReference:
      case NodeKind.RvalueReference:
        this.rightOfReference(type);
        break;
      case NodeKind.Vector:
      case NodeKind.MemberPointer:
        this.rightOfCompound(type.right!);
        break;
      case NodeKind.Const:
      case NodeKind.Volatile:
      case NodeKind.Restrict:
        if (this.shapeOf(type.left!) === Shape.Function) this.append(')');
        this.right(type.left!, inArray);
        break;
      case NodeKind.Array:
        this.append(inArray ? '[' : ' [');
        if (type.left !== null) this.print(type.left);
        this.append(']');
        this.right(type.right!, true);
        break;
      case NodeKind.Function:
        this.rightOfFunction(type, null);
        break;
      case NodeKind.TemplateParameter:
        this.rightOfParameter(type, inArray);
        break;
      default:
        this.rightOfThisQualified(type);
    }
  }

  private leftOfCompound(target: Node, text: string, alwaysSpaced: boolean): void {
    this.left(target);
    switch (this.shapeOf(target)) {
      case Shape.Function:
        this.openParenthesis(alwaysSpaced);
        break;
      case Shape.Array:
        this.append(' (');
        break;
      case Shape.Plain:
    }
    this.append(text);
  }

  private rightOfCompound(target: Node): void {
    if (this.shapeOf(target) !== Shape.Plain) this.append(')');
    this.right(target, false);
  }

  private openParenthesis(alwaysSpaced: boolean): void {
    const spaced = alwaysSpaced || (this.last !== '(' && this.last !== '*');
    if (spaced && this.last !== ' ') this.append(' ');
    this.append('(');
  }

  /** The return type of a function, and a space unless the function is in that type's parentheses. */
  protected leftOfFunction(type: Node): void {
    const result = type.left;
    if (result === null) return;
    this.left(result);
    if (!this.isWrittenAround(result)) this.append(' ');
    else if (this.shapeOf(result) === Shape.Array) this.append(' (');
  }

  /** Parameters, the qualifiers from `qualified` (outermost) inwards, and the rest of the return type. */
  protected rightOfFunction(type: Node, qualified: Node | null): void {
    this.printParameters(type.right!, hasExplicitThis(qualified));
    this.printThisQualifiers(qualified);
    const result = type.left;
    if (result === null) return;
    if (this.shapeOf(result) === Shape.Array) this.append(')');
    this.right(result, false);
  }

  /** A qualifier of functions belongs after the parameters; around anything else, right after that. */
  private leftOfThisQualified(type: Node): void {
    const base = withoutThisQualifiers(type);
    this.left(base);
    if (base.kind !== NodeKind.Function) this.printThisQualifiers(type);
  }

  private rightOfThisQualified(type: Node): void {
    const base = withoutThisQualifiers(type);
    if (base.kind === NodeKind.Function) this.rightOfFunction(base, type);
    else this.right(base, false);
  }

  /**
   * const, volatile and restrict, of which there may be several, separated by template parameters. Each is printed
   * once: `const T` with T = `const char` is `char const`. Those around an array belong to its elements.
   */
  private leftOfQualified(type: Node): void {
    const outerScope = this.scope;
    const qualifiers: NodeKind[] = [];
    let base = type;
    for (;;) {
      if (isCvQualifier(base.kind)) {
        if (!qualifiers.includes(base.kind)) qualifiers.push(base.kind);
        base = base.left!;
      } else if (base.kind === NodeKind.Array) {
        qualifiers.reverse();
        base = base.right!;
      } else if (base.kind === NodeKind.TemplateParameter && this.lambdaHead === null) {
        const argument = this.resolve(base);
        if (argument === null) {
          this.fail();
          return;
        }
        this.scope = this.scope!.next;
        base = argument;
      } else {
        break;
      }
      if (!this.step()) return;
    }
    this.left(base);
    if (this.shapeOf(base) === Shape.Function) this.openParenthesis(true);
    for (let i = qualifiers.length - 1; i >= 0; i--) this.append(cvText(qualifiers[i]));
    this.scope = outerScope;
  }

  private leftOfReference(reference: Node): void {
    const outerScope = this.scope;
    const target = this.referred(reference);
    if (target !== null) {
      const text = this.referenceText;
      this.inside.push(reference);
      this.leftOfCompound(target, text, false);
      this.inside.pop();
    }
    this.scope = outerScope;
  }

  private rightOfReference(reference: Node): void {
    const outerScope = this.scope;
    const target = this.referred(reference);
    if (target !== null) {
      this.inside.push(reference);
      this.rightOfCompound(target);
      this.inside.pop();
    }
    this.scope = outerScope;
  }

  /**
   * What a reference refers to, with `referenceText`, in a scope that the caller restores. A reference to a reference
   * collapses into one, and is an rvalue reference only if both are. Null after a failure.
   */
  private referred(reference: Node): Node | null {
    let target = reference.left!;
    this.referenceText = reference.kind === NodeKind.LvalueReference ? '&' : '&&';
    if (target.kind === NodeKind.TemplateParameter && this.lambdaHead === null) {
      this.enterReferenceScope(reference, target);
      const argument = this.argumentOf(target);
      if (argument === null || !isReference(argument)) return argument && target;
      target = argument;
    }
    if (!isReference(target)) return target;
    if (target.kind === NodeKind.LvalueReference) this.referenceText = '&';
    return target.left!;
  }

  /**
   * A reference to a template parameter keeps meaning what it meant where it was printed first, as with the GNU
   * demanglers: a substitution can bring it into the signature of another template.
   */
  private enterReferenceScope(reference: Node, parameter: Node): void {
    const first = this.referenceScopes.get(parameter);
    if (first === undefined) {
      this.referenceScopes.set(parameter, this.scope);
    } else if (!this.inside.includes(parameter) && !this.inside.includes(reference)) {
      this.scope = first;
    }
  }

  /** Whether `type` ends in a function or array, so that what it declares stands inside of it. */
  private isWrittenAround(type: Node): boolean {
    if (!this.step()) return false;
    switch (type.kind) {
      case NodeKind.Function:
      case NodeKind.Array:
        return true;
      case NodeKind.Vector:
      case NodeKind.MemberPointer:
        return this.isWrittenAround(type.right!);
      case NodeKind.LvalueReference:
      case NodeKind.RvalueReference: {
        const outerScope = this.scope;
        const target = this.referred(type);
        const isAround = target !== null && this.isWrittenAround(target);
        this.scope = outerScope;
        return isAround;
      }
      case NodeKind.TemplateParameter: {
        const argument = this.lambdaHead === null ? this.resolve(type) : null;
        if (argument === null) return false;
        const outerScope = this.scope;
        this.scope = outerScope!.next;
        const isAround = this.isWrittenAround(argument);
        this.scope = outerScope;
        return isAround;
      }
      default:
        return hasRight(type.kind) && this.isWrittenAround(type.left!);
    }
  }

  /** Whether a pointer to `type` needs parentheses. */
  private shapeOf(type: Node): Shape {
    switch (type.kind) {
      case NodeKind.Function:
        return Shape.Function;
      case NodeKind.Array:
        return Shape.Array;
      case NodeKind.Const:
      case NodeKind.Volatile:
      case NodeKind.Restrict:
        // A qualifier around a function has opened the parentheses itself.
        return this.step() && this.shapeOf(type.left!) === Shape.Array ? Shape.Array : Shape.Plain;
      case NodeKind.TemplateParameter: {
        const argument = this.lambdaHead === null ? this.resolve(type) : null;
        if (argument === null || !this.step()) return Shape.Plain;
        const outerScope = this.scope;
        this.scope = outerScope!.next;
        const shape = this.shapeOf(argument);
        this.scope = outerScope;
        return shape;
      }
      default:
        return isThisQualifier(type.kind) ? this.shapeOf(type.left!) : Shape.Plain;
    }
  }

  private leftOfParameter(parameter: Node): void {
    if (this.lambdaHead !== null) {
      this.append(this.nameOfLambdaParameter(parameter.value));
      return;
    }
    const argument = this.argumentOf(parameter);
    if (argument === null) return;
    const outerScope = this.scope;
    this.scope = outerScope!.next;
    this.inside.push(parameter);
    this.left(argument);
    this.inside.pop();
    this.scope = outerScope;
  }

  private rightOfParameter(parameter: Node, inArray: boolean): void {
    const argument = this.lambdaHead === null ? this.argumentOf(parameter) : null;
    if (argument === null) return;
    const outerScope = this.scope;
    this.scope = outerScope!.next;
    this.inside.push(parameter);
    this.right(argument, inArray);
    this.inside.pop();
    this.scope = outerScope;
  }

  /** What a template parameter stands for, to be printed in the next outer scope; it fails when there is nothing. */
  private argumentOf(parameter: Node): Node | null {
    const argument = this.resolve(parameter);
    if (argument === null) this.fail();
    return argument;
  }
}

/** Whether anything of a type of this kind can come after the declared name. */
function hasRight(kind: NodeKind): boolean {
  return (kind >= NodeKind.Const && kind <= NodeKind.Function) || kind === NodeKind.TemplateParameter;
}

function isReference(type: Node): boolean {
  return type.kind === NodeKind.LvalueReference || type.kind === NodeKind.RvalueReference;
}

function cvText(kind: NodeKind): string {
  if (kind === NodeKind.Const) return ' const';
  return kind === NodeKind.Volatile ? ' volatile' : ' restrict';
}
