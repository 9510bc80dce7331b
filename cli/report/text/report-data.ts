/** A report for programs: the rows of its tables as plain data, as JSON (docs/json.md) or CSV. */

import type { Session } from '../../../profile';
import { csvField } from '../../text/csv';
import { isNumberColumn, type KeyColumn, numberKeys, sortKeys, type ReportColumn } from '../keys';
import type { Histogram, HistogramEntry } from '../table/histogram';
import type { Report, ReportTable } from '../table/tables';

/** Changes when a field changes its meaning or goes away; new fields do not change it. */
const REPORT_SCHEMA_VERSION = 1;
/** "[.] " before symbols. */
const LEVEL = /^\[.\] /;

type Value = string | number | null;
type Row = Record<string, Value>;

/** The text of `report --format json`. */
export function formatReportJson(report: Report, session: Session, path: string): string {
  const data = {
    schema: 'perf-sframe-report',
    version: REPORT_SCHEMA_VERSION,
    recording: path,
    lostSamples: session.lostSamples,
    tables: report.tables.map((table) => ({
      events: table.events.map((event, i) => ({
        name: nameOf(session, event),
        samples: table.histograms[i].sampleCount,
        period: table.histograms[i].totalPeriod,
      })),
      rows: rowsOf(report, table, session),
    })),
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}

/** The text of `report --format csv`: all tables one below the other, under one heading. */
export function formatReportCsv(report: Report, session: Session): string {
  const rows = report.tables.flatMap((table) => rowsOf(report, table, session));
  const names = Object.keys(rows[0] ?? { event: null });
  const lines = rows.map((row) => names.map((name) => csvField(row[name])).join(','));
  return [names.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

/** In the order of output; of a group of events each entry has a row for each event. */
function rowsOf(report: Report, table: ReportTable, session: Session): Row[] {
  const { columns } = report.options.fields;
  return table.entries.flatMap((entry) => {
    const keys = keysOf(report, columns, entry);
    return table.events.flatMap((event, i) => {
      const member = i === 0 ? entry : entry.members[i - 1];
      const histogram = table.histograms[i];
      if (histogram.allSamples === 0) return [];
      return [{ event: nameOf(session, event), ...numbersOf(report, columns, member, histogram), ...keys }];
    });
  });
}

function numbersOf(
  { options }: Report,
  columns: readonly ReportColumn[],
  entry: HistogramEntry | undefined,
  histogram: Histogram,
): Row {
  const { totalPeriod } = histogram;
  const shareOf = (period: number): number => (totalPeriod === 0 ? 0 : period / totalPeriod);
  const row: Row = {
    self: shareOf(entry?.selfPeriod ?? 0),
    total: options.children ? shareOf(entry?.totalPeriod ?? 0) : null,
    samples: entry?.selfSamples ?? 0,
    selfPeriod: entry?.selfPeriod ?? 0,
    totalPeriod: options.children ? (entry?.totalPeriod ?? 0) : null,
  };
  for (const column of columns) {
    // The rest is among those above.
    if (!isNumberColumn(column) || !['overhead_sys', 'overhead_us'].includes(column)) continue;
    row[column] = shareOf(entry ? numberKeys[column].value(entry) : 0);
  }
  return row;
}

function keysOf({ sorting }: Report, columns: readonly ReportColumn[], entry: HistogramEntry): Row {
  const row: Row = {};
  for (const column of columns) {
    // A column that perf adds to source lines, and that has no values.
    if (isNumberColumn(column) || column === 'ipc_null') continue;
    row[column] = valueOf(column, entry, sorting.facts);
  }
  return row;
}

function valueOf(column: KeyColumn, entry: HistogramEntry, facts: Report['sorting']['facts']): Value {
  if (column === 'dso') return facts.moduleName(entry) ?? null;
  const key = sortKeys[column];
  const text = key.text(entry, facts, key.measure(entry, facts, true)).trim();
  return column === 'symbol' ? text.replace(LEVEL, '') : text;
}

function nameOf(session: Session, event: number): string {
  return session.recording.events[event].name ?? 'unknown';
}
