/**
 * The thorough examination of a section: what opening it does not look at, because a lookup does not need it.
 * Reads every FDE and FRE once. Everything that the specification rules out becomes a finding, and so does what
 * it allows but no producer means (FDEs that overlap, FREs that two FDEs share).
 */

import * as sframe from './constants';
import { FreDamage, type FreCursor } from './fre-cursor';
import { SFrameFindings } from './sframe-findings';
import { SFrameRow } from './sframe-row';
import type { SFrameSection } from './sframe-section';

export interface SectionCheckOptions {
  /** Where findings go; by default a new collection that keeps three examples of each code. */
  readonly findings?: SFrameFindings;
  /** The section is from a relocatable file, whose functions all start near 0: overlaps of FDEs mean nothing. */
  readonly isRelocatable?: boolean;
}

/**
 * Examines all FDEs and FREs of a section.
 * @returns the findings; those made when the section was opened (`section.findings`) are not repeated
 */
export function checkSFrameSection(
  section: SFrameSection,
  options: SectionCheckOptions = {},
): SFrameFindings {
  const findings = options.findings ?? new SFrameFindings();
  const check = new SectionCheck(section, findings);
  for (let index = 0; index < section.fdeCount; index++) check.checkFde(index);
  if (!options.isRelocatable) check.checkFdeOverlaps();
  check.checkTotals();
  return findings;
}

class SectionCheck {
  private readonly row = new SFrameRow();
  private freTotal = 0;
  /**
   * FREs still to be read. Each takes at least two bytes, so that only FDEs which share their data can have more
   * than this; without a bound, a million FDEs that share 65,535 FREs would take hours.
   */
  private freBudget: number;
  /** Section offsets where each FDE's data begins and ends. */
  private readonly dataStart: Float64Array;
  private readonly dataEnd: Float64Array;

  constructor(
    private readonly section: SFrameSection,
    private readonly findings: SFrameFindings,
  ) {
    this.freBudget = Math.ceil(Math.min(section.header.freSizeBytes, section.bytes.length) / 2);
    this.dataStart = new Float64Array(section.fdeCount);
    this.dataEnd = new Float64Array(section.fdeCount);
  }

  checkFde(index: number): void {
    const { section, findings } = this;
    const where = () => this.whereFde(index);
    this.freTotal += section.freCount(index);
    if (section.isDamaged(index)) return;
    if (section.fdeSize(index) === 0)
      findings.add('fde-empty', where(), () => 'the function has a size of 0');
    const info = section.infoBits(index);
    const unused = (info & section.plan.layout.unusedInfoBits) | (info & 0xe000);
    if (unused !== 0) {
      findings.add('fde-unused-bits', where(), () => `unused bits 0x${unused.toString(16)} are set`);
    }
    const count = section.freCount(index);
    if (count === 0 && !section.isOutermostFde(index)) {
      findings.add('fde-without-fres', where(), () => 'there is no FRE');
    }
    if (count > section.fdeSize(index)) {
      findings.add(
        'fde-too-many-fres',
        where(),
        () => `${count} FREs for ${section.fdeSize(index)} bytes of code`,
      );
    }
    this.checkFres(index);
  }

  private checkFres(index: number): void {
    const { section, findings } = this;
    const fre = section.newFreCursor(index);
    const isMask = section.isMask(index);
    const limit = isMask ? section.repSize(index) : section.fdeSize(index);
    const data = section.freSectionOffset(index);
    this.dataStart[index] = data - section.plan.layout.attributeSizeBytes;
    let previous = -1;
    let freIndex = 0;
    for (; this.freBudget > 0 && fre.next(); freIndex++) {
      this.freBudget--;
      const where = () => this.whereFre(index, freIndex, fre.sectionOffset);
      const start = fre.startOffset;
      if (previous < 0 && start > 0) {
        findings.add('fre-first-start', where(), () => `the first FRE starts at ${start}: no row before it`);
      }
      if (start <= previous) {
        findings.add(
          'fre-order',
          where(),
          () => `the FRE starts at ${start}, not after the one before it (${previous})`,
        );
      }
      if (start >= limit) {
        findings.add(
          isMask ? 'fre-beyond-block' : 'fre-beyond-function',
          where(),
          () => `the FRE starts at ${start}, the ${isMask ? 'block' : 'function'} has ${limit} bytes`,
        );
      }
      previous = start;
      this.checkWords(index, fre, where);
    }
    this.dataEnd[index] = fre.endOfFre;
    if (fre.damage === FreDamage.None) return;
    const isSize = fre.damage === FreDamage.WordSize;
    findings.add(
      isSize ? 'fre-word-size' : 'fre-out-of-bounds',
      this.whereFre(index, freIndex, fre.endOfFre),
      () =>
        isSize
          ? 'the info byte has word size 3; known are 0, 1 and 2'
          : 'the FRE goes beyond the FRE sub-section',
    );
  }

  private checkWords(index: number, fre: FreCursor, where: () => string): void {
    const { section, findings } = this;
    const isFlex = section.isFlex(index);
    if (!section.decodeLocationsInto(index, fre, this.row)) {
      if (!isFlex) findings.add('fre-register', where(), () => 'a word names a negative register');
      else if (fre.wordCount > 0 && (fre.unsignedWord(0) & 1) === 0) {
        findings.add('fre-cfa-without-register', where(), () => "the CFA's control word names no register");
      } else {
        findings.add(
          'fre-rule-cut-off',
          where(),
          () => `the ${fre.wordCount} words end between a control word and its offset`,
        );
      }
      return;
    }
    if (this.row.hasReservedBit) {
      findings.add('fre-reserved-bit', where(), () => 'a control word has its reserved bit set');
    }
    const most = wordsUsed(section, fre, isFlex);
    if (fre.wordCount > most) {
      findings.add(
        'fre-word-count',
        where(),
        () => `${fre.wordCount} words, of which ${most} mean something`,
      );
    }
  }

  /** FDEs are in order of their starts, so that one pass sees every overlap. */
  checkFdeOverlaps(): void {
    const { section } = this;
    let reach = -Infinity;
    let reachIndex = -1;
    for (let index = 0; index < section.fdeCount; index++) {
      const start = section.fdeStart(index);
      if (start < reach && section.fdeSize(index) > 0) {
        const other = reachIndex;
        this.findings.add(
          'fde-overlap',
          this.whereFde(index),
          () => `the function's code overlaps that of FDE ${section.fdeFilePosition(other)}`,
        );
      }
      if (start + section.fdeSize(index) > reach) {
        reach = start + section.fdeSize(index);
        reachIndex = index;
      }
    }
  }

  checkTotals(): void {
    const { section, findings } = this;
    const { header, where } = section;
    if (this.freTotal !== header.freCount) {
      findings.add(
        'fre-count-mismatch',
        where,
        () => `the header announces ${header.freCount} FREs, the FDEs have ${this.freTotal}`,
      );
    }
    const used = this.checkDataOverlaps();
    if (used !== header.freSizeBytes) {
      findings.add(
        'fre-size-mismatch',
        where,
        () => `the FRE sub-section has ${header.freSizeBytes} bytes, the FDEs use ${used}`,
      );
    }
  }

  /** Finds FDEs whose attributes or FREs share bytes; returns how many bytes all of them use. */
  private checkDataOverlaps(): number {
    const { section, dataStart, dataEnd } = this;
    const order = Uint32Array.from(dataStart.keys())
      .filter((index) => !section.isDamaged(index))
      .sort((a, b) => dataStart[a] - dataStart[b] || a - b);
    let used = 0;
    let reach = 0;
    for (const index of order) {
      if (dataStart[index] < reach) {
        this.findings.add(
          'fre-overlap',
          this.whereFde(index),
          () => "the FDE's data overlaps that of another",
        );
      }
      used += Math.max(0, dataEnd[index] - Math.max(reach, dataStart[index]));
      reach = Math.max(reach, dataEnd[index]);
    }
    return used;
  }

  private whereFde(index: number): string {
    return `${this.section.where}, FDE ${this.section.fdeFilePosition(index)}`;
  }

  private whereFre(index: number, freIndex: number, offset: number): string {
    return `${this.whereFde(index)}, FRE ${freIndex} at 0x${offset.toString(16)}`;
  }
}

/** How many of an FRE's words have a meaning. */
function wordsUsed(section: SFrameSection, fre: FreCursor, isFlex: boolean): number {
  if (!isFlex) return section.header.fixedRaOffset === sframe.SFRAME_FRE_RA_OFFSET_INVALID ? 3 : 2;
  let at = 2;
  for (let rule = 0; rule < 2 && at < fre.wordCount; rule++) at += fre.unsignedWord(at) === 0 ? 1 : 2;
  return Math.max(at, 2);
}
