/**
 * A flame graph on a canvas. One box at a time has the keyboard's focus: arrows move it among boxes, Enter zooms, and
 * whatever has focus or the pointer is described in words.
 */

import { shortenName } from '../../text/terminal/short-names';
import type { CallNode } from './model/call-nodes';
import { boxAt, layOut, type FlameBox, type FlameLayout } from './model/flame-layout';

const ROW_PX = 18;
const TEXT_INSET_PX = 4;
/** Names of more characters are shortened once, not with every drawing. */
const LONG_NAME = 1000;
const FONT = '11.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace';

/** How a box looks. */
export interface BoxLook {
  readonly text: string;
  readonly color: string;
  readonly isMatch: boolean;
}

export interface FlameViewOptions {
  readonly name: string;
  /** Whether the root is at the bottom. */
  readonly isRootBelow: () => boolean;
  readonly lookOf: (node: CallNode) => BoxLook;
  readonly weigh: (node: CallNode) => number;
  /** What is said of a node that has the pointer or the focus; undefined when none has. */
  readonly onPoint: (node: CallNode | undefined) => void;
  readonly onZoom: (node: CallNode) => void;
  /** A function was chosen, to be shown with its callers and callees. */
  readonly onChoose: (node: CallNode) => void;
}

export class FlameView {
  readonly element = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  /** Round the box that has the pointer or the focus. */
  private readonly outline = document.createElement('div');
  private layout: FlameLayout = { boxes: [], remainders: [], byRow: [] };
  private focus: CallNode | undefined;
  private pointed: FlameBox | undefined;
  /** Of long names, what was shown of them in so many characters. */
  private readonly longNames = new Map<string, Map<number, string>>();

  constructor(private readonly options: FlameViewOptions) {
    const { canvas, element } = this;
    element.className = 'flame';
    this.outline.className = 'outline';
    this.outline.hidden = true;
    element.append(canvas, this.outline);
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    canvas.setAttribute('aria-roledescription', 'flame graph');
    canvas.setAttribute(
      'aria-label',
      `${options.name}: arrows move among functions, Enter zooms in, Escape out, s shows callers and callees`,
    );
    canvas.addEventListener('mousemove', (event) => this.point(this.under(event)));
    canvas.addEventListener('mouseleave', () => this.point(undefined));
    canvas.addEventListener('click', (event) => this.act(this.under(event), options.onZoom));
    canvas.addEventListener('dblclick', (event) => this.act(this.under(event), options.onChoose));
    canvas.addEventListener('keydown', (event) => this.handleKey(event));
  }

  /** Boxes as they were drawn last. */
  get boxes(): readonly FlameBox[] {
    return this.layout.boxes;
  }

  /** Shows a tree, zoomed into one of its nodes. */
  show(focus: CallNode): void {
    this.focus = focus;
    this.pointed = undefined;
    this.draw();
  }

  /** Draws again: another width, other colours, another search. */
  draw(): void {
    if (!this.focus) return;
    const width = this.element.clientWidth;
    if (width === 0) return;
    this.layout = layOut(this.focus, width, this.options.weigh);
    const height = Math.max(1, this.layout.byRow.length) * ROW_PX;
    const context = sizeCanvas(this.canvas, width, height);
    context.font = FONT;
    context.textBaseline = 'middle';
    const style = getComputedStyle(this.element);
    const ink = { text: style.getPropertyValue('--box-text'), rest: style.getPropertyValue('--line') };
    const characterPx = context.measureText('m').width;
    for (const box of this.layout.boxes) this.drawBox(context, box, ink.text, characterPx);
    context.fillStyle = ink.rest;
    for (const { left, width: rest, row } of this.layout.remainders) {
      for (let x = left; x < left + rest; x += 3) {
        context.fillRect(x, this.top(row) + ROW_PX / 3, Math.min(1.5, left + rest - x), ROW_PX / 3);
      }
    }
    this.drawPointed();
  }

  /** The drawing as a picture of its own. */
  toSvg(): string {
    const width = this.element.clientWidth;
    const boxes = this.layout.boxes.map((box) => {
      const { text, color } = this.options.lookOf(box.node);
      const [x, y] = [box.left.toFixed(1), this.top(box.node.depth)];
      const shown = this.shorten(text, box.width, 7);
      return (
        `<g><title>${escapeXml(text)}</title><rect x="${x}" y="${y}" width="${Math.max(0.5, box.width - 1).toFixed(1)}" height="${ROW_PX - 1}" fill="${color}"/>` +
        (shown === ''
          ? '</g>'
          : `<text x="${(box.left + TEXT_INSET_PX).toFixed(1)}" y="${y + 12.5}">${escapeXml(shown)}</text></g>`)
      );
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${this.layout.byRow.length * ROW_PX}" font-family="monospace" font-size="11.5" fill="#17130a">${boxes.join('\n')}</svg>\n`;
  }

  private drawBox(context: CanvasRenderingContext2D, box: FlameBox, ink: string, characterPx: number): void {
    const { text, color, isMatch } = this.options.lookOf(box.node);
    const y = this.top(box.node.depth);
    context.globalAlpha = box.isAbove ? 0.55 : 1;
    context.fillStyle = isMatch ? '#e05ae8' : color;
    context.fillRect(box.left, y, Math.max(0.5, box.width - (box.width > 3 ? 1 : 0)), ROW_PX - 1);
    const shown = this.shorten(text, box.width, characterPx);
    if (shown !== '') {
      context.fillStyle = ink;
      context.fillText(shown, box.left + TEXT_INSET_PX, y + ROW_PX / 2);
    }
    context.globalAlpha = 1;
  }

  /** A name as a box has room for it; nothing where no three characters fit. */
  private shorten(text: string, widthPx: number, characterPx: number): string {
    const room = Math.floor((widthPx - 2 * TEXT_INSET_PX) / characterPx);
    if (room < 3) return '';
    if (text.length <= LONG_NAME) return shortenName(text, room);
    const known = this.longNames.get(text) ?? new Map<number, string>();
    this.longNames.set(text, known);
    const shown = known.get(room) ?? shortenName(text, room);
    known.set(room, shown);
    return shown;
  }

  private drawPointed(): void {
    const { outline, pointed } = this;
    outline.hidden = pointed === undefined;
    if (!pointed) return;
    outline.style.left = `${pointed.left}px`;
    outline.style.top = `${this.top(pointed.node.depth)}px`;
    outline.style.width = `${Math.max(2, pointed.width - 1)}px`;
  }

  private top(row: number): number {
    return (this.options.isRootBelow() ? this.layout.byRow.length - 1 - row : row) * ROW_PX;
  }

  private under({ offsetX, offsetY }: MouseEvent): FlameBox | undefined {
    const line = Math.floor(offsetY / ROW_PX);
    return boxAt(
      this.layout,
      this.options.isRootBelow() ? this.layout.byRow.length - 1 - line : line,
      offsetX,
    );
  }

  private act(box: FlameBox | undefined, action: (node: CallNode) => void): void {
    if (box) action(box.node);
  }

  private point(box: FlameBox | undefined): void {
    if (box === this.pointed) return;
    this.pointed = box;
    this.options.onPoint(box?.node);
    this.drawPointed();
  }

  private handleKey(event: KeyboardEvent): void {
    const at = this.pointed ?? this.layout.boxes.find(({ node }) => node === this.focus);
    if (!at) return;
    if (event.key === 'Enter' || event.key === ' ') this.options.onZoom(at.node);
    else if (event.key === 's') this.options.onChoose(at.node);
    else if (event.key.startsWith('Arrow')) this.point(this.neighbour(at, event.key) ?? at);
    else return;
    event.preventDefault();
  }

  /** The box that an arrow key leads to. */
  private neighbour(at: FlameBox, key: string): FlameBox | undefined {
    const { byRow, boxes } = this.layout;
    const { node } = at;
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      const row = byRow[node.depth];
      return row[row.indexOf(at) + (key === 'ArrowLeft' ? -1 : 1)];
    }
    const isOutwards = key === (this.options.isRootBelow() ? 'ArrowDown' : 'ArrowUp');
    if (isOutwards) return boxes.find((box) => box.node === node.parent);
    return byRow[node.depth + 1]?.find((box) => box.node.parent === node);
  }
}

/** A canvas of a size in CSS pixels, sharp on any screen. */
export function sizeCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = globalThis.devicePixelRatio;
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  return context;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
