/** The page: what is selected, which view shows it, and the controls of both. */

import { labelKinds, NO_LINE } from '../page-format';
import { CallTrees, NodeChildren, WHOLE, type CallNode } from './model/call-nodes';
import { colorOfChange, colorOfKind, kindNames, noiseColor } from './colors';
import { Controls } from './controls';
import { describeNode, shownName } from './describe';
import { FlameView, type BoxLook } from './flame-view';
import { FunctionTables } from './function-tables';
import { markOutermost } from './model/function-rows';
import { countUnit, share } from './model/numbers';
import { firstState, formatState, parseState, type PageState, type ViewName } from './model/page-state';
import type { ProfileData } from './model/profile-data';
import { matcherOf } from './model/search';
import { RunningCounts } from './model/running-counts';
import type { Counts, Selection } from './model/selection';
import { differs } from './model/significance';
import { TimelineView } from './timeline-view';

/** Views that cost more than a drawing wait until the brush has stood still for so long. */
const BRUSH_PAUSE_MS = 120;

/** What becomes of the page's address: a step that Back undoes, the same step changed, or nothing while the pointer moves on. */
type Change = 'step' | 'same-step' | 'moving';

export class Page {
  private readonly first: PageState;
  private state: PageState;
  private outermost: Uint8Array | undefined;
  private readonly running: RunningCounts;
  private readonly counts: Counts;
  private readonly trees: CallTrees;
  private countedFor = '';
  private isMoving = false;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private readonly last: number;
  private largestChange = 0;
  private isMatch: ((name: string) => boolean) | undefined;
  /** By view, the tree that is drawn. */
  private roots: Partial<Record<ViewName | 'callers', CallNode>> = {};
  private readonly flame: FlameView;
  private readonly callers: FlameView;
  private readonly callees: FlameView;
  private readonly tables: FunctionTables;
  private readonly timeline: TimelineView | undefined;
  private readonly controls: Controls;
  private readonly details = document.createElement('div');
  private readonly chosenTitle = document.createElement('h2');
  private readonly panels: Readonly<Record<ViewName, HTMLElement>>;

  constructor(
    private readonly data: ProfileData,
    host: HTMLElement,
  ) {
    this.first = { ...firstState, view: data.view, unit: data.unit, event: data.firstEvent };
    this.last = data.recordings.length - 1;
    this.running = new RunningCounts(data);
    this.counts = this.running.counts;
    this.trees = new CallTrees(data, new NodeChildren(data.columns.nodeParent), this.counts);
    this.flame = this.makeFlame(
      'Flame graph',
      (node) => this.zoom(node),
      () => this.state.isRootBelow,
    );
    this.callers = this.makeFlame(
      'Callers',
      (node) => this.choose(node),
      () => true,
    );
    this.callees = this.makeFlame(
      'Callees',
      (node) => this.choose(node),
      () => false,
    );
    this.tables = new FunctionTables(data, (label) => this.set({ chosen: label, view: 'sandwich' }, 'step'));
    this.timeline = data.recordings.some(({ hasTimes }) => hasTimes)
      ? new TimelineView(data, {
          onRange: (range, isDone) => this.set({ range }, isDone ? 'step' : 'moving'),
          onThreads: (threads) => this.set({ threads: threads && [...threads] }, 'step'),
          nameOf: (thread) => this.threadName(thread),
        })
      : undefined;
    this.controls = new Controls(data, {
      onChange: (change, isStep) => this.set(change, isStep ? 'step' : 'same-step'),
      onReset: () => this.set({ zoom: [], range: undefined, threads: undefined, stops: undefined }, 'step'),
      onNextMatch: () => this.showNextMatch(),
      onSaveSvg: () => this.flame.toSvg(),
    });
    this.state = parseState(location.hash, this.first);
    this.panels = this.makePanels();
    this.details.className = 'details';
    this.details.setAttribute('role', 'status');
    host.replaceChildren(
      this.controls.element,
      ...(this.timeline ? [this.timeline.element] : []),
      ...new Set(Object.values(this.panels)),
      this.details,
    );
    addEventListener('resize', () => {
      this.timeline?.draw();
      this.draw();
    });
    addEventListener('popstate', () => {
      this.state = parseState(location.hash, this.first);
      this.update();
    });
    document.addEventListener('keydown', (event) => this.handleKey(event));
    this.update();
  }

  private makeFlame(name: string, onZoom: (node: CallNode) => void, isRootBelow: () => boolean): FlameView {
    return new FlameView({
      name,
      isRootBelow,
      lookOf: (node) => this.lookOf(node),
      weigh: (node) => node.total[this.state.showsBefore ? 0 : this.last],
      onPoint: (node) => this.describe(node),
      onZoom,
      onChoose: (node) => this.choose(node),
    });
  }

  private makePanels(): Record<ViewName, HTMLElement> {
    const panel = (label: string, ...content: HTMLElement[]): HTMLElement => {
      const element = document.createElement('section');
      element.setAttribute('aria-label', label);
      element.append(...content);
      return element;
    };
    const heading = (text: string): HTMLElement => {
      const element = document.createElement('h3');
      element.textContent = text;
      return element;
    };
    const flame = panel('Flame graph', this.flame.element);
    return {
      flame,
      inverted: flame,
      functions: panel('Functions', this.tables.functions.element),
      binaries: panel('Binaries', this.tables.binaries.element),
      sandwich: panel(
        'Callers and callees',
        this.chosenTitle,
        heading('Called by'),
        this.callers.element,
        heading('Calls'),
        this.callees.element,
      ),
    };
  }

  private set(change: Partial<PageState>, kind: Change): void {
    this.state = { ...this.state, ...change };
    if (change.view !== undefined && change.zoom === undefined) this.state = { ...this.state, zoom: [] };
    const address = `#${formatState(this.state, this.first)}`;
    if (kind === 'step') history.pushState(undefined, '', address);
    else if (kind === 'same-step') history.replaceState(undefined, '', address);
    this.isMoving = kind === 'moving';
    this.update();
  }

  private get selection(): Selection {
    const { event, unit, range, threads, stops } = this.state;
    return {
      event: Math.min(Math.max(0, event), this.data.events.length - 1),
      unit,
      range,
      threads: threads && new Set(threads),
      stops: stops && new Set(stops),
    };
  }

  private update(): void {
    const { state, selection } = this;
    const key = JSON.stringify([selection.event, selection.unit, state.range, state.threads, state.stops]);
    if (key !== this.countedFor) {
      this.countedFor = key;
      this.running.select(selection);
      this.trees.recount();
      this.roots = {};
      this.tables.forget();
    }
    this.isMatch = this.controls.readSearch(state.search, matcherOf);
    this.controls.show(state, selection, this.counts);
    this.timeline?.show(selection);
    for (const panel of Object.values(this.panels)) panel.hidden = panel !== this.panels[state.view];
    this.draw();
    this.describe(undefined);
  }

  private draw(): void {
    const { state } = this;
    clearTimeout(this.pause);
    if (state.view === 'flame' || state.view === 'inverted') {
      const root = this.rootOf(state.view);
      this.measureChanges(root);
      this.flame.show(findByPath(root, state.zoom));
      this.controls.showMatched(this.isMatch && this.sumMatches(root), this.counts, this.selection);
    } else if (this.isMoving) {
      this.isMoving = false;
      this.pause = setTimeout(() => this.draw(), BRUSH_PAUSE_MS);
    } else if (state.view === 'sandwich') {
      this.drawSandwich();
    } else {
      this.outermost ??= markOutermost(this.data.columns);
      this.tables.show({
        outermost: this.outermost,
        counts: this.counts,
        isMatch: this.isMatch,
        unit: countUnit(this.data, this.selection),
      });
    }
  }

  private drawSandwich(): void {
    const { chosen } = this.state;
    const { labelName } = this.data.columns;
    if (chosen === undefined || chosen < 0 || chosen >= labelName.length) {
      this.chosenTitle.textContent =
        'Choose a function: in the table, by a double click in the graph, or by s on the keyboard';
      for (const view of [this.callers, this.callees]) view.element.hidden = true;
      return;
    }
    this.chosenTitle.textContent = `${shownName(this.nameOf(chosen))}${this.binaryText(chosen)}`;
    const callers = this.trees.callersOf(chosen);
    const callees = this.trees.calleesOf(chosen);
    this.measureChanges(callees);
    for (const [view, root] of [
      [this.callers, callers],
      [this.callees, callees],
    ] as const) {
      view.element.hidden = false;
      view.show(root);
    }
  }

  private rootOf(view: 'flame' | 'inverted'): CallNode {
    return (this.roots[view] ??= view === 'flame' ? this.trees.callees() : this.trees.sampled());
  }

  private zoom(node: CallNode): void {
    const zoom: number[] = [];
    for (let at: CallNode | undefined = node; at?.parent; at = at.parent) zoom.unshift(at.label);
    this.set({ zoom }, 'step');
    this.describe(node);
  }

  private choose({ label }: CallNode): void {
    if (label === WHOLE) return;
    this.set({ chosen: label, view: 'sandwich' }, 'step');
  }

  private lookOf(node: CallNode): BoxLook {
    if (node.label === WHOLE) return { text: 'all', color: colorOfKind(0, 'all'), isMatch: false };
    const { labelKind } = this.data.columns;
    const text = this.nameOf(node.label);
    const isMatch = this.isMatch?.(text) ?? false;
    if (this.last === 0) return { text, color: colorOfKind(labelKind[node.label], text), isMatch };
    const { wholeSamples } = this.counts;
    const isChange = differs(node.samples[0], wholeSamples[0], node.samples[1], wholeSamples[1]);
    const color = isChange ? colorOfChange(this.changeOf(node), this.largestChange) : noiseColor;
    return { text, color, isMatch };
  }

  private changeOf({ total }: CallNode): number {
    const { whole } = this.counts;
    return share(total[this.last], whole[this.last]) - share(total[0], whole[0]);
  }

  /** The largest change near the root is drawn in the strongest colour. */
  private measureChanges(root: CallNode): void {
    if (this.last === 0) return;
    this.largestChange = 0;
    let row: readonly CallNode[] = [root];
    for (let depth = 0; depth < 12 && row.length > 0; depth++) {
      for (const node of row)
        this.largestChange = Math.max(this.largestChange, Math.abs(this.changeOf(node)));
      row = row.flatMap((node) => node.children().slice(0, 8));
    }
  }

  /** What matches; of a function that matches below another only the outer one counts. */
  private sumMatches(root: CallNode): number {
    const { nodeParent, nodeLabel, labelName } = this.data.columns;
    const labels = Uint8Array.from(labelName, (_, label) => Number(this.isMatch!(this.nameOf(label))));
    if (this.state.view === 'inverted') {
      return root
        .children()
        .filter(({ label }) => labels[label] === 1)
        .reduce((sum, node) => sum + node.total[this.last], 0);
    }
    const isInside = new Uint8Array(nodeLabel.length);
    let sum = 0;
    for (let node = 0; node < nodeLabel.length; node++) {
      const parentIsInside = nodeParent[node] >= 0 && isInside[nodeParent[node]] === 1;
      const matches = labels[nodeLabel[node]] === 1;
      if (matches && !parentIsInside) sum += this.counts.total.weights[this.last][node];
      if (matches || parentIsInside) isInside[node] = 1;
    }
    return sum;
  }

  /** Zooms into the next box, in order of drawing, whose function matches. */
  private showNextMatch(): void {
    if (!this.isMatch || (this.state.view !== 'flame' && this.state.view !== 'inverted')) return;
    const root = this.rootOf(this.state.view);
    const matches = (node: CallNode): boolean =>
      node.label !== WHOLE && this.isMatch!(this.nameOf(node.label));
    const found = findMatches(root, matches, 200);
    const here = JSON.stringify(this.state.zoom);
    const paths = found.map(pathOf);
    const at = paths.findIndex((path) => JSON.stringify(path) === here);
    const next = found[(at + 1) % Math.max(1, found.length)];
    if (next) this.zoom(next);
  }

  private describe(node: CallNode | undefined): void {
    const shown = node ?? (this.state.view === 'sandwich' ? undefined : this.currentNode());
    if (!shown) {
      this.details.textContent = ' ';
      return;
    }
    const isWhole = shown.label === WHOLE;
    this.details.replaceChildren(
      ...describeNode({
        name: isWhole ? 'all' : this.nameOf(shown.label),
        kind: isWhole ? '' : kindNames[labelKinds[this.data.columns.labelKind[shown.label]]],
        binary: isWhole ? '' : this.data.strings[this.data.columns.labelBinary[shown.label]],
        line: shown.line === NO_LINE ? '' : this.data.strings[shown.line],
        node: shown,
        counts: this.counts,
        unit: countUnit(this.data, this.selection),
      }),
    );
  }

  private currentNode(): CallNode | undefined {
    const { view, zoom } = this.state;
    return view === 'flame' || view === 'inverted' ? findByPath(this.rootOf(view), zoom) : undefined;
  }

  private nameOf(label: number): string {
    return this.data.strings[this.data.columns.labelName[label]];
  }

  private binaryText(label: number): string {
    const binary = this.data.strings[this.data.columns.labelBinary[label]];
    return binary === '' ? '' : ` (${binary})`;
  }

  private threadName(thread: number): string {
    const { threadName, threadRecording } = this.data.columns;
    const name = this.data.strings[threadName[thread]];
    return this.last === 0 ? name : `${threadRecording[thread] === 0 ? 'before' : 'after'}: ${name}`;
  }

  private handleKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === 'Escape') {
      const { state } = this;
      if (state.search !== '') this.set({ search: '' }, 'step');
      else if (state.zoom.length > 0) this.set({ zoom: [] }, 'step');
      else this.set({ range: undefined, threads: undefined, stops: undefined }, 'step');
    } else if (event.key === '/' && !isTyping) {
      event.preventDefault();
      this.controls.focusSearch();
    } else if (event.key === 'n' && !isTyping) this.showNextMatch();
  }
}

/** The node that labels from the root lead to; as far as there are such nodes. */
function findByPath(root: CallNode, path: readonly number[]): CallNode {
  let at = root;
  for (const label of path) {
    const next = at.children().find((child) => child.label === label);
    if (!next) break;
    at = next;
  }
  return at;
}

function pathOf(node: CallNode): number[] {
  const path: number[] = [];
  for (let at: CallNode | undefined = node; at?.parent; at = at.parent) path.unshift(at.label);
  return path;
}

/** Nodes that match, outer ones first, at most so many; nothing below one that matches. */
function findMatches(root: CallNode, matches: (node: CallNode) => boolean, most: number): CallNode[] {
  const found: CallNode[] = [];
  const pending: CallNode[] = [root];
  for (let node = pending.pop(); node && found.length < most; node = pending.pop()) {
    if (matches(node)) found.push(node);
    else pending.push(...node.children().slice(0, 64).reverse());
  }
  return found;
}
