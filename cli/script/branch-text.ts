/**
 * Branch stacks as `perf script -F brstack…` prints them (perf 7.2: builtin-script.c, print_bstack_flags; util/branch.c).
 *
 *   entry: from u64 | to u64 | flags u64
 *   flags: 0 mispredicted | 1 predicted | 2 in transaction | 3 abort | 4-19 cycles | 20-23 type | 24-25 speculation
 *          26-29 new type | 30-32 privilege | 33 not taken
 */

import { highWord, lowWord, type Sample } from '../../parser';

const BRANCH_ENTRY_SIZE = 24;

const branchTypes = [
  '', 'COND', 'UNCOND', 'IND', 'CALL', 'IND_CALL', 'RET', 'SYSCALL', 'SYSRET', 'COND_CALL', 'COND_RET', 'ERET',
  'IRQ', 'SERROR', 'NO_TX',
]; // prettier-ignore

/** Types that PERF_BR_EXTEND_ABI (15) refers to. */
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

const EXTENDED_TYPE = 15;

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
  const { view, littleEndian: little, branchOffset, branchCount } = sample;
  return Array.from({ length: branchCount }, (_, i) => {
    const at = branchOffset + i * BRANCH_ENTRY_SIZE;
    return {
      fromLow: lowWord(view, at, little),
      fromHigh: highWord(view, at, little),
      toLow: lowWord(view, at + 8, little),
      toHigh: highWord(view, at + 8, little),
      flagsText: formatFlags(lowWord(view, at + 16, little), highWord(view, at + 16, little)),
    };
  });
}

function formatFlags(low: number, high: number): string {
  const isNotTaken = (high & 2) !== 0;
  const prediction = (low & 3) !== 0 || isNotTaken ? `${low & 2 ? 'P' : 'M'}${isNotTaken ? 'N' : ''}` : '-';
  const type = (low >>> 20) & 15;
  const newType = (low >>> 26) & 15;
  const speculation = (low >>> 24) & 3;
  const parts = [
    prediction,
    low & 4 ? 'X' : '-',
    low & 8 ? 'A' : '-',
    String((low >>> 4) & 0xffff),
    type === EXTENDED_TYPE ? (newBranchTypes[newType] ?? 'UNKNOWN') : branchTypes[type],
    speculation ? speculations[speculation] : '-',
  ];
  return `/${parts.join('/')} `;
}
