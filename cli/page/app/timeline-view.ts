/**
 * The time line: a lane for each thread. Dragging over the lanes brushes a range of time, a click on a thread's name chooses it;
 * what is chosen is what the whole page counts.
 */

import { sizeCanvas } from './flame-view';
import { seconds } from './model/numbers';
import type { ProfileData } from './model/profile-data';
import type { Selection } from './model/selection';
import { durationUs, layOutTimeline, type Timeline } from './model/timeline-layout';

const LANE_PX = 20;
/** Padding of the section, and between names and lanes (page.css). */
const SPACING_PX = 24;
/** Threads that are listed at first. */
const FIRST_LANES = 12;

export interface TimelineOptions {
  readonly onRange: (range: readonly [number, number] | undefined, isDone: boolean) => void;
  readonly onThreads: (threads: ReadonlySet<number> | undefined) => void;
  readonly nameOf: (thread: number) => string;
}

export class TimelineView {
  readonly element = document.createElement('section');
  private readonly names = document.createElement('div');
  private readonly canvas = document.createElement('canvas');
  /** Over the lanes, which stay as they are while it moves. */
  private readonly brush = document.createElement('div');
  /** What the names and the lanes were drawn of. */
  private drawnOf: readonly unknown[] = [];
  private readonly caption = document.createElement('p');
  private readonly more = document.createElement('button');
  private readonly durationUs: number;
  private timeline: Timeline = { lanes: [], most: 0 };
  private selection: Selection | undefined;
  private showsAll = false;
  private brushStartUs: number | undefined;

  constructor(
    private readonly data: ProfileData,
    private readonly options: TimelineOptions,
  ) {
    this.durationUs = durationUs(data);
    const { element, names, canvas, caption, more } = this;
    element.className = 'timeline';
    element.setAttribute('aria-label', 'Threads over time');
    names.className = 'threads';
    more.type = 'button';
    more.addEventListener('click', () => {
      this.showsAll = !this.showsAll;
      this.draw();
    });
    const lanes = document.createElement('div');
    lanes.className = 'lanes';
    const drawn = document.createElement('div');
    drawn.className = 'drawn';
    this.brush.className = 'brush';
    drawn.append(canvas, this.brush);
    lanes.append(names, drawn);
    element.append(lanes, caption, more);
    canvas.addEventListener('pointerdown', (event) => this.startBrush(event));
    canvas.addEventListener('pointermove', (event) => this.moveBrush(event, false));
    canvas.addEventListener('pointerup', (event) => this.moveBrush(event, true));
    // What was brushed so far counts.
    canvas.addEventListener('pointercancel', () => {
      this.brushStartUs = undefined;
      this.options.onRange(this.selection?.range, true);
    });
    canvas.setAttribute('aria-hidden', 'true');
  }

  /** Shows what is selected; counts anew where the event or the unit changed. */
  show(selection: Selection): void {
    const isNew = selection.event !== this.selection?.event || selection.unit !== this.selection.unit;
    this.selection = selection;
    if (isNew) this.timeline = layOutTimeline(this.data, selection, 600);
    this.draw();
  }

  draw(): void {
    if (!this.selection) return;
    const { lanes } = this.timeline;
    const shown = this.showsAll ? lanes : lanes.slice(0, FIRST_LANES);
    const width = Math.max(50, this.element.clientWidth - this.names.offsetWidth - SPACING_PX);
    const style = getComputedStyle(this.element);
    const colors = ['--bar', '--line'].map((name) => style.getPropertyValue(name));
    const drawnOf = [this.timeline, shown.length, width, devicePixelRatio, this.threadsKey, ...colors];
    if (drawnOf.some((value, i) => value !== this.drawnOf[i])) {
      this.drawnOf = drawnOf;
      this.names.replaceChildren(...shown.map(({ thread }) => this.threadButton(thread)));
      this.more.hidden = lanes.length <= FIRST_LANES;
      this.more.textContent = this.showsAll ? 'Fewer threads' : `All ${lanes.length} threads`;
      this.drawLanes(shown, width, colors);
    }
    this.drawBrush();
    const { range } = this.selection;
    this.caption.textContent = range
      ? `${seconds(range[0])} to ${seconds(range[1])} of ${seconds(this.durationUs)}; Escape or a click takes all`
      : `${seconds(this.durationUs)}; drag to choose a time, click on threads to choose them`;
  }

  private get threadsKey(): string {
    const { threads } = this.selection!;
    return threads ? [...threads].join() : 'all';
  }

  private drawLanes(shown: Timeline['lanes'], width: number, [bar, faint]: readonly string[]): void {
    const context = sizeCanvas(this.canvas, width, Math.max(1, shown.length) * LANE_PX);
    for (const [row, { thread, slices }] of shown.entries()) {
      const isChosen = this.selection!.threads?.has(thread) ?? true;
      context.fillStyle = faint;
      context.fillRect(0, (row + 1) * LANE_PX - 2, width, 1);
      context.fillStyle = isChosen ? bar : faint;
      const slicePx = width / slices.length;
      for (let slice = 0; slice < slices.length; slice++) {
        if (slices[slice] === 0) continue;
        const height = Math.max(2, (LANE_PX - 4) * Math.sqrt(slices[slice] / this.timeline.most));
        context.fillRect(slice * slicePx, (row + 1) * LANE_PX - 2 - height, Math.max(1, slicePx), height);
      }
    }
  }

  private drawBrush(): void {
    const { brush } = this;
    const { range } = this.selection!;
    brush.hidden = range === undefined;
    if (!range) return;
    const [from, to] = range.map((time) => (100 * time) / Math.max(1, this.durationUs));
    brush.style.left = `${from}%`;
    brush.style.width = `max(1px, ${to - from}%)`;
  }

  private threadButton(thread: number): HTMLButtonElement {
    const button = document.createElement('button');
    const { threads } = this.selection!;
    button.type = 'button';
    button.textContent = this.options.nameOf(thread);
    button.title = button.textContent;
    button.setAttribute('aria-pressed', String(threads?.has(thread) ?? false));
    button.addEventListener('click', () => {
      const chosen = new Set(threads);
      if (chosen.has(thread)) chosen.delete(thread);
      else chosen.add(thread);
      this.options.onThreads(chosen.size === 0 ? undefined : chosen);
    });
    return button;
  }

  private timeAt(event: PointerEvent): number {
    const x = Math.min(Math.max(0, event.offsetX), this.canvas.clientWidth);
    return (x / this.canvas.clientWidth) * this.durationUs;
  }

  private startBrush(event: PointerEvent): void {
    this.brushStartUs = this.timeAt(event);
    this.canvas.setPointerCapture(event.pointerId);
  }

  private moveBrush(event: PointerEvent, isDone: boolean): void {
    if (this.brushStartUs === undefined) return;
    const [from, to] = [this.brushStartUs, this.timeAt(event)].sort((a, b) => a - b);
    const isClick = to - from < this.durationUs / 500;
    if (isDone) this.brushStartUs = undefined;
    if (!isClick || isDone) this.options.onRange(isClick ? undefined : [from, to], isDone);
  }
}
