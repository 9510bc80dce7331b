export { checkSFrameSection, type SectionCheckOptions } from './check-section';
export * as sframe from './constants';
export type { DecodePlan } from './decode-plan';
export { FreDamage, type FreCursor } from './fre-cursor';
export { SFrameFindings, type SFrameFinding, type SFrameFindingCode } from './sframe-findings';
export type { SFrameHeader } from './sframe-header';
export { SFrameLocation, SFrameLocationKind, SFrameRow, SFrameRowStatus } from './sframe-row';
export { SFrameSection } from './sframe-section';
export { readSFrameSections, type SFrameSections } from './sframe-sections';
