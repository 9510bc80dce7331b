/**
 * Call graphs below the entries of a report, in perf's styles (perf 7.2: tools/perf/ui/stdio/hist.c):
 *
 *   graph, fractal   |          --12.34%--caller        percentages of the whole, or of what is above
 *   flat             percentage, then one line for each frame
 *   folded           percentage and the frames in one line, between semicolons
 */

import type { GraphNode } from '../table/entry-graph';
import type { LocationTable } from '../../../profile';
import { colored, formatHundredths, percentOf } from './numbers';
import { shown } from '../../text/printable';

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
   * Writes the lines of a graph, with an empty one at the end; nothing for an empty graph.
   * @param total period of all samples of the table
   * @param entryTotal period of the entry
   */
  write(root: GraphNode, total: number, entryTotal: number, write: (text: string) => void): void {
    switch (this.options.style) {
      case 'graph':
      case 'fractal':
        this.writeGraph(root, total, entryTotal, write);
        break;
      case 'flat':
        for (const node of this.limited(root.children)) {
          const lines = this.pathOf(node).map((name) => `                ${name}\n`);
          write(`           ${this.value(node, total)}\n${lines.join('')}\n`);
        }
        break;
      case 'folded':
        for (const node of this.limited(root.children)) {
          write(`${this.value(node, total)} ${this.pathOf(node).join(this.options.separator)}\n`);
        }
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
        return colored(percentOf(period, total), `${formatHundredths(percentOf(period, total))}%`);
    }
  }

  /** Names from the root of the graph to a node. */
  private pathOf(node: GraphNode): string[] {
    const path: string[] = [];
    for (let at: GraphNode | undefined = node; at !== undefined; at = at.parent) {
      for (let i = at.points.length - 1; i >= 0; i--) path.push(this.pointText(at.points[i]));
    }
    return path.reverse();
  }

  private writeGraph(
    root: GraphNode,
    total: number,
    entryTotal: number,
    write: (text: string) => void,
  ): void {
    let isEmpty = true;
    let top = root;
    let margin = MARGIN;
    const writeLine = (text: string): void => {
      isEmpty = false;
      write(`${margin}${text}\n`);
    };
    // A single chain has the entry's percentage: it is not repeated, and a column is saved.
    const [only] = root.children;
    if (root.children.length === 1 && only.period + only.childPeriod === entryTotal) {
      const visible = this.options.skipsFirst ? only.points.slice(1) : only.points;
      this.limited(visible).forEach((point, i) => {
        if (i > 0) writeLine(this.pointText(point));
        else {
          writeLine('|');
          writeLine(`---${this.pointText(point)}`);
          margin += '   ';
        }
      });
      top = only;
    }
    this.writeBranches(top, this.options.style === 'fractal' ? entryTotal : total, writeLine);
    if (!isEmpty) write('\n');
  }

  /** Not by calling itself: graphs can be as deep as stacks are. @param whole what percentages are of */
  private writeBranches(top: GraphNode, whole: number, writeLine: (text: string) => void): void {
    const isFractal = this.options.style === 'fractal';
    const levels = [this.levelBelow(top, whole, '')];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const node = level.shown[level.next];
      if (node === undefined) {
        this.writeRemainder(level, writeLine);
        levels.pop();
        continue;
      }
      level.next++;
      level.remaining -= node.period + node.childPeriod;
      level.remainingSamples -= node.samples + node.childSamples;
      writeLine(columnsOf(level));
      const isLast = level.next === level.parent.children.length;
      if (isLast && (!isFractal || level.remaining === 0)) level.hasPipe = false;
      const columns = columnsOf(level);
      node.points.forEach((point, row) => {
        const lead = row === 0 ? branchLead(level, this.value(node, level.total)) : columns;
        writeLine(lead + this.pointText(point));
      });
      levels.push(this.levelBelow(node, isFractal ? node.childPeriod : level.total, columns));
    }
  }

  private levelBelow(parent: GraphNode, total: number, columns: string): Level {
    return {
      parent,
      shown: this.limited(parent.children),
      next: 0,
      total,
      remaining: total,
      remainingSamples: parent.childSamples,
      columns,
      hasPipe: true,
    };
  }

  /** In style fractal, what the branches of a level leave of the whole. */
  private writeRemainder(level: Level, writeLine: (text: string) => void): void {
    const { parent, total, remaining: period, remainingSamples: samples } = level;
    if (this.options.style !== 'fractal' || period === 0 || period === total) return;
    if (this.options.value === 'count' && samples <= 0) return;
    const rest = { ...parent, period, samples, childPeriod: 0, childSamples: 0 };
    level.hasPipe = false;
    writeLine(`${branchLead(level, this.value(rest, total))}[...]`);
  }
}

/** The branches of a node while they are written. */
interface Level {
  readonly parent: GraphNode;
  readonly shown: readonly GraphNode[];
  /** Index of the branch to write next. */
  next: number;
  /** What percentages are of. */
  readonly total: number;
  remaining: number;
  remainingSamples: number;
  /** The columns of the levels above. */
  readonly columns: string;
  /** Whether a line goes on downwards to a next branch. */
  hasPipe: boolean;
}

function nameOf(points: LocationTable, addressText: (frame: number) => string, point: number): string {
  const symbol = points.symbol[point];
  if (symbol !== undefined) {
    const line = points.sourceLine[point];
    const place = line === undefined ? '' : ` ${line}`;
    return shown(symbol + place) + (points.isInlined[point] ? ' (inlined)' : '');
  }
  const address = addressText(points.frame[point]);
  return address === '0' ? '0' : `0x${address}`;
}

function columnsOf({ columns, hasPipe }: Level): string {
  return columns + (hasPipe ? PIPE : NO_PIPE);
}

function branchLead({ columns, hasPipe }: Level, value: string): string {
  return `${columns}${hasPipe ? '|' : ' '}--${value}--`;
}
