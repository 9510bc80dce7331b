/**
 * Prints a whole tree: names, template arguments, lambdas, special names. Types and expressions are in the classes
 * that it extends. Spelling, spaces and parentheses are those of the GNU demanglers (c++filt, __cxa_demangle).
 */

import { type Node, NodeKind, withoutThisQualifiers } from './node';
import { TypePrinter } from './type-printer';

export class NamePrinter extends TypePrinter {
  /** The template whose name is being printed: a conversion function's type is written in terms of its arguments. */
  private currentTemplate: Node | null = null;
  /** TemplateArguments whose constraint is printed at the end of the function's type, not here. */
  private constraintPrintedLater: Node | null = null;

  /** The text of `node`; undefined if it refers to what is not there, or is too long. */
  printWhole(node: Node): string | undefined {
    this.print(node);
    return this.failed ? undefined : this.text;
  }

  protected print(node: Node): void {
    if (!this.enter()) return;
    this.printAny(node);
    this.leave();
  }

  private printAny(node: Node): void {
    switch (node.kind) {
      case NodeKind.Name:
      case NodeKind.StandardName:
      case NodeKind.Builtin:
        this.append(node.text);
        break;
      case NodeKind.Qualified:
        this.printPair(node.left!, '::', node.right!);
        break;
      case NodeKind.Local:
        this.print(this.printLocalScope(node));
        break;
      case NodeKind.Typed:
        this.printTyped(node);
        break;
      case NodeKind.Template:
        this.printTemplate(node);
        break;
      case NodeKind.AbiTagged:
        this.printPair(node.left!, '[abi:', node.right!);
        this.append(']');
        break;
      case NodeKind.Friend:
        this.print(node.left!);
        this.append('[friend]');
        break;
      case NodeKind.Constructor:
        this.print(node.left!);
        break;
      case NodeKind.Destructor:
        this.append('~');
        this.print(node.left!);
        break;
      case NodeKind.Lambda:
        this.printLambda(node);
        break;
      case NodeKind.UnnamedType:
        this.append(`{unnamed type#${node.value + 1}}`);
        break;
      case NodeKind.StructuredBinding:
        this.append('[');
        this.printItems(node);
        this.append(']');
        break;
      case NodeKind.Module:
        if (node.left !== null) this.print(node.left);
        if (node.value === 1) this.append(':');
        else if (node.left !== null) this.append('.');
        this.print(node.right!);
        break;
      case NodeKind.ModuleEntity:
        this.printPair(node.left!, '@', node.right!);
        break;
      case NodeKind.Special:
        this.append(node.text);
        this.print(node.left!);
        break;
      case NodeKind.ConstructionVtable:
        this.append('construction vtable for ');
        this.printPair(node.left!, '-in-', node.right!);
        break;
      case NodeKind.ReferenceTemporary:
        this.append(`reference temporary #${node.value} for `);
        this.print(node.left!);
        break;
      case NodeKind.Clone:
        this.printPair(node.left!, ' [clone ', node.right!);
        this.append(']');
        break;
      case NodeKind.Operator:
        this.printOperatorName(node.text);
        break;
      case NodeKind.VendorOperator:
        this.append('operator ');
        this.print(node.left!);
        break;
      case NodeKind.LiteralOperator:
        this.append('operator"" ');
        this.print(node.left!);
        break;
      case NodeKind.Conversion:
        this.printConversion(node.left!);
        break;
      case NodeKind.ParameterList:
        this.printItems(node);
        break;
      case NodeKind.TemplateArguments:
        this.printItems(node);
        if (node.right !== null && node !== this.constraintPrintedLater) this.printConstraint(node.right);
        break;
      case NodeKind.PackExpansion:
        this.printPackExpansion(node.left!);
        break;
      case NodeKind.Decltype:
        this.append('decltype (');
        this.print(node.left!);
        this.append(')');
        break;
      case NodeKind.TypeDeclaration:
      case NodeKind.NonTypeDeclaration:
      case NodeKind.TemplateDeclaration:
      case NodeKind.PackDeclaration:
        this.printDeclaration(node);
        break;
      default:
        if (node.kind >= NodeKind.FunctionParameter) this.printExpression(node);
        else this.printType(node);
    }
  }

  private printPair(first: Node, between: string, second: Node): void {
    this.print(first);
    this.append(between);
    this.print(second);
  }

  /**
   * Items with commas between them. A pack may print nothing; then the comma before it is dropped, provided that
   * nothing else follows.
   */
  protected printItems(list: Node): void {
    const { items } = list;
    let length = this.text.length;
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.append(', ');
      const before = this.text.length;
      this.print(items[i]);
      if (this.text.length > before) length = this.text.length;
    }
    this.truncate(length);
  }

  private printConstraint(expression: Node): void {
    this.append(' requires ');
    this.print(expression);
  }

  /** The function that a local entity is in, up to its `::`; the entity is returned. */
  private printLocalScope(local: Node): Node {
    this.print(local.left!);
    this.append('::');
    const entity = local.right!;
    if (entity.kind !== NodeKind.DefaultArgument) return entity;
    this.append(`{default arg#${entity.value + 1}}::`);
    return entity.left!;
  }

  /** A function: its return type around its name, parameters and qualifiers. */
  private printTyped(node: Node): void {
    const constraint = node.right!.kind === NodeKind.Constrained ? node.right!.right : null;
    const type = constraint === null ? node.right! : node.right!.left!;
    const qualified = qualifiedName(node.left!);
    const name = withoutThisQualifiers(qualified);
    const templateArguments = name.kind === NodeKind.Template ? name.right! : null;

    const outerScope = this.scope;
    const functionScope =
      templateArguments === null ? outerScope : { arguments: templateArguments, next: outerScope };
    const outerConstraint = this.constraintPrintedLater;

    this.scope = functionScope;
    this.leftOfFunction(type);
    this.scope = outerScope;
    this.constraintPrintedLater = templateArguments;
    this.printDeclaredName(node.left!);
    this.constraintPrintedLater = outerConstraint;
    this.scope = functionScope;
    this.rightOfFunction(type, qualified);
    if (constraint !== null) this.printConstraint(constraint);
    if (templateArguments?.right) this.printConstraint(templateArguments.right);
    this.scope = outerScope;
  }

  /** A function's name without the qualifiers of `*this`, which come after its parameters. */
  private printDeclaredName(name: Node): void {
    const unqualified = withoutThisQualifiers(name);
    if (unqualified.kind === NodeKind.Local) this.printDeclaredName(this.printLocalScope(unqualified));
    else this.print(unqualified);
  }

  private printTemplate(node: Node): void {
    const outer = this.currentTemplate;
    this.currentTemplate = node;
    this.print(node.left!);
    this.printTemplateArguments(node.right!);
    this.currentTemplate = outer;
  }

  /** In angle brackets, which are kept from running together with operators or each other. */
  private printTemplateArguments(list: Node): void {
    this.append(this.last === '<' ? ' <' : '<');
    this.print(list);
    this.append(this.last === '>' ? ' >' : '>');
  }

  private printConversion(type: Node): void {
    this.append('operator ');
    const outerScope = this.scope;
    if (this.currentTemplate !== null) {
      this.scope = { arguments: this.currentTemplate.right!, next: outerScope };
    }
    this.print(type);
    this.scope = outerScope;
  }

  private printOperatorName(text: string): void {
    const isWord = text >= 'a' && text <= 'z~';
    this.append(isWord ? 'operator ' : 'operator');
    this.append(text.endsWith(' ') ? text.slice(0, -1) : text);
  }

  /** `pattern...` with its pack's elements in turn; in a lambda's signature, or without a pack, as it stands. */
  private printPackExpansion(pattern: Node): void {
    const pack = this.lambdaHead === null ? this.findPack(pattern) : null;
    if (pack === null) {
      this.printOperand(pattern);
      this.append('...');
      return;
    }
    for (let i = 0; i < pack.items.length && !this.failed; i++) {
      if (i > 0) this.append(', ');
      this.packIndex = i;
      this.print(pattern);
    }
  }

  /** {lambda<parameters>(signature)#number} */
  private printLambda(node: Node): void {
    const outer = this.lambdaHead;
    const head = node.right;
    this.lambdaHead = head?.items ?? [];
    this.append('{lambda');
    if (head !== null) {
      this.append('<');
      head.items.forEach((declaration, index) => {
        if (index > 0) this.append(', ');
        this.print(declaration);
        this.append(' ');
        this.append(declaredName(declaration, index));
      });
      this.append('>');
    }
    this.append('(');
    this.print(node.left!);
    this.append(`)#${node.value + 1}}`);
    this.lambdaHead = outer;
  }

  protected nameOfLambdaParameter(index: number): string {
    const declaration = this.lambdaHead?.[index];
    return declaration === undefined ? `auto:${index + 1}` : declaredName(declaration, index);
  }

  private printDeclaration(node: Node): void {
    switch (node.kind) {
      case NodeKind.TypeDeclaration:
        this.append('typename');
        break;
      case NodeKind.NonTypeDeclaration:
        this.print(node.left!);
        break;
      case NodeKind.TemplateDeclaration:
        this.append('template<');
        this.printItems(node.left!);
        this.append('> class');
        break;
      default:
        this.print(node.left!);
        this.append('...');
    }
  }
}

/** The part of a function's name that may carry qualifiers of `*this` and template arguments of the function. */
function qualifiedName(name: Node): Node {
  const unqualified = withoutThisQualifiers(name);
  if (unqualified.kind !== NodeKind.Local) return name;
  const entity = unqualified.right!;
  return entity.kind === NodeKind.DefaultArgument ? entity.left! : entity;
}

/** The demangler's own name for a template parameter that a lambda declares. */
function declaredName(declaration: Node, index: number): string {
  switch (declaration.kind) {
    case NodeKind.NonTypeDeclaration:
      return `$N${index}`;
    case NodeKind.TemplateDeclaration:
      return `$TT${index}`;
    case NodeKind.PackDeclaration:
      return declaredName(declaration.left!, index);
    default:
      return `$T${index}`;
  }
}
