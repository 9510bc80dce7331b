export type { AnswerStore } from './answers/known-answers';
export type { ExportChoices, Exporter, ExportFile, ExportTarget, FileReader } from './export/exporter';
export { exporters } from './export/exporters';
export { foldedComm, foldedName, type FoldNameOptions } from './export/folded-names';
export { startParquet } from './export/parquet/parquet-file';
export { ExportTables } from './export/tables';
export { countsNanoseconds } from './export/weights';
export { FURTHER_PLACES, type FrameName, type FrameNames } from './names/frame-names';
export type { SourcePosition } from './answers/answer-set';
export {
  correct as correctBehaviours,
  type DeferredBehaviours,
  type SessionBehaviours,
} from './session/behaviours';
export { printable, withoutKeptBytes } from './names/printable';
export { Diagnostics, type CountedProblem, type ProblemList } from './session/diagnostics';
export { readEventGroups } from './session/event-groups';
export { type FilterOptions } from './session/samples/sample-filter';
export { Session } from './session/session';
export type {
  DeferredVisitor,
  Host,
  OtherVisitors,
  RecordVisitor,
  SampleVisitor,
  SessionOptions,
  UnwindChoice,
} from './session/session-options';
export { startSession, type SessionChoices } from './session/start-session';
export { UsageError } from './session/usage-error';
export type { SampleAccounting } from './stacks/sample-accounting';
export type { StackFacts } from './stacks/stack-facts';
export { LARGEST_STACK_COPY_BYTES, StackSizes } from './stacks/stack-sizes';
export {
  BranchReader,
  type Branch,
  type BranchChoice,
  type BranchCounter,
  type BranchStatistics,
} from './tables/branches';
export { CallSites } from './tables/call-sites';
export { CallTree, NO_NODE, ROOT, type CallOrder } from './tables/call-tree';
export {
  collectProfile,
  type CollectedFacts,
  type CollectedProfile,
  type LostRecords,
  type ProfileChoice,
} from './tables/collect-profile';
export { functionsOfFrame, type CodeKind } from './tables/frame-functions';
export { foldStacks, type FoldedStack, type FoldOptions } from './tables/folded-stacks';
export {
  FURTHER_MODULE,
  LocationTable,
  MOST_LOCATIONS,
  NO_MODULE,
  UNKNOWN_LINE,
  type FrameNaming,
  type LocationGrain,
  type LocationName,
  type LocationOptions,
} from './tables/location-table';
export { shortModuleName } from './tables/module-names';
export { Parallelism } from './tables/parallelism';
export { Profile, type HiddenSamples, type ProfiledSample } from './tables/profile';
export { type DetailOfSample, type DetailTable, type SampleDetail } from './tables/sample-details';
export { SampleTable, type SampleKey, type SampleWeights } from './tables/sample-table';
export { NOT_UNWOUND, SampleTimes } from './tables/sample-times';
export { TextTable } from './tables/text-table';
export type { ThreadStates } from './tables/thread-states';
export type { Binaries } from './session/binaries';
export type { Unwinding } from './session/samples/unwinding';
export type { NameBehaviours } from './names/name-behaviours';
