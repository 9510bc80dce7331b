export { DebugInfo, type DebugInfoFindingCode, type InlineFrame, type SourceLine } from './debug-info';
export type { DebugFileResolver } from './split-units';
