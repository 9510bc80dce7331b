/**
 * The tree that a C++ name is parsed into (Itanium C++ ABI, section 5.1 "External Names (a.k.a. Mangling)").
 *
 * Every node is one class with the same six fields, whatever its kind: a symbol table has hundreds of thousands of
 * names with dozens of nodes each, and reading a field of one fixed shape costs a load where a field of sixty shapes
 * costs a search. The comment beside each kind says what the fields mean. Fields that it does not mention are unused.
 *
 * Nodes are shared (substitutions make the tree a graph without cycles) and never change after construction.
 */

export enum NodeKind {
  // Names
  /** `text`: an identifier, a number or any other piece of text that prints as it is. */
  Name,
  /** `text`: something of namespace std that has an abbreviation of its own. */
  StandardName,
  /** `left`::`right` */
  Qualified,
  /** `left`: the enclosing function's encoding; `right`: the entity in it. */
  Local,
  /** An entity in a default argument: `left` the entity, `value` the argument counted from the last one, 0-based. */
  DefaultArgument,
  /** `left`: a name (perhaps under this-qualifiers); `right`: its Function type, perhaps Constrained. */
  Typed,
  /** `left`: a name or type; `right`: TemplateArguments. */
  Template,
  /** `left`: a Function type; `right`: the condition of its requires-clause. */
  Constrained,
  /** `left`: the name; `right`: the ABI tag. */
  AbiTagged,
  /** `left`: a friend that is mangled as if it were a member. */
  Friend,
  /** `left`: the name of the class. */
  Constructor,
  /** `left`: the name of the class. */
  Destructor,
  /** `left`: signature (ParameterList); `right`: TemplateHead or null; `value`: 0-based number in its scope. */
  Lambda,
  /** `value`: 0-based number in its scope. */
  UnnamedType,
  /** `items`: the names that are bound. */
  StructuredBinding,
  /** `left`: the enclosing module or null; `right`: the name; `value`: 1 for a partition. */
  Module,
  /** `left`: the name; `right`: the Module that it is attached to. */
  ModuleEntity,
  /** `text`: what to print before `left` ("vtable for "). */
  Special,
  /** `left`: the base whose table it is; `right`: the class that is under construction. */
  ConstructionVtable,
  /** `left`: the object; `value`: number of the temporary. */
  ReferenceTemporary,
  /** `left`: the encoding; `right`: the suffix that the compiler appended to the copy of the function. */
  Clone,
  /** `text`: what is after `operator`; `value`: packed two-letter code; see operators.ts. */
  Operator,
  /** `left`: the name of a vendor's operator. */
  VendorOperator,
  /** `left`: the type that it converts to. */
  Conversion,
  /** A user-defined literal operator: `left` its suffix. */
  LiteralOperator,

  // Types
  /** `text`: the name; `value`: a LiteralStyle. */
  Builtin,
  /** `left`: the type that is qualified, for this and the two kinds that follow. */
  Const,
  Volatile,
  Restrict,
  /** `left`: a Function, or the name of a member function; qualifiers of `*this` or of the function type. */
  ThisConst,
  ThisVolatile,
  ThisRestrict,
  ThisLvalue,
  ThisRvalue,
  /** The first parameter is an explicit object parameter. */
  ThisExplicit,
  TransactionSafe,
  /** `right`: the condition, or null for a plain noexcept. */
  Noexcept,
  /** `right`: ParameterList of the exceptions. */
  ThrowSpec,
  /** `left`: the type; `right`: the vendor's qualifier. */
  VendorQualified,
  /** `left`: the type pointed to (or referred to, or made complex). */
  Pointer,
  LvalueReference,
  RvalueReference,
  Complex,
  Imaginary,
  /** `left`: the class; `right`: the type of the member. */
  MemberPointer,
  /** `left`: the number of elements; `right`: the type of an element. */
  Vector,
  /** `left`: the bound or null; `right`: the type of an element. */
  Array,
  /** `left`: the return type or null; `right`: ParameterList. */
  Function,
  /** `items`: types, or the arguments of a call. */
  ParameterList,
  /** `items`: the arguments; `right`: the constraint or null. A pack is a TemplateArguments inside another one. */
  TemplateArguments,
  /** `value`: 0-based number of the parameter in the template whose scope it is printed in. */
  TemplateParameter,
  /** `left`: the pattern. */
  PackExpansion,
  /** `left`: the expression. */
  Decltype,
  /** `items`: the declarations of a lambda's own template parameters. */
  TemplateHead,
  TypeDeclaration,
  /** `left`: the type of the parameter. */
  NonTypeDeclaration,
  /** `left`: TemplateHead. */
  TemplateDeclaration,
  /** `left`: the declaration that is a pack. */
  PackDeclaration,

  // Expressions
  /** `value`: 0 for `this`, otherwise the 1-based number of the parameter. */
  FunctionParameter,
  /** `left`: Operator. */
  Nullary,
  /** `left`: Operator or Cast; `right`: the operand. */
  Unary,
  /** `left`: Operator; `right`: the operand, which is before it. */
  Postfix,
  /** `left`: Operator; `items`: two operands. */
  Binary,
  /** `left`: Operator; `items`: three operands. */
  Trinary,
  /** `left`: the type. */
  Cast,
  /** `left`: the type or null; `right`: ParameterList. */
  InitializerList,
  /** `left`: the name of a vendor's expression; `right`: TemplateArguments. */
  VendorExpression,
  /** `left`: the type; `text`: the digits; `value`: 1 when negative. */
  Literal,
}

/** How a literal of a builtin type is written. */
export enum LiteralStyle {
  /** `(type)digits` */
  Cast,
  /** `digits` and a suffix that the type implies. */
  Integer,
  /** `true` or `false` where it is 1 or 0. */
  Boolean,
  /** `(type)[hex digits]` */
  Float,
}

const noItems: readonly Node[] = [];

export class Node {
  /** Set by the functions that make nodes with a list. */
  items: readonly Node[] = noItems;

  constructor(
    readonly kind: NodeKind,
    readonly left: Node | null = null,
    readonly right: Node | null = null,
    readonly text: string = '',
    readonly value: number = 0,
  ) {}
}

/** A node that prints as `text`. */
export function nameNode(text: string): Node {
  return new Node(NodeKind.Name, null, null, text);
}

/** A node that lists other nodes. */
export function listNode(kind: NodeKind, items: readonly Node[], right: Node | null = null): Node {
  const node = new Node(kind, null, right);
  node.items = items;
  return node;
}

/** An operator with its operands. */
export function operationNode(kind: NodeKind, operator: Node, operands: readonly Node[]): Node {
  const node = new Node(kind, operator);
  node.items = operands;
  return node;
}

/** Whether `kind` qualifies `*this` or a function type rather than an object type. */
export function isThisQualifier(kind: NodeKind): boolean {
  return kind >= NodeKind.ThisConst && kind <= NodeKind.ThrowSpec;
}

/** `node` without the qualifiers of `*this` around it. */
export function withoutThisQualifiers(node: Node): Node {
  while (isThisQualifier(node.kind)) node = node.left!;
  return node;
}

/** Whether `kind` is const, volatile or restrict on an object type. */
export function isCvQualifier(kind: NodeKind): boolean {
  return kind >= NodeKind.Const && kind <= NodeKind.Restrict;
}
