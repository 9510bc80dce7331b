/** Why a function of call frame information gets no SFrame rows. The names are part of the JSON output. */
export type LeftOutCause =
  /** An expression computes the CFA, and it is not one of `reg + n`, `*(reg + n)`. */
  | 'cfa-expression'
  /** The same for the return address, or for the frame pointer; `CFA + n` and `*(CFA + n)` can be said too. */
  | 'ra-expression'
  | 'fp-expression'
  /** No instruction defines the CFA. */
  | 'no-cfa'
  /** `.cfi_undefined` for the frame pointer: SFrame cannot say that it is lost. */
  | 'fp-undefined'
  /** `.cfi_val_offset`: the value is CFA + n itself. SFrame has no encoding of its own for that. */
  | 'cfa-as-value'
  /** No rule says where the return address is, on a machine without a link register. */
  | 'no-ra'
  /** An offset does not fit 32 bits or, on s390x, is not a multiple of 8 away from 160. */
  | 'offset'
  /** A register whose number does not fit a control word. */
  | 'register'
  /** More than 4 GiB of code. */
  | 'size'
  /** The function is not in one executable section. */
  | 'outside-code'
  /** Another function has the same bytes of code. */
  | 'overlap'
  /** The entry covers no code. */
  | 'empty'
  /** The entry, its CIE or its instructions are damaged. */
  | 'damaged';

/** What each cause means, in a few words. */
export const leftOutCauseTexts: Readonly<Record<LeftOutCause, string>> = {
  'cfa-expression': 'the CFA is computed by an expression that SFrame cannot say',
  'ra-expression': 'the return address is computed by an expression that SFrame cannot say',
  'fp-expression': 'the frame pointer is computed by an expression that SFrame cannot say',
  'no-cfa': 'no instruction defines the CFA',
  'fp-undefined': 'the frame pointer is lost (.cfi_undefined)',
  'cfa-as-value': 'a register is an offset from the CFA itself (.cfi_val_offset)',
  'no-ra': 'nothing says where the return address is',
  offset: 'an offset does not fit a data word',
  register: 'a register number does not fit a data word',
  size: 'more than 4 GiB of code',
  'outside-code': 'not in one executable section',
  overlap: 'another function has the same code',
  empty: 'an entry for 0 bytes of code',
  damaged: 'damaged call frame information',
};
