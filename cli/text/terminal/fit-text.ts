/** Text for people: lines as wide as their terminal at most. */

import { fitLine } from './short-names';
import { lineWidth } from './terminal';

/** The text, its lines shortened to what the terminal has room for; as it is where the output goes elsewhere. */
export function fitText(text: string): string {
  const width = lineWidth();
  return width === Infinity ? text : text.replace(/[^\n]+/g, (line) => fitLine(line, width));
}
