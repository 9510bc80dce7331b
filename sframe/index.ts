export { executableRanges } from './code-ranges';
export {
  measureCoverage,
  type Coverage,
  type CoverageSplit,
  type FunctionPlaces,
  type RowCounts,
} from './coverage/coverage';
export {
  coverageSortKeys,
  sortCoverages,
  sumCoverage,
  type CoverageSortKey,
  type CoverageTotals,
} from './coverage/coverage-totals';
export {
  type DifferenceLog,
  type DifferentRange,
  type FunctionDifferences,
  type KindOfDifference,
} from './difference-log';
export {
  auditForKernel,
  findKernelRefusals,
  type AuditedText,
  type BrokenRule,
  type DetachedSection,
  type KernelAudit,
  type KernelVerdict,
  type UnseenReason,
  type UnseenTable,
} from './kernel-audit';
export { FunctionNames } from './function-names';
export {
  compareBuilds,
  type ChangedFunction,
  type NamedFunction,
  type SectionDifference,
} from './section-difference';
export {
  findMissingFunctions,
  type MissingCause,
  type MissingConsequence,
  type MissingFunction,
} from './coverage/missing-functions';
export { CFA, RecoveryKind, RecoveryRow, type Recovery } from './recovery';
export { RowComparison, rowDifferenceKinds, type DifferenceKind } from './row-comparison';
export { type StructureFinding, type StructureFindingCode, type StructureFindings } from './structure-check';
export { isHarmlessFinding, verdictOf, type Verdict } from './verdict';
export {
  verifyImage,
  type Verification,
  type VerificationOptions,
  type VerifiedSection,
} from './verification';
export { leftOutCauseTexts, type LeftOutCause } from './make/causes';
export { writeDetachedSFrame } from './make/detached-file';
export { makeSFrame, synthesizeSFrame, type LeftOutFunction, type MadeSFrame } from './make/make-section';
export {
  countCauses,
  predictSFrame,
  sumPredictions,
  type Prediction,
  type PredictionTotals,
} from './make/prediction';
