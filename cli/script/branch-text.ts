/**
 * Branch stacks as `perf script -F brstack…` prints them (perf 7.2: builtin-script.c, print_bstack_flags; util/branch.c).
 */

import { BranchEntry, decodeBranchInto, PERF_BR_NEW_TYPES, type Sample } from '../../parser';

const branchTypes = [
  '', 'COND', 'UNCOND', 'IND', 'CALL', 'IND_CALL', 'RET', 'SYSCALL', 'SYSRET', 'COND_CALL', 'COND_RET', 'ERET',
  'IRQ', 'SERROR', 'NO_TX',
]; // prettier-ignore

/** Those of the second list, that PERF_BR_EXTEND_ABI refers to. */
const newBranchTypes = [
  'FAULT_ALGN',
  'FAULT_DATA',
  'FAULT_INST',
  'ARCH_1',
  'ARCH_2',
  'ARCH_3',
  'ARCH_4',
  'ARCH_5',
];

const speculations = ['N/A', 'SPEC_WRONG_PATH', 'NON_SPEC_CORRECT_PATH', 'SPEC_CORRECT_PATH'];

/** A branch's two ends in halves, and its flags as perf prints them. */
export interface Branch {
  readonly fromLow: number;
  readonly fromHigh: number;
  readonly toLow: number;
  readonly toHigh: number;
  /** "/P/-/-/0/COND/- " with the space after it. */
  readonly flagsText: string;
}

/** The branches of a sample, latest first, as recorded. */
export function readBranches(sample: Sample): Branch[] {
  const entry = new BranchEntry();
  return Array.from({ length: sample.branchCount }, (_, i) => {
    decodeBranchInto(sample, i, entry);
    const { fromLow, fromHigh, toLow, toHigh } = entry;
    return { fromLow, fromHigh, toLow, toHigh, flagsText: formatFlags(entry) };
  });
}

/** What a type of branches is called. @param type as {@link BranchEntry.type} */
export function branchTypeName(type: number): string {
  return (
    (type < PERF_BR_NEW_TYPES ? branchTypes[type] : newBranchTypes[type - PERF_BR_NEW_TYPES]) ?? 'UNKNOWN'
  );
}

function formatFlags({ flagsLow: low, flagsHigh: high, cycles, type }: BranchEntry): string {
  const isNotTaken = (high & 2) !== 0;
  const prediction = (low & 3) !== 0 || isNotTaken ? `${low & 2 ? 'P' : 'M'}${isNotTaken ? 'N' : ''}` : '-';
  const speculation = (low >>> 24) & 3;
  const parts = [
    prediction,
    low & 4 ? 'X' : '-',
    low & 8 ? 'A' : '-',
    String(cycles),
    branchTypeName(type),
    speculation ? speculations[speculation] : '-',
  ];
  return `/${parts.join('/')} `;
}
