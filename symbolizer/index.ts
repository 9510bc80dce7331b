export {
  BinaryLocator,
  type BinaryProblem,
  type BinaryProblemCode,
  type LocatedBinary,
} from './files/binary-locator';
export { type BinaryFileSystem, type OpenFailure, type OpenFile } from './files/binary-file-system';
export { MemoryFileSystem } from './files/memory-file-system';
export { formatBuildId, isSameBuildId } from './files/build-id';
export {
  classifyMapping,
  isJitMemory,
  moduleName,
  perfMapPath,
  printedMappingName,
  type MappingKind,
} from './files/mapping-kind';
export { JitDump, isJitDumpPath, type JitLine, type JitUnwindingInfo } from './generated/jitdump';
export { PerfMap } from './generated/perf-map';
export { isRunningKernel } from './kernel/running-kernel';
export { userCaches, type SearchPlaces } from './files/search-places';
export { KernelSymbols, type KernelSymbolsFailure, type ReferenceSymbol } from './kernel/kernel-symbols';
export { SymbolTable, type SymbolTableOptions } from './tables/symbol-table';
export { type Demangle } from './tables/symbol-choice';
export { debugFileResolver } from './files/debug-file-resolver';
export { GeneratedCode } from './generated/generated-code';
export {
  locateKernelSymbols,
  type KernelProblem,
  type KernelProblemCode,
  type KernelRequest,
  type LocatedKernel,
} from './kernel/kernel-locator';
export {
  explainMissingSymbols,
  type MissingSymbols,
  type MissingSymbolsReason,
} from './tables/missing-symbols';
export { binutilsForm, demangle, perfForm, type DemangleOptions } from './demangle/demangle';
