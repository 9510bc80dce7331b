/** The names of what makes two ways of unwinding part. Every divergence gets one of them. */

/** Causes, with what a person reads. The keys are part of the JSON schema (docs/compare.md). */
export const divergenceCauses = {
  'no-sframe-section': 'the binary has no SFrame section',
  'no-fde': 'SFrame has no FDE for the pc',
  'fde-without-fre': 'the SFrame FDE has no FRE for the pc',
  'rows-differ-cfa': 'SFrame and DWARF rows give different CFAs',
  'rows-differ-ra': 'SFrame and DWARF rows give different return addresses',
  'rows-differ-fp': 'SFrame and DWARF rows give different frame pointers',
  'no-dwarf-row': 'DWARF has no row for the pc, the frame pointer leads nowhere',
  'damaged-rows': 'the unwind information is damaged at the pc',
  'register-not-recovered': 'a register that the row needs was not recovered',
  'fp-prologue': 'fp: the frame is not set up yet (prologue, shrink-wrapped code)',
  'fp-epilogue': 'fp: the frame is gone already (epilogue)',
  'fp-leaf': 'fp: leaf function without a frame, its caller is lost',
  'fp-no-frame': 'fp: function without a frame, its caller is lost',
  'fp-plt': 'fp: pc in a PLT stub, its caller is lost',
  'fp-used-for-data': 'fp: the register holds data here',
  'fp-chain-ends': 'fp: no chain of frames leads on from here',
  'stack-exhausted': 'the copy of the stack ends',
  'signal-frame': 'signal frame',
  'realigned-stack': 'function that realigns its stack',
  'missing-mapping': 'address in no mapping',
  'missing-binary': 'the binary is missing or another build',
  'generated-code': 'generated code',
  'undefined-ra': 'undefined return address: one of them goes on past the end',
  'depth-limit': 'depth limit',
  'no-progress': 'the stack pointer would not move up',
  'kernel-refuses': 'the rules of the kernel refuse the SFrame row or its section',
  'kernel-chain-differs': 'the kernel recorded another chain (another moment, or cut off)',
} as const;

export type DivergenceCause = keyof typeof divergenceCauses;
