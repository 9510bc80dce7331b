/**
 * Whether SFrame sections are well-formed and lie where they can be found: everything that the parser's examination
 * finds, and what only the whole file shows. A kernel or a profiler finds the section by its segment, and looks up
 * addresses of executable code.
 */

import {
  checkSFrameSection,
  elf,
  type ElfImage,
  formatAddress,
  type SFrameFindingCode,
  type SFrameFindings,
  type SFrameSection,
  type SFrameSections,
} from '../parser';
import { executableRanges, type CodeRange } from './code-ranges';

/** Every kind of finding. The names are part of the JSON output. */
export type StructureFindingCode =
  | SFrameFindingCode
  /** The section is not part of any loaded segment. */
  | 'section-not-loaded'
  /** There is no PT_GNU_SFRAME segment for the section. */
  | 'segment-missing'
  /** An FDE reaches outside executable code. */
  | 'fde-outside-code';

export interface StructureFinding {
  readonly code: StructureFindingCode;
  readonly count: number;
  /** The first few, each with its place. */
  readonly examples: readonly { readonly text: string; readonly where: string }[];
}

export type StructureFindings = readonly StructureFinding[];

/**
 * Examines sections for the code of a file.
 * @param options.isElsewhere they are not in the file: where they lie is not looked at
 */
export function checkStructure(
  image: ElfImage,
  found: SFrameSections,
  options: { readonly isElsewhere?: boolean } = {},
): StructureFindings {
  const isRelocatable = image.type === elf.ET_REL;
  const log = new FindingCollection();
  log.take(found.findings);
  const code = executableRanges(image);
  for (const section of found.sections) {
    log.take(section.findings);
    log.take(checkSFrameSection(section, { isRelocatable }));
    if (isRelocatable) continue;
    if (!options.isElsewhere) checkPlace(image, section, log);
    checkFdePlaces(section, code, log);
  }
  return log.list();
}

const EXAMPLES_KEPT = 3;

/** Findings of several sections, counted together by code. */
class FindingCollection {
  private readonly byCode = new Map<
    StructureFindingCode,
    { count: number; examples: { text: string; where: string }[] }
  >();

  take(findings: SFrameFindings): void {
    for (const [code, count] of findings.counts) this.entry(code).count += count;
    for (const { code, text, where } of findings.examples) this.keep(code, text, where);
  }

  add(code: StructureFindingCode, where: string, describe: () => string): void {
    const entry = this.entry(code);
    entry.count++;
    if (entry.examples.length < EXAMPLES_KEPT) entry.examples.push({ text: describe(), where });
  }

  list(): StructureFindings {
    return [...this.byCode].map(([code, entry]) => ({ code, ...entry }));
  }

  private keep(code: StructureFindingCode, text: string, where: string): void {
    const { examples } = this.entry(code);
    if (examples.length < EXAMPLES_KEPT) examples.push({ text, where });
  }

  private entry(code: StructureFindingCode) {
    let entry = this.byCode.get(code);
    if (!entry) {
      entry = { count: 0, examples: [] };
      this.byCode.set(code, entry);
    }
    return entry;
  }
}

function checkPlace(image: ElfImage, section: SFrameSection, log: FindingCollection): void {
  const start = section.svma;
  const end = start + section.extentBytes;
  const holds = (type: number) =>
    image.segments.some(
      (segment) =>
        segment.type === type && start >= segment.svma && end <= segment.svma + segment.fileSizeBytes,
    );
  if (image.segments.length === 0) return;
  if (!holds(elf.PT_LOAD)) {
    log.add('section-not-loaded', section.where, () => 'no PT_LOAD segment holds the section');
  }
  if (!holds(elf.PT_GNU_SFRAME)) {
    log.add('segment-missing', section.where, () => 'no PT_GNU_SFRAME segment holds the section');
  }
}

function checkFdePlaces(section: SFrameSection, code: readonly CodeRange[], log: FindingCollection): void {
  for (let index = 0; index < section.fdeCount; index++) {
    const start = section.fdeStart(index);
    const end = start + section.fdeSize(index);
    if (code.some((range) => start >= range.startSvma && end <= range.endSvma)) continue;
    log.add('fde-outside-code', `${section.where}, FDE ${section.fdeFilePosition(index)}`, () => {
      const [from, to] = [formatAddress(start), formatAddress(end)];
      return `0x${from}..0x${to} does not lie within one executable section`;
    });
  }
}
