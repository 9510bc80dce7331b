/**
 * Operator codes (Itanium C++ ABI 5.1.3.6 "Operator Encodings" and 5.1.6 "Expressions") and builtin types (5.1.5.2).
 *
 * The spelling of each is that of the GNU demanglers. `ti`, `te`, `so` and the `rq` family are left out on purpose:
 * the GNU demanglers do not know them and leave such names mangled, and so do we, to print what they print.
 */

import { LiteralStyle, nameNode, Node, NodeKind } from './node';

/** Two-letter codes are compared as one integer. */
function packCode(code: string): number {
  return (code.charCodeAt(0) << 8) | code.charCodeAt(1);
}

interface Operator {
  /** Shared by all names: nodes are immutable. */
  readonly node: Node;
  /** How many operands it has in an expression. */
  readonly arity: number;
}

/** `code text`, grouped by arity. A space at the end of a text separates it from its operand in an expression. */
const spellings: readonly (readonly string[])[] = [
  ['tr throw'],
  [
    'ad &',
    'at alignof ',
    'aw co_await ',
    'az alignof ',
    'co ~',
    'da delete[] ',
    'de *',
    'dl delete ',
    'gs ::',
    'li operator"" ',
    'mm --',
    'ng -',
    'nt !',
    'nx noexcept',
    'pp ++',
    'ps +',
    'sP sizeof...',
    'sZ sizeof...',
    'st sizeof ',
    'sz sizeof ',
    'tw throw ',
  ],
  [
    'aN &=',
    'aS =',
    'aa &&',
    'an &',
    'cc const_cast',
    'cl ()',
    'cm ,',
    'dV /=',
    'dc dynamic_cast',
    'di =',
    'ds .*',
    'dt .',
    'dv /',
    'dx ]=',
    'eO ^=',
    'eo ^',
    'eq ==',
    'fl ...',
    'fr ...',
    'ge >=',
    'gt >',
    'ix []',
    'lS <<=',
    'le <=',
    'ls <<',
    'lt <',
    'mI -=',
    'mL *=',
    'mi -',
    'ml *',
    'ne !=',
    'oR |=',
    'oo ||',
    'or |',
    'pL +=',
    'pl +',
    'pm ->*',
    'pt ->',
    'rM %=',
    'rS >>=',
    'rc reinterpret_cast',
    'rm %',
    'rs >>',
    'sc static_cast',
    'ss <=>',
  ],
  ['dX [...]=', 'fL ...', 'fR ...', 'na new[]', 'nw new', 'qu ?'],
];

const operators = new Map<number, Operator>();
spellings.forEach((group, arity) => {
  for (const entry of group) {
    const code = packCode(entry);
    operators.set(code, { node: new Node(NodeKind.Operator, null, null, entry.slice(3), code), arity });
  }
});

/** The operator of a packed two-letter code. */
export function findOperator(code: number): Operator | undefined {
  return operators.get(code);
}

/** Codes that the parser or the printer treats by a rule of their own. */
export const Code = {
  addressOf: packCode('ad'),
  call: packCode('cl'),
  constCast: packCode('cc'),
  designatedField: packCode('di'),
  designatedIndex: packCode('dx'),
  designatedRange: packCode('dX'),
  dot: packCode('dt'),
  dynamicCast: packCode('dc'),
  foldLeft: packCode('fl'),
  foldLeftInit: packCode('fL'),
  foldRight: packCode('fr'),
  foldRightInit: packCode('fR'),
  globalScope: packCode('gs'),
  greater: packCode('gt'),
  index: packCode('ix'),
  literal: packCode('li'),
  minusMinus: packCode('mm'),
  new: packCode('nw'),
  newArray: packCode('na'),
  noexcept: packCode('nx'),
  plusPlus: packCode('pp'),
  pointerMember: packCode('pt'),
  question: packCode('qu'),
  reinterpretCast: packCode('rc'),
  sizeofPack: packCode('sZ'),
  sizeofCapturedPack: packCode('sP'),
  sizeofType: packCode('st'),
  staticCast: packCode('sc'),
} as const;

function builtin(text: string, style = LiteralStyle.Cast): Node {
  return new Node(NodeKind.Builtin, null, null, text, style);
}

/** One-letter builtin types, by char code. */
const builtins: (Node | undefined)[] = [];
for (const [letter, node] of Object.entries({
  a: builtin('signed char'),
  b: builtin('bool', LiteralStyle.Boolean),
  c: builtin('char'),
  d: builtin('double', LiteralStyle.Float),
  e: builtin('long double', LiteralStyle.Float),
  f: builtin('float', LiteralStyle.Float),
  g: builtin('__float128', LiteralStyle.Float),
  h: builtin('unsigned char'),
  i: builtin('int', LiteralStyle.Integer),
  j: builtin('unsigned int', LiteralStyle.Integer),
  l: builtin('long', LiteralStyle.Integer),
  m: builtin('unsigned long', LiteralStyle.Integer),
  n: builtin('__int128'),
  o: builtin('unsigned __int128'),
  s: builtin('short'),
  t: builtin('unsigned short'),
  v: builtin('void'),
  w: builtin('wchar_t'),
  x: builtin('long long', LiteralStyle.Integer),
  y: builtin('unsigned long long', LiteralStyle.Integer),
  z: builtin('...'),
})) {
  builtins[letter.charCodeAt(0)] = node;
}

/** The builtin type of a one-letter code. */
export function findBuiltin(letter: number): Node | undefined {
  return builtins[letter];
}

export const voidType = builtins['v'.charCodeAt(0)]!;
export const nullptrType = builtin('decltype(nullptr)');

/** Builtin types whose code is `D` and the letter. */
export const extendedBuiltins: Readonly<Record<string, Node | undefined>> = {
  a: builtin('auto'),
  c: builtin('decltype(auto)'),
  d: builtin('decimal64'),
  e: builtin('decimal128'),
  f: builtin('decimal32'),
  h: builtin('half', LiteralStyle.Float),
  i: builtin('char32_t'),
  n: nullptrType,
  s: builtin('char16_t'),
  u: builtin('char8_t'),
};

/** What follows the digits of a literal whose style is Integer. */
export const integerSuffixes: Readonly<Record<string, string | undefined>> = {
  'unsigned int': 'u',
  long: 'l',
  'unsigned long': 'ul',
  'long long': 'll',
  'unsigned long long': 'ull',
};

/** The abbreviations of 5.1.10 "Compression" that name something of namespace std. */
export interface StandardAbbreviation {
  readonly short: Node;
  /** As a person who has never heard of the typedef would write it; constructors are always printed after it. */
  readonly full: Node;
  /** What its constructor is called. */
  readonly constructorName: Node | null;
}

function abbreviation(short: string, full: string, constructorName: string): StandardAbbreviation {
  return { short: standardName(short), full: standardName(full), constructorName: nameNode(constructorName) };
}

function standardName(text: string): Node {
  return new Node(NodeKind.StandardName, null, null, text);
}

const std = standardName('std');
const traits = 'char, std::char_traits<char>';

export const standardAbbreviations: Readonly<Record<string, StandardAbbreviation | undefined>> = {
  t: { short: std, full: std, constructorName: null },
  a: abbreviation('std::allocator', 'std::allocator', 'allocator'),
  b: abbreviation('std::basic_string', 'std::basic_string', 'basic_string'),
  s: abbreviation('std::string', `std::basic_string<${traits}, std::allocator<char> >`, 'basic_string'),
  i: abbreviation('std::istream', `std::basic_istream<${traits} >`, 'basic_istream'),
  o: abbreviation('std::ostream', `std::basic_ostream<${traits} >`, 'basic_ostream'),
  d: abbreviation('std::iostream', `std::basic_iostream<${traits} >`, 'basic_iostream'),
};
