export type { ExportChoices, Exporter, ExportFile, ExportTarget } from './export/exporter';
export { exporters } from './export/exporters';
export { foldedComm, foldedName, lineText, type FoldNameOptions } from './export/folded-names';
export { startParquet, type ParquetColumn, type ParquetFile } from './export/parquet/parquet-file';
export { ExportTables } from './export/tables';
export { unitOfPeriods } from './export/weights';
export { type FrameName, type FrameNames } from './names/frame-names';
export { correct as correctBehaviours, type SessionBehaviours } from './session/behaviours';
export { printable } from './names/printable';
export { Diagnostics, type CountedProblem, type ProblemList } from './session/diagnostics';
export { readEventGroups } from './session/event-groups';
export { type FilterOptions } from './session/sample-filter';
export { Session } from './session/session';
export type { Host, SessionOptions, UnwindChoice } from './session/session-options';
export { startSession, usualSessionOptions, type SessionChoices } from './session/start-session';
export { UsageError } from './session/usage-error';
export { StackFacts } from './stacks/stack-facts';
export { LARGEST_STACK_COPY_BYTES, StackSizes } from './stacks/stack-sizes';
export { CallSites } from './tables/call-sites';
export { type CallOrder, CallTree, NO_NODE, ROOT } from './tables/call-tree';
export { type CollectedProfile, collectProfile } from './tables/collect-profile';
export { foldStacks } from './tables/folded-stacks';
export {
  type LocationGrain,
  type LocationName,
  LocationTable,
  NO_MODULE,
  type SourcePosition,
  UNKNOWN_LINE,
} from './tables/location-table';
export { shortModuleName } from './tables/module-names';
export { Parallelism } from './tables/parallelism';
export { type HiddenSamples, Profile } from './tables/profile';
export { type DetailOfSample, DetailTable, type SampleDetail } from './tables/sample-details';
export { type SampleKey, SampleTable, type SampleWeights } from './tables/sample-table';
export { NOT_UNWOUND, SampleTimes } from './tables/sample-times';
export { TextTable } from './tables/text-table';
