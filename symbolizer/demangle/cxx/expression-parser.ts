/**
 * Expressions and literals in a mangled C++ name: Itanium C++ ABI 5.1.6 "Expressions", 5.1.6.1 "Literals".
 *
 * Left out on purpose, because the GNU demanglers leave such names mangled: requires-expressions (`rq`, `rQ`),
 * subobject expressions (`so`), function parameters of an enclosing prototype (`fL`), typeid (`ti`, `te`).
 */

import { Cursor } from './cursor';
import { listNode, nameNode, Node, NodeKind, operationNode } from './node';
import { Code, findOperator, nullptrType } from './operators';

export abstract class ExpressionParser extends Cursor {
  /** Inside an expression `cv` is a cast; elsewhere it names a conversion function. */
  protected inExpression = false;
  /** The name of a conversion function is being read: see `parseTemplateParameterType`. */
  protected inConversion = false;
  /** `sr` met a name that old compilers (GCC before 4.5) meant otherwise: parsing again with `oldScopes` may help. */
  metAmbiguousScope = false;

  /** @param oldScopes Read `sr1A1x` as old compilers meant it, A::x; it is `sr1AE1x` in the ABI. */
  constructor(
    name: string,
    private readonly oldScopes: boolean,
  ) {
    super(name);
  }

  protected abstract parseType(): Node;
  protected abstract parseParameters(): Node;
  protected abstract parseTemplateParameter(): Node;
  /** <template-args>, from the `I` or `J` on. */
  protected abstract parseTemplateArguments(): Node;
  /** The arguments of a <template-args> after its `I`, and its `E`. */
  protected abstract parseTemplateArgumentList(): Node;
  protected abstract parseUnqualifiedName(scope: Node | null, module: Node | null): Node;
  protected abstract parsePrefix(): Node;
  protected abstract parseSourceName(): Node;
  /** <mangled-name>; old compilers forgot its `_` inside a literal. */
  protected abstract parseNestedMangledName(): Node;

  /** <expression> */
  protected parseExpression(): Node {
    const outer = this.inExpression;
    this.inExpression = true;
    const expression = this.parseSubexpression();
    this.inExpression = outer;
    return expression;
  }

  private parseSubexpression(): Node {
    this.enter();
    const expression = this.parseAnyExpression();
    this.leave();
    return expression;
  }

  private parseAnyExpression(): Node {
    const first = this.peek();
    const second = this.peekSecond();
    if (first === 'L') return this.parsePrimary();
    if (first === 'T') return this.parseTemplateParameter();
    if (first === 's' && second === 'r') return this.parseUnresolvedName();
    if (first === 's' && second === 'p') {
      this.pos += 2;
      return new Node(NodeKind.PackExpansion, this.parseSubexpression());
    }
    if (first === 'f' && second === 'p') return this.parseFunctionParameter();
    if (this.atDigit() || (first === 'o' && second === 'n')) {
      if (first === 'o') this.pos += 2;
      return this.withTemplateArguments(this.parseUnqualifiedName(null, null));
    }
    if ((first === 'i' || first === 't') && second === 'l') {
      this.pos += 2;
      const type = first === 't' ? this.parseType() : null;
      return new Node(NodeKind.InitializerList, type, this.parseExpressionList('E'));
    }
    if (first === 'u') {
      this.pos++;
      const name = this.parseSourceName();
      return new Node(NodeKind.VendorExpression, name, this.parseTemplateArgumentList());
    }
    return this.parseOperatorExpression();
  }

  private withTemplateArguments(name: Node): Node {
    if (this.peek() !== 'I') return name;
    return new Node(NodeKind.Template, name, this.parseTemplateArguments());
  }

  /** `fp` and its kin: a parameter of the function whose type is being written. */
  private parseFunctionParameter(): Node {
    this.pos += 2;
    const number = this.eat('T') ? 0 : this.readCompactNumber() + 1;
    return new Node(NodeKind.FunctionParameter, null, null, '', number);
  }

  /**
   * <unresolved-name> after `sr`. A name after it begins, in the ABI, the levels of a nested one that ends with `E`;
   * old compilers wrote a single type there, without the `E`.
   */
  private parseUnresolvedName(): Node {
    this.pos += 2;
    let scope: Node | null;
    if (!this.oldScopes && (this.atDigit() || this.atLowercase() || /[CUL]/.test(this.peek()))) {
      this.metAmbiguousScope = true;
      scope = this.parsePrefix();
      if (this.failed) {
        // The GNU demanglers do not notice, and take what follows for the name. It is seldom one; then the parse
        // fails and the old reading is tried. Where it is one (`aasr1BIT_E1vsr1CIT_E1v`), they print nonsense.
        this.overlookFailure();
        scope = null;
      }
      this.eat('E');
    } else {
      scope = this.parseType();
    }
    return this.withTemplateArguments(this.parseUnqualifiedName(scope, null));
  }

  private parseOperatorExpression(): Node {
    const operator = this.parseExpressionOperator();
    if (operator.kind === NodeKind.Cast) {
      // cv <type> <expression>, or cv <type> _ <expression>* E
      const operand = this.eat('_') ? this.parseExpressionList('E') : this.parseSubexpression();
      return new Node(NodeKind.Unary, operator, operand);
    }
    if (operator.kind !== NodeKind.Operator) return this.fail();
    switch (findOperator(operator.value)?.arity) {
      case 0:
        return new Node(NodeKind.Nullary, operator);
      case 1:
        return this.parseUnary(operator);
      case 2:
        return this.parseBinary(operator);
      default:
        return this.parseTrinary(operator);
    }
  }

  /** The two letters of an operator, or `cv` and its type. */
  private parseExpressionOperator(): Node {
    if (this.at('cv')) {
      this.pos += 2;
      return new Node(NodeKind.Cast, this.parseType());
    }
    return this.parseOperatorCode();
  }

  /** <operator-name> of the plain kind: two letters. */
  protected parseOperatorCode(): Node {
    const code = (this.peekCode() << 8) | this.name.charCodeAt(this.pos + 1);
    const operator = findOperator(code);
    this.pos = Math.min(this.pos + 2, this.name.length);
    return operator === undefined ? this.fail() : operator.node;
  }

  private parseUnary(operator: Node): Node {
    switch (operator.value) {
      case Code.sizeofType:
        return new Node(NodeKind.Unary, operator, this.parseType());
      case Code.sizeofCapturedPack:
        return new Node(NodeKind.Unary, operator, this.parseTemplateArgumentList());
      case Code.plusPlus:
      case Code.minusMinus:
        if (!this.eat('_')) return new Node(NodeKind.Postfix, operator, this.parseSubexpression());
        return new Node(NodeKind.Unary, operator, this.parseSubexpression());
      default:
        return new Node(NodeKind.Unary, operator, this.parseSubexpression());
    }
  }

  private parseBinary(operator: Node): Node {
    let first: Node;
    let second: Node;
    switch (operator.value) {
      case Code.staticCast:
      case Code.dynamicCast:
      case Code.constCast:
      case Code.reinterpretCast:
        first = this.parseType();
        second = this.parseSubexpression();
        break;
      case Code.foldLeft:
      case Code.foldRight:
        first = this.parseOperatorCode();
        second = this.parseSubexpression();
        break;
      case Code.designatedField:
        first = this.parseUnqualifiedName(null, null);
        second = this.parseSubexpression();
        break;
      case Code.call:
        first = this.parseSubexpression();
        second = this.parseExpressionList('E');
        break;
      case Code.dot:
      case Code.pointerMember:
        first = this.parseSubexpression();
        second =
          this.at('gs') || this.at('sr')
            ? this.parseSubexpression()
            : this.withTemplateArguments(this.parseUnqualifiedName(null, null));
        break;
      default:
        first = this.parseSubexpression();
        second = this.parseSubexpression();
    }
    return operationNode(NodeKind.Binary, operator, [first, second]);
  }

  private parseTrinary(operator: Node): Node {
    let operands: Node[];
    switch (operator.value) {
      case Code.foldLeftInit:
      case Code.foldRightInit:
        operands = [this.parseOperatorCode(), this.parseSubexpression(), this.parseSubexpression()];
        break;
      case Code.new:
      case Code.newArray:
        operands = this.parseNew();
        break;
      default:
        operands = [this.parseSubexpression(), this.parseSubexpression(), this.parseSubexpression()];
    }
    return operationNode(NodeKind.Trinary, operator, operands);
  }

  /** nw <expression>* _ <type> (E | pi <expression>* E | il <expression>* E): placement, type and any initializer. */
  private parseNew(): Node[] {
    const operands = [this.parseExpressionList('_'), this.parseType()];
    if (this.at('pi')) {
      this.pos += 2;
      operands.push(this.parseExpressionList('E'));
    } else if (this.at('il')) {
      operands.push(this.parseSubexpression());
    } else {
      this.expect('E');
    }
    return operands;
  }

  /** <expression>* and the character that ends them. */
  private parseExpressionList(end: string): Node {
    const items: Node[] = [];
    while (!this.eat(end)) {
      if (this.failed) break;
      items.push(this.parseSubexpression());
    }
    return listNode(NodeKind.ParameterList, items);
  }

  /** <expr-primary>: a literal of a type, or L<mangled-name>E. The text of a value is kept as it is. */
  protected parsePrimary(): Node {
    this.expect('L');
    if (this.peek() === '_' || this.peek() === 'Z') {
      const encoding = this.parseNestedMangledName();
      this.expect('E');
      return encoding;
    }
    const type = this.parseType();
    if (type === nullptrType && this.eat('E')) return type;
    const negative = this.eat('n');
    const end = this.name.indexOf('E', this.pos);
    if (end <= this.pos) return this.fail();
    const digits = this.readText(end - this.pos);
    this.pos++;
    return new Node(NodeKind.Literal, type, nameNode(digits), digits, negative ? 1 : 0);
  }
}
