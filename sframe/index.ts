export { type Coverage, type CoverageSplit, measureCoverage } from './coverage';
export {
  type CoverageSortKey,
  type CoverageTotals,
  coverageSortKeys,
  sortCoverages,
  sumCoverage,
} from './coverage-totals';
export {
  auditForKernel,
  type AuditedText,
  type BrokenRule,
  type KernelAudit,
  type KernelVerdict,
  type UnseenReason,
  type UnseenTable,
} from './kernel-audit';
export { type DifferentRange, type FunctionDifferences, type KindOfDifference } from './difference-log';
export { FunctionNames } from './function-names';
export {
  type MissingCause,
  type MissingConsequence,
  type MissingFunction,
  findMissingFunctions,
} from './missing-functions';
export { CFA, type Recovery, RecoveryKind, RecoveryRow } from './recovery';
export { type DifferenceKind, RowComparison, rowDifferenceKinds } from './row-comparison';
export { type StructureFinding } from './structure-check';
export { type Verdict, type Verification, verdictOf, verifyImage } from './verification';
export { leftOutCauseTexts, type LeftOutCause } from './make/causes';
export { writeDetachedSFrame } from './make/detached-file';
export {
  makeSFrame,
  openMadeSFrame,
  synthesizeSFrame,
  type LeftOutFunction,
  type MadeSFrame,
} from './make/make-section';
export {
  countCauses,
  predictSFrame,
  sumPredictions,
  type Prediction,
  type PredictionTotals,
} from './make/prediction';
export { type SectionSizes } from './make/section-sizes';
