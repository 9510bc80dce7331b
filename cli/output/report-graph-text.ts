/**
 * Call graphs below the entries of a report, in perf's styles (perf 7.2: tools/perf/ui/stdio/hist.c):
 *
 *   graph, fractal   |          --12.34%--caller        percentages of the whole, or of what is above
 *   flat             percentage, then one line for each frame
 *   folded           percentage and the frames in one line, between semicolons
 */

import type { GraphNode } from '../profile/entry-graph';
import type { LocationTable } from '../profile/location-table';
import { formatHundredths, percentOf } from './report-numbers';
import { printable } from './printable';

export type GraphStyle = 'graph' | 'fractal' | 'flat' | 'folded';
export type GraphValue = 'percent' | 'period' | 'count';

export interface GraphTextOptions {
  readonly style: GraphStyle;
  readonly value: GraphValue;
  /** Branches of a node, or chains of an entry, at most; 0 for all. */
  readonly printLimit: number;
  /** Leaves out the first frame of an unbranched graph: the line above says it already. */
  readonly skipsFirst: boolean;
  /** Between frames in style folded. */
  readonly separator: string;
}

const MARGIN = ' '.repeat(12);
const PIPE = '|          ';
const NO_PIPE = '           ';

export class GraphText {
  /** @param pointText what a point is called */
  constructor(
    private readonly pointText: (point: number) => string,
    private readonly options: GraphTextOptions,
  ) {}

  /**
   * The lines of a graph, with an empty one at the end; nothing for an empty graph.
   * @param total period of all samples of the table
   * @param entryTotal period of the entry
   */
  format(root: GraphNode, total: number, entryTotal: number): string {
    switch (this.options.style) {
      case 'graph':
      case 'fractal':
        return this.formatGraph(root, total, entryTotal);
      case 'flat':
        return this.limited(root.children)
          .map((node) => `           ${this.value(node, total)}\n${this.flatLines(node)}\n`)
          .join('');
      case 'folded':
        return this.limited(root.children)
          .map((node) => `${this.value(node, total)} ${this.foldedNames(node)}\n`)
          .join('');
    }
  }

  get style(): GraphStyle {
    return this.options.style;
  }

  /** What points are called: by symbol, else by address. @param addressText of a frame, in hexadecimal */
  static namer(points: LocationTable, addressText: (frame: number) => string): (point: number) => string {
    const names: (string | undefined)[] = [];
    return (point) => (names[point] ??= nameOf(points, addressText, point));
  }

  private limited<T>(items: readonly T[]): readonly T[] {
    const { printLimit } = this.options;
    return printLimit > 0 ? items.slice(0, printLimit) : items;
  }

  private value(node: GraphNode, total: number): string {
    const isFolded = this.options.style === 'folded';
    const period = isFolded ? node.period : node.period + node.childPeriod;
    switch (this.options.value) {
      case 'period':
        return String(period);
      case 'count':
        return String(isFolded ? node.samples : node.samples + node.childSamples);
      case 'percent':
        return `${formatHundredths(percentOf(period, total))}%`;
    }
  }

  private pathOf(node: GraphNode): string[] {
    const above = node.parent ? this.pathOf(node.parent) : [];
    return [...above, ...node.points.map(this.pointText)];
  }

  private flatLines(node: GraphNode): string {
    return this.pathOf(node)
      .map((name) => `                ${name}\n`)
      .join('');
  }

  private foldedNames(node: GraphNode): string {
    return this.pathOf(node).join(this.options.separator);
  }

  private formatGraph(root: GraphNode, total: number, entryTotal: number): string {
    let text = '';
    let top = root;
    let margin = MARGIN;
    // A single chain has the entry's percentage: it is not repeated, and a column is saved.
    const [only] = root.children;
    if (root.children.length === 1 && only.period + only.childPeriod === entryTotal) {
      const shown = this.options.skipsFirst ? only.points.slice(1) : only.points;
      this.limited(shown).forEach((point, i) => {
        if (i === 0) text += `${margin}|\n${margin}---`;
        else text += margin;
        if (i === 0) margin += '   ';
        text += `${this.pointText(point)}\n`;
      });
      top = only;
    }
    const isFractal = this.options.style === 'fractal';
    text += this.formatBranches(top, isFractal ? entryTotal : total, 1, 1, margin);
    return text === '' ? '' : `${text}\n`;
  }

  /**
   * @param total what percentages are of
   * @param pipes bit for each column in which a line goes on downwards; as in perf, 32 columns share the bits
   */
  private formatBranches(
    parent: GraphNode,
    total: number,
    depth: number,
    pipes: number,
    margin: string,
  ): string {
    const isFractal = this.options.style === 'fractal';
    let text = '';
    let remaining = total;
    let remainingSamples = parent.childSamples;
    let inner = pipes;
    const shown = this.limited(parent.children);
    for (const [i, node] of shown.entries()) {
      remaining -= node.period + node.childPeriod;
      remainingSamples -= node.samples + node.childSamples;
      const isLast = i === parent.children.length - 1;
      if (isLast && (!isFractal || remaining === 0)) inner &= ~(1 << (depth - 1));
      text += `${margin}${columnsOf(depth, pipes)}\n`;
      node.points.forEach((point, row) => {
        const lead = row === 0 ? branchLead(depth, inner, this.value(node, total)) : columnsOf(depth, inner);
        text += `${margin}${lead}${this.pointText(point)}\n`;
      });
      const newTotal = isFractal ? node.childPeriod : total;
      text += this.formatBranches(node, newTotal, depth + 1, inner | (1 << depth), margin);
    }
    const isCount = this.options.value === 'count';
    if (isFractal && remaining !== 0 && remaining !== total && !(isCount && remainingSamples <= 0)) {
      const rest = {
        ...parent,
        period: remaining,
        samples: remainingSamples,
        childPeriod: 0,
        childSamples: 0,
      };
      inner &= ~(1 << (depth - 1));
      text += `${margin}${branchLead(depth, inner, this.value(rest, total))}[...]\n`;
    }
    return text;
  }
}

function nameOf(points: LocationTable, addressText: (frame: number) => string, point: number): string {
  const symbol = points.symbol[point];
  if (symbol !== undefined) {
    const line = points.sourceLine[point];
    const place = line === undefined ? '' : ` ${line}`;
    return printable(symbol + place) + (points.isInlined[point] ? ' (inlined)' : '');
  }
  const address = addressText(points.frame[point]);
  return address === '0' ? '0' : `0x${address}`;
}

function columnsOf(depth: number, pipes: number): string {
  let text = '';
  for (let i = 0; i < depth; i++) text += pipes & (1 << i) ? PIPE : NO_PIPE;
  return text;
}

function branchLead(depth: number, pipes: number, value: string): string {
  return `${columnsOf(depth - 1, pipes)}${pipes & (1 << (depth - 1)) ? '|' : ' '}--${value}--`;
}
