/** What the page shows, as its address says it: a link opens the same view, Back goes back. */

import type { Unit } from './selection';

export const views = ['flame', 'inverted', 'functions', 'binaries', 'sandwich'] as const;
export type ViewName = (typeof views)[number];

export interface PageState {
  readonly view: ViewName;
  readonly event: number;
  readonly unit: Unit;
  readonly search: string;
  /** Labels from the root to the node that is zoomed into. */
  readonly zoom: readonly number[];
  /** The label of the function that is shown with its callers and callees. */
  readonly chosen: number | undefined;
  /** Microseconds. */
  readonly range: readonly [number, number] | undefined;
  readonly threads: readonly number[] | undefined;
  readonly stops: readonly number[] | undefined;
  readonly isRootBelow: boolean;
  /** Of a difference: whether widths are those before. */
  readonly showsBefore: boolean;
}

export const firstState: PageState = {
  view: 'flame',
  event: 0,
  unit: 'period',
  search: '',
  zoom: [],
  chosen: undefined,
  range: undefined,
  threads: undefined,
  stops: undefined,
  isRootBelow: false,
  showsBefore: false,
};

/** The fragment of the page's address; what is as at first is left out. */
export function formatState(state: PageState, first: PageState): string {
  const words = new URLSearchParams();
  const add = (name: string, value: string, usual: string): void => {
    if (value !== usual) words.set(name, value);
  };
  const list = (numbers: readonly number[] | undefined): string => numbers?.join('.') ?? '';
  add('view', state.view, first.view);
  add('event', String(state.event), String(first.event));
  add('unit', state.unit, first.unit);
  add('search', state.search, '');
  add('zoom', list(state.zoom), '');
  add('function', state.chosen === undefined ? '' : String(state.chosen), '');
  add('time', state.range?.map(Math.round).join('-') ?? '', '');
  add('threads', list(state.threads), '');
  add('stops', list(state.stops), '');
  add('rootBelow', String(state.isRootBelow), String(first.isRootBelow));
  add('before', String(state.showsBefore), 'false');
  return words.toString();
}

/** The state that a fragment says; whatever it does not say, or says wrongly, is as at first. */
export function parseState(fragment: string, first: PageState): PageState {
  const words = new URLSearchParams(fragment.replace(/^#/, ''));
  const number = (name: string): number | undefined => numbers(name, '.')?.[0];
  const numbers = (name: string, separator: string): number[] | undefined => {
    const text = words.get(name) ?? '';
    const values = text === '' ? [] : text.split(separator).map(Number);
    return values.length > 0 && values.every((value) => Number.isInteger(value) && value >= -1)
      ? values
      : undefined;
  };
  const range = numbers('time', '-');
  const view = views.find((name) => name === words.get('view'));
  const unit = (['period', 'samples'] as const).find((name) => name === words.get('unit'));
  return {
    view: view ?? first.view,
    event: number('event') ?? first.event,
    unit: unit ?? first.unit,
    search: words.get('search') ?? '',
    zoom: numbers('zoom', '.') ?? [],
    chosen: number('function'),
    range: range?.length === 2 ? [range[0], range[1]] : undefined,
    threads: numbers('threads', '.'),
    stops: numbers('stops', '.'),
    isRootBelow: (words.get('rootBelow') ?? String(first.isRootBelow)) === 'true',
    showsBefore: words.get('before') === 'true',
  };
}
