/**
 * Whole names: Itanium C++ ABI 5.1.2 "General Structure" (encodings and the scopes of names), 5.1.4 "Other Special
 * Functions and Entities", 5.1.7 "Scope Encoding" and 5.1.10 "Compression".
 */

import { isThisQualifier, nameNode, Node, NodeKind, withoutThisQualifiers } from './node';
import { standardAbbreviations } from './operators';
import { wrapInQualifiers } from './type-parser';
import { UnqualifiedNameParser } from './unqualified-name-parser';

export interface ParseOptions {
  /** Keep the parameters of the function, and insist that the whole name is understood. */
  readonly params: boolean;
  /** Expand `Ss` to what std::string is. */
  readonly expandStandardTypes: boolean;
}

/** Special names whose operand is a type, by the letter after `T`. */
const specialTypes: Readonly<Record<string, string | undefined>> = {
  V: 'vtable for ',
  T: 'VTT for ',
  I: 'typeinfo for ',
  S: 'typeinfo name for ',
  F: 'typeinfo fn for ',
  J: 'java Class for ',
};

export class NameParser extends UnqualifiedNameParser {
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
