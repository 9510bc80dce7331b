export * from './constants';
export {
  DeferredOutcome,
  DeferredSamples,
  findDeferredCallchain,
  type DeferredCallchain,
} from './deferred-samples';
export * from './event-attr';
export * from './features';
export * from './features-bpf';
export * from './features-system';
export * from './file-header';
export type { RecordInput } from './record-stream';
export { Recording, type RecordedEvent, type RecordingEnd, type RecordingParts } from './recording';
export {
  RecordPlace,
  recordReader,
  parseMmap,
  parseComm,
  parseKsymbol,
  parseLostCount,
  parseTask,
} from './records';
export type { CommRecord, KsymbolRecord, MmapRecord, TaskRecord } from './records';
export { visitReadValues, type ReadValueVisitor } from './read-values';
export {
  parseBpfEvent,
  parseBpfMetadata,
  parseCgroup,
  parseNamespaces,
  parseSwitchPartner,
  parseTextPoke,
} from './records-other';
export { Sample } from './sample';
export { address64, highWord, lowWord, SampleLayout, SampleStatus, size64 } from './sample-layout';
export { TimeBase } from './time-base';
export { loadZstd, type ZstdFactory } from './zstd-stream';
export { parseTracepointFormat, type TracepointField, type TracepointFormat } from './tracepoint-format';
export { parseTracingData, type TracingData } from './tracing-data';
export { castTo } from './trace-constant';
export { parsePrintFormat, type Conversion, type TracePiece } from './trace-print-format';
export type { DynamicKind, NamedValue, TraceExpression } from './trace-syntax';
