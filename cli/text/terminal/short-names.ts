/**
 * Names of functions made shorter by their structure, so that what tells them apart stays:
 *
 *   int* nlohmann::basic_json<std::map, std::vector<int>>::operator[]<char const>(char const*) const
 *   int* nlohmann::basic_json<…>::operator[]<…>(…) const            what is in brackets goes first, the innermost before
 *   nlohmann::basic_json<…>::operator[]<…>(…) const                 then the type that is returned
 *   …basic_json<…>::operator[]<…>(…) const                          then the namespaces in front
 *   …basic_json<…>::operat…                                         then the end
 *
 * Before all that the standard library's strings get the names that people write.
 */

const ELLIPSIS = '…';
/** Of a name in a graph at least so much is shown. */
const ROOM_FOR_NAME = 32;
/** --12.34%-- */
const ROOM_FOR_SIGN = 10;
const opening = '<({';
const closing = '>)}';
/** What {@link atom} begins with. */
const startsOfAtoms = '\x1bo-(';
/** Names and signs with brackets in them that open and close nothing, and colours, which have no width. */
const atom =
  // eslint-disable-next-line no-control-regex -- escape sequences begin so
  /\x1b\[\d*m|operator\s*(?:<=>|<<=|>>=|<<|>>|<=|>=|->\*|->|<|>|\(\)|\[\])|->|\((?:anonymous namespace|inlined)\)/y;

/** What report writes before a name. */
const level = /^\[.\] /;
/** Compilers copy functions, and mark the copies: "[clone .isra.0]". */
const copyMark = / \[clone [^\]]*\]/g;
/** What it writes after one. */
const INLINED = ' (inlined)';
/** What compilers call types that have a shorter name in every program's text; the new string ABI marks functions, too. */
const usualNames: readonly (readonly [RegExp, string])[] = [
  [
    /std::(?:__cxx11::|__1::)?basic_string<char, std::(?:__1::)?char_traits<char>, std::(?:__1::)?allocator<char>\s?>/g,
    'std::string',
  ],
  [/std::(?:__1::)?basic_string_view<char, std::(?:__1::)?char_traits<char>\s?>/g, 'std::string_view'],
  [/\[abi:cxx11\]/g, ''],
];

/** The name in at most `room` characters; what report writes before and after a name stays. */
export function shortenName(name: string, room: number): string {
  if (name.length <= room) return name;
  const before = level.exec(name)?.[0] ?? '';
  const after = name.endsWith(INLINED) ? INLINED : '';
  const inner = name.slice(before.length, name.length - after.length);
  return before + shortenInner(inner, Math.max(1, room - before.length - after.length)) + after;
}

function shortenInner(name: string, room: number): string {
  let shorter = name;
  for (const [type, usual] of usualNames) shorter = shorter.replace(type, usual);
  if (shorter.length <= room) return shorter;
  shorter = collapseToFit(shorter, room);
  if (shorter.length <= room) return shorter;
  shorter = shorter.replace(copyMark, '');
  return cutEnd(dropNamespaces(dropReturnType(shorter), room), room);
}

/** A line of text that holds a name, in at most `room` characters; what is before its first bracket stays. */
export function fitLine(line: string, room: number): string {
  if (line.length <= room || withoutColors(line).length <= room) return line;
  const shorter = collapseToFit(line, room);
  const plain = withoutColors(shorter);
  return plain.length <= room ? shorter : cutEnd(plain, room);
}

/** The text without escape sequences of colours. */
export function withoutColors(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences begin so
  return text.includes('\x1b') ? text.replace(/\x1b\[\d*m/g, '') : text;
}

/** A line of a graph: where the lines at its left leave no room for names, those go; all of one depth alike. */
export function fitBranch(line: string, room: number): string {
  if (room === Infinity) return line;
  // A line without a name ends in blanks, which say nothing of its depth.
  const [pipes] = /^[ |]*/.exec(line.trimEnd())!;
  // eslint-disable-next-line no-control-regex -- escape sequences begin so
  const [, sign, name] = /^((?:[-\d.%]|\x1b\[\d*m)*)(.*)$/s.exec(line.slice(pipes.length))!;
  const kept = Math.max(1, room - ROOM_FOR_SIGN - ROOM_FOR_NAME);
  const left = pipes.length <= kept ? pipes : ELLIPSIS + pipes.slice(pipes.length - kept + 1);
  const nameRoom = room - left.length - withoutColors(sign).length;
  return fitLine(left + sign + shortenName(name, nameRoom), room);
}

/** Cut at the end, with an ellipsis for what is gone. */
function cutEnd(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}${ELLIPSIS}`;
}

/**
 * The name with ellipses for the innermost brackets, of as many levels as have to go; for all where that is still too long.
 * The widths of all levels are found in one pass: names can be megabytes, and nested as deep.
 */
function collapseToFit(name: string, room: number): string {
  const widths: number[] = [];
  const ellipses: number[] = [];
  let [depth, last, deepest] = [0, 0, 0];
  forEachSign(name, (sign) => {
    if (closing.includes(sign)) depth = Math.max(0, depth - 1);
    widths[depth] = (widths[depth] ?? 0) + (sign.startsWith('\x1b') ? 0 : sign.length);
    if (depth > last) ellipses[last] = (ellipses[last] ?? 0) + 1;
    last = depth;
    if (opening.includes(sign)) deepest = Math.max(deepest, ++depth);
  });
  if (deepest === 0) return name;
  let kept = 0;
  for (let level = 0, width = 0; level < deepest; level++) {
    width += widths[level];
    if (width > room) break;
    if (width + (ellipses[level] ?? 0) <= room) kept = level;
  }
  return collapseBelow(name, kept);
}

/** The name with an ellipsis for what is in more than `kept` brackets. */
function collapseBelow(name: string, kept: number): string {
  let text = '';
  let depth = 0;
  forEachSign(name, (sign) => {
    if (closing.includes(sign)) depth = Math.max(0, depth - 1);
    if (depth <= kept) text += sign;
    else if (!text.endsWith(ELLIPSIS)) text += ELLIPSIS;
    if (opening.includes(sign)) depth++;
  });
  return text;
}

/**
 * Takes the type away that names of function templates begin with: what is before the last space outside of brackets,
 * of what is before the parameters. Nothing of names without parameters, and none of operators (`operator new`).
 */
function dropReturnType(name: string): string {
  let depth = 0;
  let at = 0;
  let end = -1;
  let hasParameters = false;
  forEachSign(name, (sign) => {
    if (depth === 0 && sign === '(') hasParameters = true;
    if (depth === 0 && sign === ' ' && !hasParameters && !name.endsWith('operator', at)) end = at;
    if (opening.includes(sign)) depth++;
    else if (closing.includes(sign)) depth = Math.max(0, depth - 1);
    at += sign.length;
  });
  return hasParameters && end >= 0 && !/ (?:thunk to|for) /.test(name) ? name.slice(end + 1) : name;
}

/** Takes namespaces and classes away from the left until the rest fits, or the function alone is left. */
function dropNamespaces(name: string, room: number): string {
  if (name.length <= room) return name;
  const starts: number[] = [];
  let depth = 0;
  let at = 0;
  forEachSign(name, (sign) => {
    if (opening.includes(sign)) depth++;
    else if (closing.includes(sign)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && name.startsWith('::', at)) starts.push(at + 2);
    at += sign.length;
  });
  for (const start of starts) {
    if (ELLIPSIS.length + name.length - start <= room || start === starts.at(-1))
      return ELLIPSIS + name.slice(start);
  }
  return name;
}

/** Calls for every character, and once for each operator whose name holds brackets. */
function forEachSign(name: string, visit: (sign: string) => void): void {
  for (let at = 0; at < name.length;) {
    let sign = name[at];
    if (startsOfAtoms.includes(sign)) {
      atom.lastIndex = at;
      sign = atom.exec(name)?.[0] ?? sign;
    }
    visit(sign);
    at += sign.length;
  }
}
