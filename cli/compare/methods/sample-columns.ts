/**
 * One row for each compared sample, as columns: for those who go on in DuckDB, pandas or Spark (--per-sample).
 * Documented in docs/compare.md; a column is added for each method that takes part. Rows are handed on many at a time,
 * so that memory does not grow with the recording.
 */

import type { RecordedEvent, Sample } from '../../../parser';
import type { Thread } from '../../../unwinder';
import type { Session } from '../../../profile';
import type { Comparison, MethodPair } from './comparison';
import { endingKey } from './comparison-report';
import type { MethodRun } from './method-run';

export type ColumnValue = string | number | bigint | boolean | null;

/** A column; null where a sample has no value. */
export interface SampleColumn {
  readonly name: string;
  readonly type: 'STRING' | 'INT32' | 'INT64' | 'BOOLEAN';
  readonly values: ColumnValue[];
}

const ROWS_AT_ONCE = 20_000;

export class SampleColumns {
  /** All columns, of equal length. */
  readonly columns: SampleColumn[] = [];
  private readonly readers: ((sample: Sample, event: RecordedEvent, thread: Thread) => ColumnValue)[] = [];
  private rows = 0;

  constructor(session: Session, comparison: Comparison) {
    this.add('time_ns', 'INT64', (sample) =>
      sample.hasTime ? (BigInt(sample.timeHigh) << 32n) | BigInt(sample.timeLow) : null,
    );
    this.add('pid', 'INT32', (sample) => sample.pid);
    this.add('tid', 'INT32', (sample) => sample.tid);
    this.add('comm', 'STRING', (_sample, _event, thread) => thread.displayName);
    this.add('cpu', 'INT32', (sample) => (sample.cpu < 0 ? null : sample.cpu));
    this.add('event', 'STRING', (_sample, event) => event.name);
    this.add('period', 'INT64', (sample) => BigInt(sample.period));
    const dwarf = comparison.run('dwarf')!.chain;
    this.add('binary', 'STRING', () =>
      dwarf.count > 0 ? session.names.resolve(dwarf.frames[0]).binary : null,
    );
    this.add('symbol', 'STRING', () =>
      dwarf.count > 0 ? (session.names.resolve(dwarf.frames[0]).symbol ?? null) : null,
    );
    for (const run of comparison.runs) this.addMethod(run);
    for (const pair of comparison.pairs) if (pair.right.name === 'dwarf') this.addPair(pair);
  }

  /**
   * Adds the sample that was compared last.
   * @param write gets the columns when they are full; they are emptied after it
   */
  addRow(
    sample: Sample,
    event: RecordedEvent,
    thread: Thread,
    write: (columns: readonly SampleColumn[]) => void,
  ): void {
    const { columns, readers } = this;
    for (let i = 0; i < columns.length; i++) columns[i].values.push(readers[i](sample, event, thread));
    if (++this.rows === ROWS_AT_ONCE) this.flush(write);
  }

  /** Hands on the rows that are left. */
  flush(write: (columns: readonly SampleColumn[]) => void): void {
    if (this.rows > 0) write(this.columns);
    for (const { values } of this.columns) values.length = 0;
    this.rows = 0;
  }

  private addMethod(run: MethodRun): void {
    const { name, chain, unwinder } = run;
    this.add(`${name}_frames`, 'INT32', () => chain.count);
    this.add(`${name}_complete`, 'BOOLEAN', () => run.isComplete);
    if (!unwinder) return;
    // A method may have all frames without knowing that the last is the outermost: that is not a stop before the end.
    this.add(`${name}_stop`, 'STRING', () =>
      run.isComplete || run.ending === undefined ? null : endingKey(run.ending),
    );
  }

  private addPair(pair: MethodPair): void {
    const { name } = pair.other;
    this.add(`${name}_vs_dwarf`, 'STRING', () => pair.relation);
    this.add(`${name}_cause`, 'STRING', () => pair.cause ?? null);
  }

  private add(
    name: string,
    type: SampleColumn['type'],
    read: (sample: Sample, event: RecordedEvent, thread: Thread) => ColumnValue,
  ): void {
    this.columns.push({ name, type, values: [] });
    this.readers.push(read);
  }
}
