/** What is said of a node: name, place, and what was counted there. */

import type { CallNode } from './model/call-nodes';
import { counted, grouped, percent, points, share, type CountUnit } from './model/numbers';
import type { Counts } from './model/selection';

/** Of a name that is described; where it is longer, its length is said. */
const MOST_CHARACTERS = 5000;

export interface DescribedNode {
  readonly name: string;
  /** What its code belongs to, in words; empty for everything. */
  readonly kind: string;
  readonly binary: string;
  readonly line: string;
  readonly node: CallNode;
  readonly counts: Counts;
  readonly unit: CountUnit;
}

/** Elements to show. */
export function describeNode(described: DescribedNode): Node[] {
  const { name, kind, binary, line } = described;
  const place = document.createElement('span');
  place.textContent = [binary, line, kind].filter((word) => word !== '').join(' · ');
  return [
    document.createTextNode(`${shownName(name)} `),
    place,
    document.createElement('br'),
    document.createTextNode(countText(described)),
  ];
}

/** A name as it is, or the beginning of one that would fill the page. */
export function shownName(name: string): string {
  if (name.length <= MOST_CHARACTERS) return name;
  return `${name.slice(0, MOST_CHARACTERS)}… (${grouped(name.length)} characters)`;
}

function countText({ node, counts, unit }: DescribedNode): string {
  const { whole } = counts;
  const isDifference = whole.length === 2;
  const parts = whole.map((all, r) => {
    const when = isDifference ? ['before ', 'after '][r] : '';
    const self = node.self[r] > 0 ? `, ${percent(node.self[r], all)} in itself` : '';
    return `${when}${percent(node.total[r], all)} (${counted(node.total[r], unit)}${self})`;
  });
  if (isDifference) parts.push(points(share(node.total[1], whole[1]) - share(node.total[0], whole[0])));
  return parts.join(', ');
}
