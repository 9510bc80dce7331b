/**
 * Names in a mangled C++ name: Itanium C++ ABI 5.1.2 "General Structure" to 5.1.4 "Other Special Functions and
 * Entities", 5.1.7 "Scope Encoding" and 5.1.8 "Closure Types", with the modules of the GNU compiler (`W`).
 */

import { isThisQualifier, listNode, nameNode, Node, NodeKind, withoutThisQualifiers } from './node';
import { Code, standardAbbreviations } from './operators';
import { TypeParser, wrapInQualifiers } from './type-parser';

export interface ParseOptions {
  /** Keep the parameters of the function, and insist that the whole name is understood. */
  readonly params: boolean;
  /** Expand `Ss` to what std::string is. */
  readonly expandStandardTypes: boolean;
}

/** Prefixes of identifiers that the GNU compiler makes up for an unnamed namespace. */
const anonymousNamespace = /^_GLOBAL_[._$]N/;

/** Special names whose operand is a type, by the letter after `T`. */
const specialTypes: Readonly<Record<string, string | undefined>> = {
  V: 'vtable for ',
  T: 'VTT for ',
  I: 'typeinfo for ',
  S: 'typeinfo name for ',
  F: 'typeinfo fn for ',
  J: 'java Class for ',
};

export class NameParser extends TypeParser {
  constructor(
    name: string,
    private readonly options: ParseOptions,
    oldScopes: boolean,
  ) {
    super(name, oldScopes);
  }

  /** The tree of a whole name that starts with `_Z`, or null. */
  parseMangledName(): Node | null {
    this.expect('_');
    this.expect('Z');
    let node = this.parseEncoding(true);
    if (this.options.params) {
      while (this.peek() === '.' && /[a-z0-9_]/.test(this.peekSecond())) node = this.parseCloneSuffix(node);
    }
    return this.whole(node);
  }

  /** The tree of a name that is a type and nothing else, or null. */
  parseWholeType(): Node | null {
    return this.whole(this.parseType());
  }

  /** What GCC 2 and 3 called the functions that run global constructors: _GLOBAL__I_ and a name. Or null. */
  parseGlobalConstructors(): Node | null {
    this.pos = '_GLOBAL_'.length + 1;
    const what = this.eat('I') ? 'constructors' : 'destructors';
    this.pos = '_GLOBAL__I_'.length;
    const key = this.name.slice(this.pos);
    const keyed = key.startsWith('_Z') ? this.parseNestedMangledName() : nameNode(key);
    if (this.failed || key === '') return null;
    return new Node(NodeKind.Special, keyed, null, `global ${what} keyed to `);
  }

  private whole(node: Node): Node | null {
    if (this.failed || (this.options.params && this.pos < this.name.length)) return null;
    return node;
  }

  /** `.` and lowercase letters, digits, `_`, then any number of `.digits`: one suffix of a cloned function. */
  private parseCloneSuffix(encoding: Node): Node {
    const start = this.pos;
    const match = /^\.[a-z0-9_]+(?:\.[0-9]+)*/.exec(this.name.slice(start))!;
    this.pos += match[0].length;
    return new Node(NodeKind.Clone, encoding, nameNode(match[0]));
  }

  protected parseNestedMangledName(): Node {
    this.eat('_');
    this.expect('Z');
    return this.parseEncoding(false);
  }

  /** <encoding> */
  private parseEncoding(isTopLevel: boolean): Node {
    this.enter();
    const encoding = this.parseAnyEncoding(isTopLevel && !this.options.params);
    this.leave();
    return encoding;
  }

  private parseAnyEncoding(nameOnly: boolean): Node {
    const first = this.peek();
    if (first === 'G' || first === 'T') return this.parseSpecialName();
    const name = this.parseName();
    if (nameOnly) return withoutOwnQualifiers(name);
    const next = this.peek();
    if (next === '' || next === 'E') return name;
    let type = this.parseBareFunctionType(hasReturnType(name));
    if (this.eat('Q')) type = new Node(NodeKind.Constrained, type, this.parseExpression());
    return new Node(NodeKind.Typed, name, type);
  }

  /** <name> */
  protected parseName(): Node {
    switch (this.peek()) {
      case 'N':
        return this.parseNestedName();
      case 'Z':
        return this.parseLocalName();
      case 'S':
        return this.parseUnscopedSubstitution();
      case 'U':
        return this.parseUnqualifiedName(null, null);
      default:
        return this.parseNameIn(null, null);
    }
  }

  /** A name that starts with `S`: St <unqualified-name>, or a substitution, perhaps with template arguments. */
  private parseUnscopedSubstitution(): Node {
    if (this.peekSecond() === 't') {
      this.pos += 2;
      let module: Node | null = null;
      if (this.peek() === 'S') {
        module = this.parseSubstitution(false);
        if (module.kind !== NodeKind.Module) return this.fail();
      }
      return this.parseNameIn(standardAbbreviations.t!.short, module);
    }
    const name = this.parseSubstitution(false);
    if (name.kind === NodeKind.Module) return this.parseNameIn(null, name);
    if (this.peek() !== 'I') return name;
    return new Node(NodeKind.Template, name, this.parseTemplateArguments());
  }

  /** <nested-name>: N (H | [<CV-qualifiers>] [<ref-qualifier>]) <prefix> E */
  private parseNestedName(): Node {
    this.pos++;
    let around: NodeKind | null = null;
    let qualifiers: Node[] = [];
    if (this.eat('H')) {
      around = NodeKind.ThisExplicit;
    } else {
      qualifiers = this.readQualifiers();
      if (this.eat('R')) around = NodeKind.ThisLvalue;
      else if (this.eat('O')) around = NodeKind.ThisRvalue;
    }
    let name = wrapInQualifiers(this.parsePrefixes(true), qualifiers, true);
    if (around !== null) name = new Node(around, name);
    this.expect('E');
    return name;
  }

  protected parsePrefix(): Node {
    return this.parsePrefixes(false);
  }

  /** <prefix>: names joined by `::`. Each but the last is a candidate for substitution if `substitutable`. */
  private parsePrefixes(substitutable: boolean): Node {
    let scope: Node | null = null;
    let module: Node | null = null;
    for (;;) {
      const first = this.peek();
      switch (first) {
        case 'M':
          // The initializer of the member or variable that the scope names; the lambda in it follows.
          this.pos++;
          continue;
        case 'S': {
          const substitution = this.parseSubstitution(true);
          if (substitution.kind === NodeKind.Module) module = substitution;
          else if (scope === null) scope = substitution;
          else return this.fail();
          continue;
        }
        case 'I':
          if (scope === null) return this.fail();
          scope = new Node(NodeKind.Template, scope, this.parseTemplateArguments());
          break;
        case 'T':
          if (scope !== null) return this.fail();
          scope = this.parseTemplateParameter();
          break;
        case 'D':
          if (scope === null && (this.peekSecond() === 'T' || this.peekSecond() === 't')) {
            scope = this.parseType();
            break;
          }
          scope = this.parseUnqualifiedName(scope, module);
          break;
        case 'C':
        case 'U':
        case 'L':
        case 'F':
        case 'W':
          scope = this.parseUnqualifiedName(scope, module);
          module = null;
          break;
        default:
          if (!this.atDigit() && !this.atLowercase()) return this.fail();
          scope = this.parseUnqualifiedName(scope, module);
          module = null;
      }
      if (this.peek() === 'E') return scope;
      if (substitutable) this.substitutable(scope);
    }
  }

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
  private parseModuleNames(module: Node | null): Node | null {
    while (this.eat('W')) {
      const isPartition = this.eat('P');
      module = new Node(NodeKind.Module, module, this.parseSourceName(), '', isPartition ? 1 : 0);
      this.substitutable(module);
    }
    return module;
  }

  /** (B <source-name>)* */
  private parseAbiTags(name: Node): Node {
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

  /** <local-name>: Z <encoding> E (s | [d <number> _] <entity name>) [<discriminator>] */
  private parseLocalName(): Node {
    this.pos++;
    const scope = withoutReturnType(this.parseEncoding(false));
    this.expect('E');
    let entity: Node;
    if (this.eat('s')) {
      this.skipDiscriminator();
      entity = nameNode('string literal');
    } else {
      const argument = this.eat('d') ? this.readCompactNumber() : -1;
      entity = this.parseName();
      // These two carry their number themselves.
      if (entity.kind !== NodeKind.Lambda && entity.kind !== NodeKind.UnnamedType) this.skipDiscriminator();
      if (argument >= 0) entity = new Node(NodeKind.DefaultArgument, entity, null, '', argument);
    }
    return new Node(NodeKind.Local, scope, entity);
  }

  /** [_ <digit> | __ <number> _]: tells entities of one name in one function apart; not printed. */
  private skipDiscriminator(): void {
    if (!this.eat('_')) return;
    const isLong = this.eat('_');
    const value = this.readNumber();
    if (value < 0) this.fail();
    else if (isLong && value >= 10) this.expect('_');
  }

  /** <substitution>. `inPrefix` when a constructor may follow, whose class is then written in full. */
  protected parseSubstitution(inPrefix: boolean): Node {
    this.pos++;
    const first = this.peek();
    if (first === '_' || this.atDigit() || (first >= 'A' && first <= 'Z')) {
      return this.substitutions[this.readSequenceId()] ?? this.fail();
    }
    const abbreviation = standardAbbreviations[first];
    if (abbreviation === undefined) return this.fail();
    this.pos++;
    if (abbreviation.constructorName !== null) this.lastName = abbreviation.constructorName;
    const next = this.peek();
    const inFull = this.options.expandStandardTypes || (inPrefix && (next === 'C' || next === 'D'));
    const name = inFull ? abbreviation.full : abbreviation.short;
    return next === 'B' ? this.substitutable(this.parseAbiTags(name)) : name;
  }

  /** <special-name> */
  private parseSpecialName(): Node {
    const first = this.peek();
    const second = this.peekSecond();
    this.pos += 2;
    return first === 'T' ? this.parseTableOrThunk(second) : this.parseGuardOrClone(second);
  }

  private parseTableOrThunk(letter: string): Node {
    const special = (what: string, node: Node): Node => new Node(NodeKind.Special, node, null, what);
    const ofType = specialTypes[letter];
    if (ofType !== undefined) return special(ofType, this.parseType());
    switch (letter) {
      case 'h':
      case 'v':
        this.pos--;
        this.skipCallOffset();
        return special(
          letter === 'h' ? 'non-virtual thunk to ' : 'virtual thunk to ',
          this.parseEncoding(false),
        );
      case 'c':
        this.skipCallOffset();
        this.skipCallOffset();
        return special('covariant return thunk to ', this.parseEncoding(false));
      case 'C': {
        const derived = this.parseType();
        if (this.readNumber() < 0) return this.fail();
        this.expect('_');
        return new Node(NodeKind.ConstructionVtable, this.parseType(), derived);
      }
      case 'H':
        return special('TLS init function for ', this.parseName());
      case 'W':
        return special('TLS wrapper function for ', this.parseName());
      case 'A':
        return special('template parameter object for ', this.parseTemplateArgument());
      default:
        return this.fail();
    }
  }

  private parseGuardOrClone(letter: string): Node {
    const special = (what: string, node: Node): Node => new Node(NodeKind.Special, node, null, what);
    switch (letter) {
      case 'V':
        return special('guard variable for ', this.parseName());
      case 'R': {
        const object = this.parseName();
        return new Node(NodeKind.ReferenceTemporary, object, null, '', this.readNumber());
      }
      case 'A':
        return special('hidden alias for ', this.parseEncoding(false));
      case 'I':
        return special('initializer for module ', this.parseModuleNames(null) ?? this.fail());
      case 'T':
        if (this.eat('n')) return special('non-transaction clone for ', this.parseEncoding(false));
        // t, and whatever else a compiler may write there.
        this.pos++;
        return special('transaction clone for ', this.parseEncoding(false));
      default:
        return this.fail();
    }
  }

  /** <call-offset>: h <number> _ or v <number> _ <number> _ */
  private skipCallOffset(): void {
    if (this.eat('v')) {
      this.readNumber();
      this.expect('_');
    } else {
      this.expect('h');
    }
    this.readNumber();
    this.expect('_');
  }
}

/** Template functions say what they return, but not constructors, destructors and conversion functions. */
function hasReturnType(name: Node): boolean {
  if (isThisQualifier(name.kind)) return hasReturnType(name.left!);
  if (name.kind === NodeKind.Local) return hasReturnType(name.right!);
  return name.kind === NodeKind.Template && !isUntyped(name.left!);
}

function isUntyped(name: Node): boolean {
  switch (name.kind) {
    case NodeKind.Qualified:
    case NodeKind.Local:
      return isUntyped(name.right!);
    case NodeKind.Constructor:
    case NodeKind.Destructor:
    case NodeKind.Conversion:
      return true;
    default:
      return false;
  }
}

/** The scope of a local entity: its return type would read as that of the entity. */
function withoutReturnType(encoding: Node): Node {
  if (encoding.kind !== NodeKind.Typed || encoding.right!.kind !== NodeKind.Function) return encoding;
  const parameters = encoding.right!.right;
  return new Node(NodeKind.Typed, encoding.left, new Node(NodeKind.Function, null, parameters));
}

/** A function's name without the qualifiers of its `*this`. */
function withoutOwnQualifiers(name: Node): Node {
  name = withoutThisQualifiers(name);
  return name.kind === NodeKind.Local
    ? new Node(NodeKind.Local, name.left, withoutThisQualifiers(name.right!))
    : name;
}
