/** Why a stack ends where it does. */
export enum StopReason {
  /** The unwind information says that there is no caller, or the frame is of the code where the program begins. */
  Outermost,
  /** The sample has no user registers (a kernel thread) or no stack copy. */
  NoRegisters,
  /** The address is in no mapping, or, of a caller, in memory that is not executed: the heap, the stack. */
  NoMapping,
  /** The binary's file is missing or is another one. */
  NoBinary,
  /** No unwind table covers the address. */
  NoRow,
  /** The unwind table is damaged at the address. */
  CorruptRow,
  /** The stack copy ends below the word needed, which lies on the same stack. */
  StackNotCaptured,
  /** The CFA cannot be computed: a register it needs was not recovered, or memory not captured. */
  BadCfa,
  /** The caller's frame would not lie above this one. */
  NoProgress,
  /** The frame pointer leads nowhere, or to a return address of zero: nothing says that the stack ends there. */
  BadFramePointer,
  /** As many frames as were asked for. */
  DepthLimit,
  /**
   * The return address, or a register that leads to it, is in a register whose recorded word is outdated: the
   * kernel did not save it for this sample (s390x floating-point registers).
   */
  StaleRegister,
  /**
   * The caller's frame lies on another stack than the sampled one (sigaltstack, fibers), of which nothing was copied, or the
   * stack begins with a context that makecontext made.
   */
  OtherStack,
  /** A program generated the code, without unwind information and without frame pointers. */
  GeneratedCode,
  /** The program is of a machine that is not unwound here: 32-bit programs of AArch64 and s390x. */
  NotUnwoundHere,
}

/** What a person reads. By StopReason. */
export const stopReasonTexts: readonly string[] = [
  'outermost frame',
  'no registers or no stack copy in the sample',
  'address in no mapping of code',
  'binary missing or another build',
  'no unwind information for the address',
  'damaged unwind information',
  'stack copy too small',
  'frame address not computable',
  'no progress',
  'broken frame pointer chain',
  'depth limit',
  'value in a register that the kernel did not save',
  'caller on another stack (sigaltstack, fiber): no size of the copy helps',
  'generated code without frame pointers (Java: -XX:+PreserveFramePointer; Node: --perf-basic-prof)',
  '32-bit program: its stacks cannot be unwound here',
];
