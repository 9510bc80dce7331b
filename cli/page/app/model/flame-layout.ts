/** Where the boxes of a flame graph lie: pure geometry, no drawing. */

import type { CallNode } from './call-nodes';

/** Narrower boxes are not drawn one by one; what they take together is marked. */
const LEAST_WIDTH_PX = 0.7;

export interface FlameBox {
  readonly node: CallNode;
  readonly left: number;
  readonly width: number;
  /** Whether it is a caller of the node that was zoomed into. */
  readonly isAbove: boolean;
}

/** Children that are too narrow to draw, side by side. */
export interface FlameRemainder {
  readonly left: number;
  readonly width: number;
  readonly row: number;
}

export interface FlameLayout {
  readonly boxes: readonly FlameBox[];
  readonly remainders: readonly FlameRemainder[];
  /** Boxes of each row, from the left. */
  readonly byRow: readonly (readonly FlameBox[])[];
}

/** The box of a row at a place; undefined where there is none. */
export function boxAt({ byRow }: FlameLayout, row: number, x: number): FlameBox | undefined {
  const boxes = byRow[row] ?? [];
  let [low, high] = [0, boxes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (boxes[middle].left <= x) low = middle + 1;
    else high = middle;
  }
  const box = boxes.at(low - 1);
  return low > 0 && box && x < box.left + box.width ? box : undefined;
}

/**
 * Lays out a tree.
 * @param focus the node that takes the whole width, with its callers above it
 * @param weigh what a node's width shows
 */
export function layOut(focus: CallNode, widthPx: number, weigh: (node: CallNode) => number): FlameLayout {
  const boxes: FlameBox[] = [];
  const remainders: FlameRemainder[] = [];
  const byRow: FlameBox[][] = [];
  const add = (box: FlameBox): void => {
    boxes.push(box);
    (byRow[box.node.depth] ??= []).push(box);
  };
  const path: CallNode[] = [];
  for (let node = focus.parent; node; node = node.parent) path.unshift(node);
  for (const node of path) add({ node, left: 0, width: widthPx, isAbove: true });
  const scale = widthPx / Math.max(weigh(focus), Number.MIN_VALUE);
  // Breadth first: each row from left to right.
  let row: FlameBox[] = [{ node: focus, left: 0, width: widthPx, isAbove: false }];
  while (row.length > 0) {
    const below: FlameBox[] = [];
    for (const box of row) {
      add(box);
      let { left } = box;
      let tooNarrow = 0;
      for (const child of box.node.children()) {
        const width = weigh(child) * scale;
        if (width < LEAST_WIDTH_PX) {
          tooNarrow += width;
          continue;
        }
        below.push({ node: child, left, width, isAbove: false });
        left += width;
      }
      if (tooNarrow >= LEAST_WIDTH_PX) {
        remainders.push({ left, width: tooNarrow, row: box.node.depth + 1 });
      }
    }
    row = below;
  }
  for (const { row: at } of remainders) byRow[at] ??= [];
  return { boxes, remainders, byRow };
}
