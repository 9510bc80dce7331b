/** What entries of a table are: the facts that keys compare and print. */

import { UNKNOWN_LINE, type LocationTable, type SampleDetail } from '../../../profile';
import type { HistogramEntry } from '../table/histogram';
import type { SortContext, SortKey } from './sort-key';

export class EntryFacts {
  constructor(readonly context: SortContext) {}

  get locations(): LocationTable {
    return this.context.locations;
  }

  comm(entry: HistogramEntry): string {
    return this.commOfRow(entry.row);
  }

  commOfRow(row: number): string {
    const { threads, samples } = this.context.profile;
    return threads.comms[samples.thread[row]];
  }

  /** The thread's id. */
  tidOfRow(row: number): number {
    const { threads, samples } = this.context.profile;
    return threads.threads[samples.thread[row]].tid;
  }

  pidOfRow(row: number): number {
    const { threads, samples } = this.context.profile;
    return threads.threads[samples.thread[row]].pid;
  }

  processName(entry: HistogramEntry): string {
    return this.context.processName(entry.thread);
  }

  parent(entry: HistogramEntry): string | undefined {
    return this.context.parentOfRow(entry.row);
  }

  /** What the profile kept of a sample for a key. */
  detail(entry: HistogramEntry, key: SortKey): SampleDetail {
    const { profile, recordedKeys } = this.context;
    return profile.details.values[profile.samples.detail[entry.row]][recordedKeys.indexOf(key)];
  }

  /** The name of the binary; undefined for addresses in none. */
  moduleName(entry: HistogramEntry): string | undefined {
    return this.moduleNameOf(entry.location);
  }

  moduleNameOf(location: number): string | undefined {
    return this.context.moduleName(this.context.locations.module[location]);
  }

  symbol(entry: HistogramEntry): string | undefined {
    return this.context.locations.symbol[entry.location];
  }

  sourceLine(entry: HistogramEntry): string {
    return this.context.locations.sourceLine[entry.location] ?? UNKNOWN_LINE;
  }

  /** By the symbol's start or by the address, as signed 64-bit numbers. */
  compareValues(a: HistogramEntry, b: HistogramEntry): number {
    const { valueHigh, valueLow } = this.context.locations;
    return (
      (valueHigh[a.location] | 0) - (valueHigh[b.location] | 0) || valueLow[a.location] - valueLow[b.location]
    );
  }
}
