/**
 * Names of functions made shorter by their structure, so that what tells them apart stays:
 *
 *   nlohmann::basic_json<std::map, std::vector<int>>::operator[]<char const>(char const*) const
 *   nlohmann::basic_json<…>::operator[]<…>(…) const                 what stands in brackets goes first, the innermost before
 *   …basic_json<…>::operator[]<…>(…) const                          then the namespaces in front
 *   …basic_json<…>::operat…                                         then the end
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

/** The name in at most `room` characters. */
export function shortenName(name: string, room: number): string {
  if (name.length <= room) return name;
  const shorter = collapseToFit(name, room);
  return shorter.length <= room ? shorter : cutEnd(dropNamespaces(shorter, room), room);
}

/** A line of text that holds a name, in at most `room` characters; what stands before its first bracket stays. */
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
  const [pipes] = /^[ |]*/.exec(line)!;
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

/** The name with an ellipsis for what stands in more than `kept` brackets. */
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

/** Takes namespaces and classes away from the left until the rest fits, or the function alone is left. */
function dropNamespaces(name: string, room: number): string {
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
