/** All columns, by the names that --sort and --fields have for them. */

import * as branch from './branch-keys';
import * as code from './code-keys';
import * as number from './number-keys';
import * as hardware from './hardware-keys';
import * as sample from './sample-keys';
import type { NumberKey, SortKey } from './sort-key';
import * as thread from './thread-keys';

export type { NumberKey, SortContext, SortKey } from './sort-key';
export { EntryFacts } from './entry-facts';

export const sortKeys = {
  pid: thread.pid,
  tgid: thread.tgid,
  tid: thread.tid,
  comm: thread.comm,
  comm_nodigit: thread.commWithoutDigits,
  dso: code.dso,
  symbol: code.symbol,
  parent: sample.parent,
  cpu: sample.cpu,
  socket: sample.socket,
  srcline: code.srcline,
  srcfile: code.srcfile,
  local_weight: sample.localWeight,
  weight: sample.weight,
  transaction: hardware.transaction,
  trace: sample.trace,
  symbol_size: code.symbolSize,
  cgroup: sample.cgroup,
  time: sample.time,
  code_page_size: hardware.codePageSize,
  local_ins_lat: hardware.localInstructionLatency,
  ins_lat: hardware.instructionLatency,
  local_p_stage_cyc: hardware.localStageCycles,
  p_stage_cyc: hardware.stageCycles,
  addr: code.addr,
  local_retire_lat: hardware.localRetireLatency,
  retire_lat: hardware.retireLatency,
  symoff: code.symoff,
  ipc_null: code.ipcNull,
  dso_from: branch.dsoFrom,
  dso_to: branch.dsoTo,
  symbol_from: branch.symbolFrom,
  symbol_to: branch.symbolTo,
  mispredict: branch.mispredict,
  in_tx: branch.inTransaction,
  abort: branch.abort,
  cycles: branch.cycles,
  srcline_from: branch.sourceLineFrom,
  srcline_to: branch.sourceLineTo,
  addr_from: branch.addressFrom,
  addr_to: branch.addressTo,
} satisfies Record<string, SortKey>;

export const numberKeys = {
  overhead: number.overhead,
  latency: number.latency,
  overhead_sys: number.kernelOverhead,
  overhead_us: number.userOverhead,
  overhead_children: number.childrenOverhead,
  latency_children: number.childrenLatency,
  sample: number.sample,
  period: number.period,
} satisfies Record<string, NumberKey>;

export type KeyColumn = keyof typeof sortKeys;
export type NumberColumn = keyof typeof numberKeys;
export type ReportColumn = KeyColumn | NumberColumn;

export function isNumberColumn(column: ReportColumn): column is NumberColumn {
  return column in numberKeys;
}

/** The keys among columns. */
export function keysOf(columns: readonly ReportColumn[]): SortKey[] {
  return columns.flatMap((column) => (isNumberColumn(column) ? [] : [sortKeys[column]]));
}
