export * from './constants';
export {
  DeferredOutcome,
  DeferredSamples,
  findDeferredCallchain,
  type DeferredCallchain,
  type JoinOrder,
} from './records/deferred-samples';
export * from './records/event-attr';
export * from './features/features';
export * from './features/features-bpf';
export * from './features/features-system';
export * from './container/file-header';
export type { RecordInput } from './container/record-stream';
export {
  describesRecording,
  Recording,
  type RecordedEvent,
  type RecordingEnd,
  type RecordingParts,
} from './container/recording';
export {
  RecordPlace,
  recordReader,
  parseMmap,
  parseComm,
  parseKsymbol,
  parseLostCount,
  parseTask,
} from './records/records';
export type { CommRecord, KsymbolRecord, MmapRecord, TaskRecord } from './records/records';
export { visitReadValues, type ReadValueVisitor } from './records/read-values';
export {
  parseAuxtraceError,
  parseTraceName,
  parseBpfEvent,
  parseBpfMetadata,
  parseCgroup,
  parseLost,
  parseNamespaces,
  parseSwitchPartner,
  parseTextPoke,
  type AuxtraceErrorRecord,
  type BpfEventRecord,
  type BpfMetadataRecord,
  type CgroupRecord,
  type LostRecord,
  type NamespaceLink,
  type NamespacesRecord,
  type SwitchPartner,
  type TextPokeRecord,
} from './records/records-other';
export {
  buildIdTable,
  eventDescriptions,
  fileEnd,
  fileStart,
  withAttrs,
  type WrittenEvent,
} from './writing/file-parts';
export { emptyRecord, LARGEST_RECORD_BYTES, writeSample } from './writing/sample-bytes';
export { Sample } from './records/sample';
export { address64, highWord, lowWord, SampleLayout, SampleStatus, size64 } from './records/sample-layout';
export { TimeBase } from './container/time-base';
export { loadZstd, type ZstdFactory } from './container/zstd-stream';
export {
  parseTracepointFormat,
  type TracepointField,
  type TracepointFormat,
} from './tracepoints/tracepoint-format';
export { parseTracingData, type TracingData } from './tracepoints/tracing-data';
export { castTo } from './tracepoints/trace-constant';
export {
  parsePrintFormat,
  type Conversion,
  type OperatorBinding,
  type TracePiece,
} from './tracepoints/trace-print-format';
export type { DynamicKind, NamedValue, TraceExpression } from './tracepoints/trace-syntax';
