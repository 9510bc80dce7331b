export {
  BinaryLocator,
  type BinaryProblem,
  type BinaryProblemCode,
  type LocatedBinary,
} from './files/binary-locator';
export { DebugFileChecksums } from './files/debug-link';
export { MemoryFileSystem } from './files/memory-file-system';
export { formatBuildId } from './files/build-id';
export {
  classifyMapping,
  isJitMemory,
  moduleName,
  perfMapPath,
  printedMappingName,
  type MappingKind,
} from './files/mapping-kind';
export { isJitDumpPath, JitDump, type JitLine, type JitUnwindingInfo } from './generated/jitdump';
export { PerfMap } from './generated/perf-map';
export { isRunningKernel } from './kernel/running-kernel';
export { userCaches, type ProcessRoot, type SearchPlaces } from './files/search-places';
export { KernelSymbols, type KernelSymbolsFailure, type ReferenceSymbol } from './kernel/kernel-symbols';
export { SymbolTable, type ChosenTable, type SymbolTableOptions } from './tables/symbol-table';
export { SymbolLookup } from './tables/symbol-lookup';
export { type Demangle } from './tables/symbol-choice';
export { debugFileResolver } from './files/debug-file-resolver';
export { GeneratedCode } from './generated/generated-code';
export { locateKernelSymbols, type KernelRequest } from './kernel/kernel-locator';
export { explainMissingSymbols, type MissingSymbols } from './tables/missing-symbols';
export { demangle, perfForm, type DemangleOptions } from './demangle/demangle';
export type { RustForm } from './demangle/rust/rust-form';
