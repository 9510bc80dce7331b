export {
  BinaryLocator,
  type BinaryProblem,
  type BinaryProblemCode,
  type LocatedBinary,
} from './binary-locator';
export { type BinaryFileSystem, type OpenFailure, type OpenFile } from './binary-file-system';
export { formatBuildId, isSameBuildId } from './build-id';
export {
  classifyMapping,
  isJitMemory,
  moduleName,
  perfMapPath,
  printedMappingName,
  type MappingKind,
} from './mapping-kind';
export { JitDump, isJitDumpPath, type JitLine, type JitUnwindingInfo } from './jitdump';
export { PerfMap } from './perf-map';
export { isRunningKernel } from './running-kernel';
export { userCaches, type SearchPlaces } from './search-places';
export { KernelSymbols, type KernelSymbolsFailure, type ReferenceSymbol } from './kernel-symbols';
export { SymbolTable, type SymbolTableOptions } from './symbol-table';
export { type Demangle } from './symbol-choice';
export { debugFileResolver } from './debug-file-resolver';
export { GeneratedCode } from './generated-code';
export {
  locateKernelSymbols,
  type KernelProblem,
  type KernelProblemCode,
  type KernelRequest,
  type LocatedKernel,
} from './kernel-locator';
export { explainMissingSymbols, type MissingSymbols, type MissingSymbolsReason } from './missing-symbols';
export { binutilsForm, demangle, perfForm, type DemangleOptions } from './demangle/demangle';
