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

/** The text of `report --format json`, row by row: all rows as one text would be most of the memory of a large report. */
export function* formatReportJson(report: Report, session: Session, path: string): Generator<string> {
  const head = {
    schema: 'perf-sframe-report',
    version: REPORT_SCHEMA_VERSION,
    recording: path,
    lostSamples: session.lostSamples,
  };
  yield `${openObject(head, 0)},\n "tables": `;
  yield* jsonList(tableTexts(report, session), 1);
  yield '\n}\n';
}

function* tableTexts(report: Report, session: Session): Generator<Iterable<string>> {
  for (const table of report.tables) {
    const events = table.events.map((event, i) => ({
      name: nameOf(session, event),
      samples: table.histograms[i].sampleCount,
      period: table.histograms[i].totalPeriod,
    }));
    yield tableText({ events }, rowTexts(rowsOf(report, table, session)));
  }
}

function* tableText(head: object, rows: Iterable<Iterable<string>>): Generator<string> {
  yield `${openObject(head, 2)},\n   "rows": `;
  yield* jsonList(rows, 3);
  yield '\n  }';
}

function* rowTexts(rows: Iterable<Row>): Generator<Iterable<string>> {
  for (const row of rows) yield [indented(row, 4)];
}

/** As JSON.stringify with an indent of 1 writes an array. @param depth of the brackets */
function* jsonList(items: Iterable<Iterable<string>>, depth: number): Generator<string> {
  const margin = `\n${' '.repeat(depth)}`;
  let isEmpty = true;
  for (const item of items) {
    yield `${isEmpty ? '[' : ','}${margin} `;
    yield* item;
    isEmpty = false;
  }
  yield isEmpty ? '[]' : `${margin}]`;
}

/** JSON of something that stands so deep; line breaks within texts are escaped. */
function indented(value: object, depth: number): string {
  return JSON.stringify(value, null, 1).replaceAll('\n', `\n${' '.repeat(depth)}`);
}

/** An object that goes on. */
function openObject(value: object, depth: number): string {
  return indented(value, depth).slice(0, -(depth + 2));
}

/** The text of `report --format csv`, line by line: all tables one below the other, under one heading. */
export function* formatReportCsv(report: Report, session: Session): Generator<string> {
  let names: readonly string[] | undefined;
  for (const table of report.tables) {
    for (const row of rowsOf(report, table, session)) {
      if (!names) yield `${(names = Object.keys(row)).join(',')}\r\n`;
      yield `${names.map((name) => csvField(row[name])).join(',')}\r\n`;
    }
  }
  if (!names) yield 'event\r\n';
}

/** In the order of output; of a group of events each entry has a row for each event. */
function* rowsOf(report: Report, table: ReportTable, session: Session): Generator<Row> {
  const { columns } = report.options.fields;
  for (const entry of table.entries) {
    const keys = keysOf(report, columns, entry);
    for (let i = 0; i < table.events.length; i++) {
      const member = i === 0 ? entry : entry.members[i - 1];
      const histogram = table.histograms[i];
      if (histogram.allSamples === 0) continue;
      const event = nameOf(session, table.events[i]);
      yield { event, ...numbersOf(report, columns, member, histogram), ...keys };
    }
  }
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
