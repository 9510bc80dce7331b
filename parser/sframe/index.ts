export { checkSFrameSection, type SectionCheckOptions } from './check-section';
export * as sframe from './constants';
export { FdeFields, findMachinePlan, type DecodePlan } from './decode-plan';
export { FreCursor, FreDamage } from './fre-cursor';
export { decodeLocationsInto } from './row-decoder';
export {
  isSFrameDamage,
  SFrameFindings,
  type SFrameFinding,
  type SFrameFindingCode,
} from './sframe-findings';
export { parseSFrameHeader, type SFrameHeader } from './sframe-header';
export { SFrameLocation, SFrameLocationKind, SFrameRow, SFrameRowStatus } from './sframe-row';
export { SFrameSection } from './sframe-section';
export { readSFrameSections, SFRAME_PART, type SFrameSections } from './sframe-sections';
