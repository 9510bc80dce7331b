export { AddressSpace, type MappedRange } from './address-space';
export { architectureOfMachine, architectureOfName } from './arch';
export type { Architecture } from './arch/arch';
export { Callchain, UserPart } from './callchain';
export { FrameUnwinder, type UnwindOptions } from './frame-loop';
export {
  DEFERRED_COOKIE,
  FrameTable,
  UNMAPPED_HYPERVISOR,
  UNMAPPED_KERNEL,
  UNMAPPED_USER,
} from './frame-table';
export { KernelError } from './kernel-rules/kernel-error';
export { KernelUnwinder, type KernelCounters, type KernelEvent } from './kernel-rules/kernel-unwinder';
export { appendCallStack, recordsCallStack } from './lbr-callchain';
export { LeafCallers } from './leaf-caller';
export { Module, MappingTable, type ImageProvider, type Mapping, type ModuleImages } from './module';
export { ProcessTable, Thread } from './process-table';
export { SampleRegisters } from './sample-registers';
export type { SampleUnwinder, UnwindCounters } from './sample-unwinder';
export { SourceRegistry, type UnwindMethod } from './source-order';
export { EMPTY_STACK, StackTable } from './stack-table';
export { StopReason, stopReasonTexts } from './stop-reason';
export { type FunctionRow } from './dwarf-source';
export { CfaRule, RegisterRule, RowSource, type RegisterRow, type RowRule } from './register-row';
export { SourceStatus, type SourceAnswer, type UnwindSource } from './unwind-source';
