/** The bar of controls: views, search, event, unit, ends of stacks. */

import { labelKinds, NO_STOP } from '../page-format';
import { colorOfChange, colorOfKind, kindNames, noiseColor } from './colors';
import { counted, countUnit, percent } from './model/numbers';
import { views, type PageState, type ViewName } from './model/page-state';
import type { ProfileData } from './model/profile-data';
import type { matcherOf } from './model/search';
import type { Counts, Selection, Unit } from './model/selection';

/** A search starts when no key was pressed for so long. */
const SEARCH_PAUSE_MS = 180;

const viewTitles: Readonly<Record<ViewName, string>> = {
  flame: 'Flame graph',
  inverted: 'Inverted',
  functions: 'Functions',
  binaries: 'Binaries',
  sandwich: 'Callers and callees',
};

export interface ControlOptions {
  /** @param isStep whether Back is to undo it */
  readonly onChange: (change: Partial<PageState>, isStep: boolean) => void;
  readonly onReset: () => void;
  readonly onNextMatch: () => void;
  /** The graph as an SVG document. */
  readonly onSaveSvg: () => string;
}

export class Controls {
  readonly element = document.createElement('div');
  private readonly tabs = new Map<ViewName, HTMLButtonElement>();
  private readonly search = document.createElement('input');
  private readonly matched = document.createElement('span');
  private readonly events = document.createElement('select');
  private readonly units = document.createElement('select');
  private readonly stops = document.createElement('select');
  private readonly turn: HTMLButtonElement;
  private readonly before: HTMLButtonElement;
  private readonly save: HTMLButtonElement;
  private readonly status = document.createElement('span');
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly data: ProfileData,
    private readonly options: ControlOptions,
  ) {
    const { element, search, matched, events, units, stops, status } = this;
    const isDifference = data.recordings.length === 2;
    element.className = 'controls';
    const tabs = group('tabs', 'View');
    for (const view of views) {
      const tab = this.button(viewTitles[view], () => options.onChange({ view }, true));
      this.tabs.set(view, tab);
      tabs.append(tab);
    }
    search.type = 'search';
    search.placeholder = 'Search, or /pattern/ — key /';
    search.setAttribute('aria-label', 'Search functions');
    search.addEventListener('input', () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.startSearch(), SEARCH_PAUSE_MS);
    });
    // Whoever goes on to something else within the pause means what was typed.
    search.addEventListener('blur', () => {
      if (this.pause !== undefined) this.startSearch();
    });
    search.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      if (this.pause !== undefined) this.startSearch();
      options.onNextMatch();
    });
    matched.className = 'matched';
    status.className = 'status';
    this.turn = this.button('Root below', () =>
      options.onChange({ isRootBelow: this.turn.getAttribute('aria-pressed') !== 'true' }, true),
    );
    this.before = this.button('Widths before', () =>
      options.onChange({ showsBefore: this.before.getAttribute('aria-pressed') !== 'true' }, true),
    );
    this.before.hidden = !isDifference;
    this.save = this.button('SVG', () => saveFile('flamegraph.svg', options.onSaveSvg()));
    this.save.title = 'Save what the graph shows as a picture';
    this.fillChoices();
    const tools = group('tools', 'Tools');
    tools.append(
      labelled('Event', events),
      labelled('Count', units),
      labelled('Stacks', stops),
      this.turn,
      this.before,
      this.button('Show all', options.onReset),
      this.save,
    );
    const find = group('find', 'Search');
    find.append(search, matched);
    element.append(tabs, find, tools, status, legend(data));
    events.addEventListener('change', () => options.onChange({ event: Number(events.value) }, true));
    units.addEventListener('change', () => options.onChange({ unit: units.value as Unit }, true));
    stops.addEventListener('change', () =>
      options.onChange({ stops: stops.value === '' ? undefined : [Number(stops.value)] }, true),
    );
  }

  show(state: PageState, selection: Selection, counts: Counts): void {
    const { data } = this;
    for (const [view, tab] of this.tabs) tab.setAttribute('aria-pressed', String(view === state.view));
    if (document.activeElement !== this.search) this.search.value = state.search;
    this.events.value = String(selection.event);
    this.units.value = state.unit;
    const unitText = data.periodUnits[selection.event] === 'nanoseconds' ? 'time' : 'period';
    if (this.units.options[0].text !== unitText) this.units.options[0].text = unitText;
    this.stops.value = state.stops === undefined ? '' : String(state.stops[0]);
    const isGraph = state.view === 'flame' || state.view === 'inverted';
    this.turn.hidden = this.save.hidden = !isGraph;
    this.turn.setAttribute('aria-pressed', String(state.isRootBelow));
    this.before.setAttribute('aria-pressed', String(state.showsBefore));
    this.matched.textContent = '';
    const sums = counts.whole.map((whole, r) => {
      const samples = counts.wholeSamples[r].toLocaleString('en-US');
      return state.unit === 'samples'
        ? `${samples} samples`
        : `${samples} samples, ${counted(whole, data.periodUnits[selection.event])}`;
    });
    this.status.textContent =
      counts.wholeSamples.every((samples) => samples === 0) && state.stops === undefined
        ? 'No samples are selected'
        : sums.join(' → ');
  }

  private startSearch(): void {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.options.onChange({ search: this.search.value }, false);
  }

  /** The matcher of a search; says so where a pattern is none. */
  readSearch(search: string, parse: typeof matcherOf): ReturnType<typeof matcherOf> {
    try {
      this.search.setCustomValidity('');
      return parse(search);
    } catch {
      this.search.setCustomValidity('This is not a regular expression.');
      return undefined;
    }
  }

  /** @param sum of what matches; undefined where nothing is searched */
  showMatched(sum: number | undefined, { whole }: Counts, selection: Selection): void {
    if (sum === undefined) return;
    this.matched.textContent = `matched: ${percent(sum, whole[whole.length - 1])} (${counted(sum, countUnit(this.data, selection))})`;
  }

  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  private fillChoices(): void {
    const { events, units, stops, data } = this;
    data.events.forEach((name, event) => events.append(new Option(name, String(event))));
    units.append(new Option('period', 'period'), new Option('samples', 'samples'));
    const used = new Set<number>();
    let last = -1;
    for (const stop of data.columns.sampleStop) if (stop !== last) used.add((last = stop));
    stops.append(new Option('all', ''));
    data.stops.forEach((reason, stop) => {
      if (used.has(stop)) stops.append(new Option(`end: ${reason}`, String(stop)));
    });
    if (used.has(NO_STOP) && used.size > 1) stops.append(new Option('as recorded', String(NO_STOP)));
  }

  private button(text: string, action: () => void): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', action);
    return button;
  }
}

function group(className: string, label: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', label);
  return element;
}

function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  const label = document.createElement('label');
  label.append(`${text} `, control);
  return label;
}

/** What colours mean: of kinds that occur, or of a difference. */
function legend(data: ProfileData): HTMLElement {
  const element = document.createElement('span');
  element.className = 'legend';
  const add = (color: string, text: string): void => {
    const key = document.createElement('i');
    key.style.background = color;
    element.append(key, text);
  };
  if (data.recordings.length === 2) {
    add(colorOfChange(-1, 1), 'less');
    add(colorOfChange(1, 1), 'more of the whole');
    add(noiseColor, 'may be noise');
    return element;
  }
  const used = new Set(data.columns.labelKind);
  labelKinds.forEach((kind, number) => {
    if (used.has(number) && kind !== 'thread') add(colorOfKind(number, 'm'), kindNames[kind]);
  });
  return element;
}

function saveFile(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
