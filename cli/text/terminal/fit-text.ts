/** Text for people: lines as wide as their terminal at most. */

import { lineWidth } from './terminal';

const ELLIPSIS = '…';
/** A label and its text are this far apart at least. */
const gap = /\S {2,}/g;
/** Labels end before this column. */
const LABELS_END = 24;
/** Where there is less room for a path, it is in a line of its own. */
const LEAST_OF_PATH = 12;

/** The text, its lines fitted to the terminal; as it is where the output goes elsewhere. */
export function fitText(text: string): string {
  const width = lineWidth();
  return width === Infinity ? text : text.replace(/[^\n]+/g, (line) => fitProse(line, width));
}

/**
 * A line in several, where it is too long: broken between words, further lines below the text of the first. Of a path at
 * the end the folders in front go instead: its name is in every line of a table.
 */
export function fitProse(line: string, width: number): string {
  if (line.length <= width) return line;
  const path = /(?<= {2})\/\S*$/.exec(line);
  const room = width - (path?.index ?? width);
  if (path && room >= LEAST_OF_PATH) {
    return line.slice(0, path.index) + ELLIPSIS + line.slice(path[0].length - room + 1 + path.index);
  }
  const below = indentOf(line);
  // On a terminal as narrow as that nothing would be left for the words.
  const indent = below.length > width / 2 ? '' : below;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const end = rest.lastIndexOf(' ', width);
    const isBreak = end > indent.length && rest.slice(indent.length, end).trim() !== '';
    // A word that is longer than a line is cut where the line ends.
    lines.push(rest.slice(0, isBreak ? end : width).trimEnd());
    rest = indent + rest.slice(isBreak ? end + 1 : width);
  }
  return [...lines, rest].join('\n');
}

/** What further lines begin with. */
function indentOf(line: string): string {
  if (line.startsWith('# ')) return '# ';
  const leading = /^ */.exec(line)![0].length;
  let column = leading;
  for (const { index, 0: found } of line.matchAll(gap)) {
    if (index >= LABELS_END) break;
    column = index + found.length;
  }
  return ' '.repeat(column < LABELS_END * 2 ? column : leading);
}
