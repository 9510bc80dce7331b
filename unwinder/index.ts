export { AddressSpace, type MappedRange, type RangeFinder } from './process/address-space';
export { architectureOf, unwindableMachines } from './arch';
export type { Architecture, CodeReader, CodeWithoutTables, KernelRules } from './arch/arch';
export { Callchain, UserPart, type JunkInDeferred } from './callchain/callchain';
export { FrameUnwinder } from './walk/frame-loop';
export {
  DEFERRED_COOKIE,
  FrameTable,
  FURTHER_FRAMES,
  UNMAPPED_HYPERVISOR,
  UNMAPPED_KERNEL,
  UNMAPPED_USER,
} from './callchain/frame-table';
export { KernelSection } from './kernel-rules/kernel-section';
export { findSFrameSegment, registerTexts, type TextRegistration } from './kernel-rules/registered-texts';
export { KernelError, type KernelAnswer } from './kernel-rules/kernel-error';
export { type KernelRule, type RuleConsequence } from './kernel-rules/rules';
export { findStepRule } from './kernel-rules/step-rules';
export { KernelUnwinder, type KernelCounters, type KernelEvent } from './kernel-rules/kernel-unwinder';
export { appendCallStack, recordsCallStack } from './callchain/lbr-callchain';
export { LeafCallers } from './callchain/leaf-caller';
export {
  MappingTable,
  Module,
  type ImageProvider,
  type Mapping,
  type ModuleIdentity,
  type ModuleImages,
} from './process/module';
export { isWholeRule, type KnownRules, type ModuleRules } from './rules/known-rules';
export { type RuleWords } from './rules/rule-cache';
export { libdw } from './policy/libdw';
export { correct, type BinaryFilter, type UnwindPolicy } from './policy/policy';
export { ProcessRoots } from './process/process-roots';
export { ProcessTable, Thread } from './process/process-table';
export { SampleRegisters } from './sample/sample-registers';
export type { SampleUnwinder, UnwindCounters } from './walk/sample-unwinder';
export { type SFrameReader } from './tables/sframe-source';
export { SourceRegistry, type UnwindMethod } from './tables/source-order';
export { PairTable } from './callchain/pair-table';
export { EMPTY_STACK, NO_STACK, StackTable } from './callchain/stack-table';
export { StopReason, stopReasonTexts } from './walk/stop-reason';
export { type FunctionRow } from './tables/dwarf-source';
export { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from './tables/register-row';
export { SourceStatus } from './tables/unwind-source';
export type { FrameState } from './sample/frame-state';
export type { StackMemory } from './sample/stack-memory';
