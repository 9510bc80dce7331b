/**
 * The rules of the kernel's SFrame code, one table: what the unwinder and the audit of a file (sframe/kernel-audit.ts) refuse
 * by, and what docs/kernel-rules.md lists; a test holds the two against each other.
 *
 * Sources are functions of kernel/unwind/ in the patch series, as read in a public tree of version 14's level
 * (dylanbhatch/linux, kernel/unwind/sframe.c and user.c). Classes of errors are those of version 15's changelog: version 14
 * gives EFAULT in many places where 15 says EINVAL.
 */

import { KernelError, type KernelAnswer } from './kernel-error';

/** What a broken rule leads to. */
export type RuleConsequence =
  /** The section is not registered. */
  | 'refused'
  /** The section is dropped for the process, for all texts that it is registered for, by the look-up that meets it. */
  | 'dropped'
  /** The stack ends there; the section stays. */
  | 'stack-ends'
  /** The stack ends there, unless the frame is the innermost. */
  | 'caller-ends';

export interface KernelRule extends KernelAnswer {
  /** Part of the JSON output. */
  readonly id: string;
  readonly consequence: RuleConsequence;
  /** Where the kernel looks. */
  readonly source: string;
}

const { EINVAL, EFAULT } = KernelError;

function rule(
  id: string,
  consequence: RuleConsequence,
  message: string,
  source: string,
  error = EINVAL,
): KernelRule {
  return { id, consequence, message, source, error };
}

const HEADER = 'sframe_read_header()';
const ADD = 'sframe_add_section()';
const READ_FDE = '__read_fde()';
const READ_FRE = '__read_fre()';
const WORDS = '__read_fre_datawords()';
const STEP = 'unwind_user_next_common()';

export const kernelRules = {
  textAddress: rule('text-address', 'refused', 'bad text address', ADD),
  sectionAddress: rule('section-address', 'refused', 'bad sframe address', ADD),
  headerUnreadable: rule('header-unreadable', 'refused', 'the header cannot be read', HEADER, EFAULT),
  header: rule('header', 'refused', 'bad/unsupported sframe header', HEADER),
  entries: rule('entries', 'refused', 'no functions or no rows', HEADER),
  headerSize: rule('header-size', 'refused', 'the header fills the section', HEADER),
  offsets: rule('offsets', 'refused', 'the parts of the section overlap or reach beyond its end', HEADER),
  fdeUnsorted: rule('fde-unsorted', 'dropped', 'functions are not sorted', '__find_fde()'),
  fdeStart: rule('fde-start', 'dropped', 'a function starts outside the text', READ_FDE),
  fdeEnd: rule('fde-end', 'dropped', 'a function ends outside the text', 'changelog'),
  fdeData: rule('fde-data', 'dropped', 'the data of a function lies outside the section', READ_FDE),
  fdeType: rule('fde-type', 'dropped', 'a function of a type that is not known', WORDS),
  freType: rule('fre-type', 'dropped', 'a function with start offsets of a size that is not known', READ_FRE),
  repetition: rule('repetition', 'dropped', 'a function that repeats itself every 0 bytes', 'changelog'),
  freCount: rule('fre-count', 'dropped', 'a function with more rows than bytes', 'changelog'),
  freBounds: rule('fre-bounds', 'dropped', 'a row lies outside the section', READ_FRE),
  wordSize: rule('word-size', 'dropped', 'a row with data words of a size that is not known', READ_FRE),
  freUnsorted: rule('fre-unsorted', 'dropped', 'rows are not sorted', '__find_fre()'),
  freStart: rule('fre-start', 'dropped', 'a row starts after the end of its function', READ_FRE),
  freStartInBlock: rule(
    'fre-start-in-block',
    'dropped',
    'a row starts after the end of the repeated block',
    'changelog',
  ),
  noFre: rule('no-fre', 'dropped', 'no row for the address of a function', '__find_fre()'),
  freWords: rule('fre-words', 'dropped', 'a row with words missing or left over', WORDS),
  reservedBit: rule('reserved-bit', 'dropped', 'a control word with its reserved bit set', 'changelog'),
  cfaRule: rule('cfa-rule', 'dropped', 'a CFA rule without a register', 'sframe_init_cfa_rule_data()'),
  stepCfaRegister: rule(
    'step-cfa-register',
    'stack-ends',
    'a CFA by a register that the kernel cannot read',
    STEP,
  ),
  stepRegister: rule(
    'step-register',
    'stack-ends',
    'a return address or frame pointer by a register that the kernel cannot read',
    STEP,
  ),
  stepValue: rule(
    'step-value',
    'stack-ends',
    'a return address or frame pointer that is an offset from the CFA itself',
    STEP,
  ),
  stepUp: rule('step-up', 'stack-ends', 'a CFA below the stack pointer', STEP),
  stepStays: rule('step-stays', 'caller-ends', 'a CFA at the stack pointer', STEP),
  stepCfaCaller: rule('step-cfa-caller', 'caller-ends', 'a CFA by a register other than SP and FP', STEP),
  stepCaller: rule('step-caller', 'caller-ends', 'a return address or frame pointer by a register', STEP),
  stepRaInRegister: rule(
    'step-ra-in-register',
    'caller-ends',
    'a return address that is still in its register',
    STEP,
  ),
} as const satisfies Readonly<Record<string, KernelRule>>;
