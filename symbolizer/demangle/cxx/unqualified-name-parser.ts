/**
 * The last part of a name, without its scope: identifiers, operators, constructors and destructors (Itanium C++ ABI 5.1.3
 * "Operator Encodings", 5.1.4), closures (5.1.8), and what may surround it: ABI tags, and the modules of the GNU
 * compiler (`W`).
 */

import { listNode, nameNode, Node, NodeKind } from './node';
import { Code } from './operators';
import { TypeParser } from './type-parser';

/** Prefixes of identifiers that the GNU compiler makes up for an unnamed namespace. */
const anonymousNamespace = /^_GLOBAL_[._$]N/;

export abstract class UnqualifiedNameParser extends TypeParser {
  /** <unqualified-name> in `scope` and attached to `module`, with its ABI tags. */
  protected parseUnqualifiedName(scope: Node | null, module: Node | null): Node {
    this.enter();
    module = this.parseModuleNames(module);
    const isFriend = this.eat('F');
    let name = this.parseBareName();
    if (module !== null) name = new Node(NodeKind.ModuleEntity, name, module);
    if (this.peek() === 'B') name = this.parseAbiTags(name);
    if (isFriend) name = new Node(NodeKind.Friend, name);
    this.leave();
    return scope === null ? name : new Node(NodeKind.Qualified, scope, name);
  }

  private parseBareName(): Node {
    if (this.atDigit()) return this.parseSourceName();
    if (this.atLowercase()) return this.parseOperatorName();
    const second = this.peekSecond();
    switch (this.peek()) {
      case 'C':
        return this.parseConstructor();
      case 'D':
        return second === 'C' ? this.parseStructuredBinding() : this.parseDestructor();
      case 'L': {
        // A name of internal linkage, as the GNU compiler marks it.
        this.pos++;
        const name = this.parseSourceName();
        this.skipDiscriminator();
        return name;
      }
      case 'U':
        if (second === 'l') return this.parseLambda();
        if (second === 't') return this.parseUnnamedType();
        return this.fail();
      default:
        return this.fail();
    }
  }

  /** (W [P] <source-name>)*: each module or partition is a candidate for substitution. */
  protected parseModuleNames(module: Node | null): Node | null {
    while (this.eat('W')) {
      const isPartition = this.eat('P');
      module = new Node(NodeKind.Module, module, this.parseSourceName(), '', isPartition ? 1 : 0);
      this.substitutable(module);
    }
    return module;
  }

  /** (B <source-name>)* */
  protected parseAbiTags(name: Node): Node {
    const outerLastName = this.lastName;
    while (this.eat('B')) name = new Node(NodeKind.AbiTagged, name, this.parseSourceName());
    this.lastName = outerLastName;
    return name;
  }

  /** <source-name>: <length> <identifier> */
  protected parseSourceName(): Node {
    const lengthBytes = this.readNumber();
    if (lengthBytes <= 0) return this.fail();
    const text = this.readText(lengthBytes);
    const name = nameNode(anonymousNamespace.test(text) ? '(anonymous namespace)' : text);
    this.lastName = name;
    return name;
  }

  /** <operator-name>: an operator, a conversion function, a literal operator, or one of a vendor. */
  private parseOperatorName(): Node {
    if (this.at('on')) this.pos += 2;
    if (this.at('cv')) return this.parseConversion();
    if (this.peek() === 'v' && this.peekSecond() >= '0' && this.peekSecond() <= '9') {
      this.pos += 2;
      return new Node(NodeKind.VendorOperator, this.parseSourceName());
    }
    const operator = this.parseOperatorCode();
    if (operator.value !== Code.literal) return operator;
    return new Node(NodeKind.LiteralOperator, this.parseSourceName());
  }

  private parseConversion(): Node {
    this.pos += 2;
    const outer = this.inConversion;
    this.inConversion = true;
    const type = this.parseType();
    this.inConversion = outer;
    return new Node(NodeKind.Conversion, type);
  }

  /** C [I] <digit> [<base type>]: complete, base, allocating, … all print the same. */
  private parseConstructor(): Node {
    this.pos++;
    const inherits = this.eat('I');
    if (!/[1-5]/.test(this.peek())) return this.fail();
    this.pos++;
    // The inherited constructor has the base's name, which its type has made the last one.
    if (inherits) this.parseType();
    return this.lastName === null ? this.fail() : new Node(NodeKind.Constructor, this.lastName);
  }

  private parseDestructor(): Node {
    this.pos++;
    if (!/[01245]/.test(this.peek())) return this.fail();
    this.pos++;
    return this.lastName === null ? this.fail() : new Node(NodeKind.Destructor, this.lastName);
  }

  /** DC <source-name>+ E */
  private parseStructuredBinding(): Node {
    this.pos += 2;
    const items: Node[] = [];
    do {
      items.push(this.parseSourceName());
    } while (!this.failed && this.peek() !== 'E');
    this.expect('E');
    return listNode(NodeKind.StructuredBinding, items);
  }

  /** Ut [<number>] _ */
  private parseUnnamedType(): Node {
    this.pos += 2;
    return this.substitutable(new Node(NodeKind.UnnamedType, null, null, '', this.readCompactNumber()));
  }

  /** Ul <template parameter declarations> <parameters> E [<number>] _ */
  private parseLambda(): Node {
    this.pos += 2;
    const head = this.parseTemplateHead();
    const signature = this.parseParameters();
    this.expect('E');
    return new Node(NodeKind.Lambda, signature, head, '', this.readCompactNumber());
  }

  /** <template-param-decl>*, or null if there is none. */
  private parseTemplateHead(): Node | null {
    const items: Node[] = [];
    while (this.atParameterDeclaration()) items.push(this.parseParameterDeclaration());
    return items.length === 0 ? null : listNode(NodeKind.TemplateHead, items);
  }

  private atParameterDeclaration(): boolean {
    return this.peek() === 'T' && /[yntp]/.test(this.peekSecond());
  }

  private parseParameterDeclaration(): Node {
    this.enter();
    const declaration = this.parseAnyParameterDeclaration();
    this.leave();
    return declaration;
  }

  private parseAnyParameterDeclaration(): Node {
    if (!this.atParameterDeclaration()) return this.fail();
    const letter = this.peekSecond();
    this.pos += 2;
    switch (letter) {
      case 'y':
        return new Node(NodeKind.TypeDeclaration);
      case 'n':
        return new Node(NodeKind.NonTypeDeclaration, this.parseType());
      case 't': {
        const head = this.parseTemplateHead() ?? this.fail();
        this.expect('E');
        return new Node(NodeKind.TemplateDeclaration, head);
      }
      default:
        return new Node(NodeKind.PackDeclaration, this.parseParameterDeclaration());
    }
  }

  /** [_ <digit> | __ <number> _]: tells entities of one name in one function apart; not printed. */
  protected skipDiscriminator(): void {
    if (!this.eat('_')) return;
    const isLong = this.eat('_');
    const value = this.readNumber();
    if (value < 0) this.fail();
    else if (isLong && value >= 10) this.expect('_');
  }
}
