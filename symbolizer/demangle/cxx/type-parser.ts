/**
 * Types and template arguments in a mangled C++ name: Itanium C++ ABI 5.1.5 "Type encodings", 5.1.5.9 "Template
 * arguments" and 5.1.5.10 "Template parameters".
 *
 * Left out on purpose, because the GNU demanglers leave such names mangled: constrained template parameters (`Tk`),
 * parameters of an outer level (`TL`), _BitInt (`DB`, `DU`), elaborated type specifiers (`Ts`, `Tu`, `Te`).
 */

import { ExpressionParser } from './expression-parser';
import { LiteralStyle, listNode, nameNode, Node, NodeKind } from './node';
import { extendedBuiltins, findBuiltin, voidType } from './operators';

export abstract class TypeParser extends ExpressionParser {
  /** <name> of any kind: here a class or enumeration. */
  protected abstract parseName(): Node;
  protected abstract parseSubstitution(inPrefix: boolean): Node;

  /** <type> */
  protected parseType(): Node {
    this.enter();
    const type = this.parseAnyType();
    this.leave();
    return type;
  }

  private parseAnyType(): Node {
    const first = this.peek();
    const builtin = findBuiltin(this.peekCode());
    if (builtin !== undefined) {
      this.pos++;
      return builtin;
    }
    switch (first) {
      case 'r':
      case 'V':
      case 'K':
        return this.parseQualifiedType();
      case 'P':
        return this.parseCompound(NodeKind.Pointer);
      case 'R':
        return this.parseCompound(NodeKind.LvalueReference);
      case 'O':
        return this.parseCompound(NodeKind.RvalueReference);
      case 'C':
        return this.parseCompound(NodeKind.Complex);
      case 'G':
        return this.parseCompound(NodeKind.Imaginary);
      case 'F':
        return this.substitutable(this.parseFunctionType());
      case 'A':
        return this.substitutable(this.parseArray());
      case 'M': {
        this.pos++;
        const owner = this.parseType();
        return this.substitutable(new Node(NodeKind.MemberPointer, owner, this.parseType()));
      }
      case 'T':
        return this.substitutable(this.parseTemplateParameterType());
      case 'S':
        return this.parseSubstitutedType();
      case 'D':
        return this.parseExtendedType();
      case 'U': {
        const second = this.peekSecond();
        if (second === 'l' || second === 't') return this.substitutable(this.parseName());
        this.pos++;
        let qualifier = this.parseSourceName();
        if (this.peek() === 'I') {
          qualifier = new Node(NodeKind.Template, qualifier, this.parseTemplateArguments());
        }
        return this.substitutable(new Node(NodeKind.VendorQualified, this.parseType(), qualifier));
      }
      case 'u': {
        this.pos++;
        const name = this.parseSourceName();
        return this.substitutable(new Node(NodeKind.Builtin, null, null, name.text));
      }
      default:
        // A class or enumeration. Any name will do, even an operator's, as it does for the GNU demanglers.
        return this.substitutable(this.parseName());
    }
  }

  private parseCompound(kind: NodeKind): Node {
    this.pos++;
    return this.substitutable(new Node(kind, this.parseType()));
  }

  private atTypeQualifier(): boolean {
    const first = this.peek();
    if (first === 'r' || first === 'V' || first === 'K') return true;
    const second = this.peekSecond();
    return first === 'D' && (second === 'x' || second === 'o' || second === 'O' || second === 'w');
  }

  /**
   * <CV-qualifiers> and what they qualify. All of them together make one substitution candidate, not each of them.
   * In front of a function type they belong to `*this`, and the type alone is not a candidate.
   */
  private parseQualifiedType(): Node {
    const qualifiers = this.readQualifiers();
    let type: Node;
    if (this.peek() === 'F') {
      type = this.parseFunctionType();
      // A ref-qualifier is after cv-qualifiers, thus around them.
      const reference = type.kind === NodeKind.ThisLvalue || type.kind === NodeKind.ThisRvalue ? type : null;
      type = wrapInQualifiers(reference?.left ?? type, qualifiers, true);
      if (reference !== null) type = new Node(reference.kind, type);
    } else {
      type = wrapInQualifiers(this.parseType(), qualifiers, false);
    }
    return this.substitutable(type);
  }

  /** Qualifiers in the order of the name, outermost first; `right` holds the operand of one that has any. */
  protected readQualifiers(): Node[] {
    const qualifiers: Node[] = [];
    while (this.atTypeQualifier()) {
      const first = this.peek();
      this.pos++;
      if (first === 'r') qualifiers.push(restrict);
      else if (first === 'V') qualifiers.push(volatile);
      else if (first === 'K') qualifiers.push(constant);
      else qualifiers.push(this.readFunctionQualifier());
    }
    return qualifiers;
  }

  private readFunctionQualifier(): Node {
    const letter = this.peek();
    this.pos++;
    switch (letter) {
      case 'x':
        return new Node(NodeKind.TransactionSafe);
      case 'o':
        return new Node(NodeKind.Noexcept);
      case 'O': {
        const condition = this.parseExpression();
        this.expect('E');
        return new Node(NodeKind.Noexcept, null, condition);
      }
      default: {
        const exceptions = this.parseParameters();
        this.expect('E');
        return new Node(NodeKind.ThrowSpec, null, exceptions);
      }
    }
  }

  /** <function-type>: F [Y] <return type> <parameters> [<ref-qualifier>] E */
  private parseFunctionType(): Node {
    this.enter();
    this.expect('F');
    this.eat('Y');
    let type = this.parseBareFunctionType(true);
    type = this.withRefQualifier(type);
    this.expect('E');
    this.leave();
    return type;
  }

  /** `subject` under the ref-qualifier that is next, if one is. */
  private withRefQualifier(subject: Node): Node {
    if (this.eat('R')) return new Node(NodeKind.ThisLvalue, subject);
    if (this.eat('O')) return new Node(NodeKind.ThisRvalue, subject);
    return subject;
  }

  /** <bare-function-type>: the return type, where there is one, and the parameters. */
  protected parseBareFunctionType(hasReturnType: boolean): Node {
    // J announces a return type where the rules would have none.
    if (this.eat('J')) hasReturnType = true;
    const result = hasReturnType ? this.parseType() : null;
    return new Node(NodeKind.Function, result, this.parseParameters());
  }

  /** At least one type; `void` alone stands for none. */
  protected parseParameters(): Node {
    const items: Node[] = [];
    for (;;) {
      const next = this.peek();
      if (next === '' || next === 'E' || next === '.' || next === 'Q') break;
      // A ref-qualifier, not a reference.
      if ((next === 'R' || next === 'O') && this.peekSecond() === 'E') break;
      items.push(this.parseType());
    }
    if (items.length === 0) this.fail();
    if (items.length === 1 && items[0] === voidType) items.pop();
    return listNode(NodeKind.ParameterList, items);
  }

  /** <array-type>: A [<number> | <expression>] _ <type> */
  private parseArray(): Node {
    this.pos++;
    let bound: Node | null = null;
    if (this.atDigit()) {
      const start = this.pos;
      while (this.atDigit()) this.pos++;
      bound = nameNode(this.name.slice(start, this.pos));
    } else if (this.peek() !== '_') {
      bound = this.parseExpression();
    }
    this.expect('_');
    return new Node(NodeKind.Array, bound, this.parseType());
  }

  /**
   * A template parameter, perhaps with arguments. In `cv T_ I…E` the arguments may be the parameter's own or those
   * of the conversion function; they are the parameter's own when arguments of the function follow.
   */
  private parseTemplateParameterType(): Node {
    const parameter = this.parseTemplateParameter();
    if (this.peek() !== 'I') return parameter;
    if (this.inConversion) {
      const checkpoint = this.checkpoint();
      const ownArguments = this.parseTemplateArguments();
      if (this.peek() !== 'I') {
        this.backtrack(checkpoint);
        return parameter;
      }
      this.substitutable(parameter);
      return new Node(NodeKind.Template, parameter, ownArguments);
    }
    this.substitutable(parameter);
    return new Node(NodeKind.Template, parameter, this.parseTemplateArguments());
  }

  protected parseTemplateParameter(): Node {
    this.expect('T');
    return new Node(NodeKind.TemplateParameter, null, null, '', this.readCompactNumber());
  }

  /** A type that starts with `S`: a substitution, one with template arguments, or a name of namespace std. */
  private parseSubstitutedType(): Node {
    const second = this.peekSecond();
    if (second === '_' || (second >= '0' && second <= '9') || (second >= 'A' && second <= 'Z')) {
      const type = this.parseSubstitution(false);
      if (type.kind === NodeKind.Module) {
        return this.substitutable(this.parseNameIn(null, type));
      }
      if (this.peek() !== 'I') return type;
      return this.substitutable(new Node(NodeKind.Template, type, this.parseTemplateArguments()));
    }
    const type = this.parseName();
    return type.kind === NodeKind.StandardName ? type : this.substitutable(type);
  }

  /** An unqualified name of `module` in `scope`, with template arguments if it has any. */
  protected parseNameIn(scope: Node | null, module: Node | null): Node {
    const name = this.parseUnqualifiedName(scope, module);
    if (this.peek() !== 'I') return name;
    this.substitutable(name);
    return new Node(NodeKind.Template, name, this.parseTemplateArguments());
  }

  /** Types whose code starts with `D`. */
  private parseExtendedType(): Node {
    const letter = this.peekSecond();
    const builtin = extendedBuiltins[letter];
    if (builtin !== undefined) {
      this.pos += 2;
      return builtin;
    }
    switch (letter) {
      case 'x':
      case 'o':
      case 'O':
      case 'w':
        return this.parseQualifiedType();
      case 'T':
      case 't':
        return this.substitutable(this.parseDecltype());
      case 'p':
        this.pos += 2;
        return this.substitutable(new Node(NodeKind.PackExpansion, this.parseType()));
      case 'F':
        this.pos += 2;
        return this.parseFixedWidthFloat();
      case 'v':
        this.pos += 2;
        return this.substitutable(this.parseVector());
      default:
        return this.fail();
    }
  }

  /** DT <expression> E or Dt <expression> E */
  protected parseDecltype(): Node {
    this.pos += 2;
    const expression = this.parseExpression();
    this.expect('E');
    return new Node(NodeKind.Decltype, expression);
  }

  /** DF <bits> followed by `_` (_Float16), `x` (_Float32x) or `b` (std::bfloat16_t). */
  private parseFixedWidthFloat(): Node {
    const bits = this.readNumber();
    if (this.eat('b')) return bits === 16 ? bfloat16 : this.fail();
    const extended = this.eat('x');
    if (!extended) this.expect('_');
    return new Node(NodeKind.Builtin, null, null, `_Float${bits}${extended ? 'x' : ''}`);
  }

  /** Dv <number> _ <type> or Dv _ <expression> _ <type> */
  private parseVector(): Node {
    const size = this.eat('_') ? this.parseExpression() : nameNode(String(this.readNumber()));
    this.expect('_');
    return new Node(NodeKind.Vector, size, this.parseType());
  }

  protected parseTemplateArguments(): Node {
    if (!this.eat('I') && !this.eat('J')) return this.fail();
    return this.parseTemplateArgumentList();
  }

  protected parseTemplateArgumentList(): Node {
    this.enter();
    const outerLastName = this.lastName;
    const items: Node[] = [];
    let constraint: Node | null = null;
    while (!this.eat('E')) {
      if (this.failed) break;
      if (items.length > 0 && this.eat('Q')) {
        constraint = this.parseExpression();
        this.expect('E');
        break;
      }
      items.push(this.parseTemplateArgument());
    }
    this.lastName = outerLastName;
    this.leave();
    return listNode(NodeKind.TemplateArguments, items, constraint);
  }

  /** <template-arg> */
  protected parseTemplateArgument(): Node {
    switch (this.peek()) {
      case 'X': {
        this.pos++;
        const expression = this.parseExpression();
        this.expect('E');
        return expression;
      }
      case 'L':
        return this.parsePrimary();
      case 'I':
      case 'J':
        return this.parseTemplateArguments();
      default:
        return this.parseType();
    }
  }
}

const constant = new Node(NodeKind.Const);
const volatile = new Node(NodeKind.Volatile);
const restrict = new Node(NodeKind.Restrict);
const bfloat16 = new Node(NodeKind.Builtin, null, null, 'std::bfloat16_t', LiteralStyle.Float);

/** `type` under `qualifiers`, of which the last is the innermost; `ofThis` when they qualify `*this`. */
export function wrapInQualifiers(type: Node, qualifiers: readonly Node[], ofThis: boolean): Node {
  for (let i = qualifiers.length - 1; i >= 0; i--) {
    const { kind, right } = qualifiers[i];
    type = new Node(ofThis ? qualifierOfThis(kind) : kind, type, right);
  }
  return type;
}

function qualifierOfThis(kind: NodeKind): NodeKind {
  switch (kind) {
    case NodeKind.Const:
      return NodeKind.ThisConst;
    case NodeKind.Volatile:
      return NodeKind.ThisVolatile;
    case NodeKind.Restrict:
      return NodeKind.ThisRestrict;
    default:
      return kind;
  }
}
