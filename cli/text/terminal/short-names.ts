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
/** Names and signs with brackets in them that open and close nothing. */
const atom =
  /operator\s*(?:<=>|<<=|>>=|<<|>>|<=|>=|->\*|->|<|>|\(\)|\[\])|->|\((?:anonymous namespace|inlined)\)/y;

/** The name in at most `room` characters. */
export function shortenName(name: string, room: number): string {
  if (name.length <= room) return name;
  let shorter = name;
  for (let depth = depthOf(name) - 1; depth >= 0; depth--) {
    shorter = collapseBelow(name, depth);
    if (shorter.length <= room) return shorter;
  }
  return cutEnd(dropNamespaces(shorter, room), room);
}

/** A line of text that holds a name, in at most `room` characters; what stands before its first bracket stays. */
export function fitLine(line: string, room: number): string {
  if (line.length <= room || withoutColors(line).length <= room) return line;
  for (let depth = depthOf(line) - 1; depth >= 0; depth--) {
    const shorter = collapseBelow(line, depth);
    if (withoutColors(shorter).length <= room) return shorter;
  }
  return cutEnd(withoutColors(collapseBelow(line, 0)), room);
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

/** How far brackets are nested. */
function depthOf(name: string): number {
  let deepest = 0;
  let depth = 0;
  forEachSign(name, (sign) => {
    if (opening.includes(sign)) deepest = Math.max(deepest, ++depth);
    else if (closing.includes(sign)) depth = Math.max(0, depth - 1);
  });
  return deepest;
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
    const rest = ELLIPSIS + name.slice(start);
    if (rest.length <= room || start === starts.at(-1)) return rest;
  }
  return name;
}

/** Calls for every character, and once for each operator whose name holds brackets. */
function forEachSign(name: string, visit: (sign: string) => void): void {
  for (let at = 0; at < name.length;) {
    atom.lastIndex = at;
    const sign = atom.exec(name)?.[0] ?? name[at];
    visit(sign);
    at += sign.length;
  }
}
