/** What the other rooms see of the parser; files and standard input are in parser/io. */

// Bytes and addresses.
export {
  addressFromBigInt,
  addressFromHalves,
  ByteReader,
  decodeCString,
  decodeText,
  encodeText,
  findLastAtOrBelow,
  hasKeptBytes,
  formatAddress,
  formatHalves,
  formatHex,
  gunzip,
  highHalf,
  isExactAddress,
  LimitError,
  loadDecompressors,
  lowHalf,
  MemoryByteSource,
  ParseError,
  TWO_POW_32,
  type BinaryFileSystem,
  type ByteSource,
  type OpenFailure,
  type OpenFile,
  type ParseErrorFacts,
} from './bytes';

// perf.data.
export {
  recordTypeName,
  RecordType,
  PERF_RECORD_MISC_CPUMODE_MASK,
  PERF_RECORD_MISC_KERNEL,
  PERF_RECORD_MISC_USER,
  PERF_RECORD_MISC_HYPERVISOR,
  PERF_RECORD_MISC_MMAP_DATA,
  PERF_RECORD_MISC_COMM_EXEC,
  PERF_RECORD_MISC_SWITCH_OUT,
  PERF_RECORD_MISC_SWITCH_OUT_PREEMPT,
  PERF_SAMPLE_IP,
  PERF_SAMPLE_TID,
  PERF_SAMPLE_TIME,
  PERF_SAMPLE_ADDR,
  PERF_SAMPLE_READ,
  PERF_SAMPLE_CALLCHAIN,
  PERF_SAMPLE_CPU,
  PERF_SAMPLE_BRANCH_STACK,
  PERF_SAMPLE_REGS_USER,
  PERF_SAMPLE_STACK_USER,
  PERF_SAMPLE_WEIGHT,
  PERF_SAMPLE_DATA_SRC,
  PERF_SAMPLE_REGS_INTR,
  PERF_SAMPLE_PHYS_ADDR,
  PERF_SAMPLE_CGROUP,
  PERF_SAMPLE_DATA_PAGE_SIZE,
  PERF_SAMPLE_CODE_PAGE_SIZE,
  PERF_SAMPLE_WEIGHT_STRUCT,
  PERF_FORMAT_ID,
  PERF_SAMPLE_BRANCH_CALL_STACK,
  PERF_CONTEXT_HV,
  PERF_CONTEXT_KERNEL,
  PERF_CONTEXT_USER,
  PERF_CONTEXT_USER_DEFERRED,
  PERF_CONTEXT_MAX,
  PERF_COUNT_SW_DUMMY,
  PERF_TYPE_HARDWARE,
  PERF_TYPE_SOFTWARE,
  PERF_TYPE_TRACEPOINT,
  PERF_TYPE_HW_CACHE,
  PERF_TYPE_RAW,
  PERF_TYPE_BREAKPOINT,
  PERF_SAMPLE_REGS_ABI_32,
} from './perf-data/constants';
export type { EventDescription, FileHeader, FileSection } from './perf-data/container/file-header';
export type { Piece } from './perf-data/container/piece';
export type { RecordInput, RecordReader } from './perf-data/container/record-stream';
export { describesRecording } from './perf-data/container/record-kinds';
export {
  Recording,
  type RecordedEvent,
  type RecordingEnd,
  type RecordingParts,
} from './perf-data/container/recording';
export { TimeBase } from './perf-data/container/time-base';
export { loadZstd, type ZstdFactory, type ZstdStream } from './perf-data/container/zstd-stream';
export {
  Feature,
  parseClockData,
  parseCommandLine,
  parseCompressionFacts,
  parseEventDescriptions,
  readFeatureString,
  type FeatureSections,
  type RecordedBuildId,
} from './perf-data/features/features';
export { parseBpfPrograms, parseBtfs } from './perf-data/features/features-bpf';
export {
  parseCaches,
  parseCapabilities,
  parseCpuCounts,
  parseCpuTopology,
  parseHybridTopology,
  parseMemoryTopology,
  parseNumaTopology,
  parsePmuCapabilities,
  parsePmuMappings,
  parseSchedulingDomains,
  type Capability,
} from './perf-data/features/features-system';
export {
  DeferredOutcome,
  DeferredSamples,
  findDeferredCallchain,
  type DeferredCallchain,
  type JoinOrder,
} from './perf-data/records/deferred-samples';
export {
  attrFlagNames,
  hasFlag,
  preciseIp,
  withoutFlags,
  type AttrFlag,
  type EventAttr,
} from './perf-data/records/event-attr';
export {
  BranchEntry,
  decodeBranchInto,
  PERF_BR_COND,
  PERF_BR_NEW_TYPES,
} from './perf-data/records/branch-entry';
export { visitReadValues } from './perf-data/records/read-values';
export {
  parseComm,
  parseKsymbol,
  parseLostCount,
  parseMmap,
  parseTask,
  RecordPlace,
  recordReader,
  type CommRecord,
  type KsymbolRecord,
  type MmapRecord,
  type TaskRecord,
} from './perf-data/records/records';
export {
  parseAuxtraceError,
  parseBpfEvent,
  parseBpfMetadata,
  parseCgroup,
  parseLost,
  parseNamespaces,
  parseSwitchPartner,
  parseTextPoke,
  parseTraceName,
  type AuxtraceErrorRecord,
  type BpfEventRecord,
  type BpfMetadataRecord,
  type CgroupRecord,
  type NamespaceLink,
  type NamespacesRecord,
  type SwitchPartner,
  type TextPokeRecord,
} from './perf-data/records/records-other';
export { Sample } from './perf-data/records/sample';
export { highWord, lowWord, SampleStatus, type SampleLayout } from './perf-data/records/sample-layout';
export { castTo } from './perf-data/tracepoints/trace-constant';
export {
  parsePrintFormat,
  type Conversion,
  type OperatorBinding,
  type TracePiece,
} from './perf-data/tracepoints/trace-print-format';
export type { TraceExpression } from './perf-data/tracepoints/trace-syntax';
export {
  parseTracepointFormat,
  type TracepointField,
  type TracepointFormat,
} from './perf-data/tracepoints/tracepoint-format';
export { parseTracingData, type TracingData } from './perf-data/tracepoints/tracing-data';
export {
  buildIdTable,
  eventDescriptions,
  fileEnd,
  fileStart,
  withAttrs,
  type WrittenEvent,
} from './perf-data/writing/file-parts';
export { emptyRecord, LARGEST_RECORD_BYTES, writeSample } from './perf-data/writing/sample-bytes';

// Binaries: ELF, what differs between machines, SFrame, DWARF.
export * as elf from './elf/constants';
export { archiveKindOf, listArchiveMembers } from './elf/archive';
export type { ElfSection, ElfSegment, WordSize } from './elf/elf-headers';
export { ElfImage, findBuildIdNote, type SymbolBytes } from './elf/elf-image';
export { openLaidOut } from './elf/laid-out-image';
export { ElfRelocations, findRelocatedSymbols } from './elf/elf-relocations';
export { ElfSymbolTable, type ElfForm } from './elf/elf-symbols';
export * as machines from './machines';
export type { Machine, PltForm, PltSection, PltSizes, SFrameAbi, WordRelocation } from './machines/machine';
export {
  checkSFrameSection,
  decodeLocationsInto,
  FdeFields,
  findMachinePlan,
  FreCursor,
  FreDamage,
  parseSFrameHeader,
  readSFrameSections,
  SFRAME_PART,
  sframe,
  isSFrameDamage,
  SFrameFindings,
  SFrameLocation,
  SFrameLocationKind,
  SFrameRow,
  SFrameRowStatus,
  SFrameSection,
  type DecodePlan,
  type SectionCheckOptions,
  type SFrameFinding,
  type SFrameFindingCode,
  type SFrameHeader,
  type SFrameSections,
} from './sframe';
export {
  CfaKind,
  CfiRow,
  CfiTable,
  dwarfOperations,
  evaluateExpression,
  readBaseExpression,
  REGISTER_LIMIT,
  ReturnAddressSigning,
  RowStatus,
  RuleKind,
  describeCfiDamage,
  type CfiFindingCode,
  type ExpressionContext,
} from './dwarf/cfi';
export { DwarfCursor } from './dwarf/dwarf-cursor';
export {
  DebugInfo,
  type DebugFileResolver,
  type DebugInfoFindingCode,
  type InlineFrame,
  type SourceLine,
} from './dwarf/info';
export { LineTable, type LineRow } from './dwarf/line';
export type { RecordDecompressor } from './perf-data/container/record-decompressor';
export type { Finding } from './dwarf/findings';
export type { DwarfSections } from './dwarf/dwarf-sections';
export type { FdeLayout } from './sframe/decode-plan';
