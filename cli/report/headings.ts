/** What is above the tables of a report: which events each table is of, and what a filter makes needless to repeat. */

import { shown } from '../text/printable';
import { type FilterOptions, readEventGroups, type Session } from '../../profile';
import type { ReportTable } from './table/tables';
import { isNumberColumn, type ReportColumn } from './keys';

/**
 * The events of each table.
 * @param group true for all in one where no groups were recorded, false for each in its own, undefined as they were recorded
 */
export function groupEvents(session: Session, group: boolean | undefined): number[][] {
  const { recording } = session;
  const all = recording.events.map(({ index }) => index);
  if (group === false) return all.map((event) => [event]);
  const groups = readEventGroups(recording);
  if (group === true && groups.length === 0) return all.length > 0 ? [all] : [];
  const tables: number[][] = [];
  for (const event of all) {
    const ofEvent = groups.find(({ events }) => events.includes(event));
    if (!ofEvent) tables.push([event]);
    else if (ofEvent.events[0] === event) tables.push([...ofEvent.events]);
  }
  return tables;
}

/** What a table is of: "event 'cycles'", "events 'anon group { cycles, instructions }'", with the times that --time names. */
export function titleOf(
  table: ReportTable,
  session: Session,
  isForced: boolean | undefined,
  skipsEmpty: boolean,
): string {
  const { recording } = session;
  const nameOf = (event: number): string => shown(recording.events[event].name ?? 'unknown');
  const { time } = session.options.filter;
  const slices = time === undefined ? '' : ` (time slices: ${shown(time)})`;
  const [leader] = table.events;
  const groups = readEventGroups(recording);
  const group = groups.find(({ events }) => events[0] === leader);
  if (table.events.length === 1) {
    // Perf says "events" of the leader of a group even where --no-group shows it alone. Where no groups were recorded, either option makes
    // one of all events.
    const leadsAll =
      isForced !== undefined && groups.length === 0 && leader === 0 && recording.events.length > 1;
    return `${group || leadsAll ? 'events' : 'event'} '${nameOf(leader)}'${slices}`;
  }
  const names = table.events.filter((_, i) => table.histograms[i].allSamples > 0 || !skipsEmpty).map(nameOf);
  if (!group) return `events '${names.join(', ')}'${slices}`;
  return `events '${shown(group.name ?? 'anon group')} { ${names.join(', ')} }'${slices}`;
}

/** Columns in which every line would say the same, since a filter asks for one name; and what is said instead. */
export function elideColumns(
  columns: readonly ReportColumn[],
  filter: FilterOptions,
): { elided: ReadonlySet<ReportColumn>; lines: string } {
  const filters: Partial<Record<ReportColumn, [name: string, value: string | undefined]>> = {
    symbol: ['symbol', filter.symbols],
    dso: ['dso', filter.dsos],
    comm: ['comm', filter.comms],
    comm_nodigit: ['comm', filter.comms],
  };
  const elided = new Set<ReportColumn>();
  let lines = '';
  for (const column of columns) {
    const [name, value] = filters[column] ?? [];
    if (value === undefined || value.includes(',')) continue;
    elided.add(column);
    lines += `# ${name}: ${shown(value)}\n`;
  }
  // Something must be left to say what a line counts.
  const keys = columns.filter((column) => !isNumberColumn(column));
  return { elided: keys.every((column) => elided.has(column)) ? new Set() : elided, lines };
}
