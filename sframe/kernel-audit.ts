/**
 * What a kernel with the proposed SFrame code would make of a file, without a recording (docs/kernel-rules.md): whether it
 * sees the section, registers it for each text, and what every address of those texts would give. An address whose look-up
 * breaks a rule takes the section from the process, for all its texts, as soon as a sample meets it.
 *
 * Look-ups change at the starts of functions and rows and at the ends of functions: these addresses stand for all.
 */

import {
  elf,
  machines,
  readSFrameSections,
  SFrameLocationKind,
  SFrameRow,
  type ElfImage,
  type ElfSegment,
  SFrameSection,
} from '../parser';
import {
  architectureOf,
  findSFrameSegment,
  findStepRule,
  KernelError,
  KernelSection,
  registerTexts,
  type KernelRule,
  type TextRegistration,
} from '../unwinder';
import { AddressSet } from './code-ranges';

/** What the kernel does with a file's SFrame data. The names are part of the JSON output. */
export type KernelVerdict =
  | 'accepts'
  /** No text gets the section. */
  | 'refuses'
  /** A look-up at some address drops it. */
  | 'drops'
  /** There is SFrame data, but nothing of it is where the kernel looks. */
  | 'never-sees'
  | 'no-sframe';

/** Why SFrame data is never looked at. The names are part of the JSON output. */
export type UnseenReason =
  /** No PT_GNU_SFRAME segment. */
  | 'no-segment'
  /** The segment, or the section, has no bytes. */
  | 'empty'
  /** A relocatable file is not loaded. */
  | 'relocatable'
  /** A table after another one: the kernel reads only the first of a section. */
  | 'behind-another-table'
  /** No executable segment. */
  | 'no-text'
  /** The kernel of this machine has no SFrame code. */
  | 'other-machine';

export interface UnseenTable {
  readonly place: string;
  readonly reason: UnseenReason;
}

export interface AuditedText {
  readonly startSvma: number;
  readonly endSvma: number;
  /** The rule by which the section is not registered for it; undefined where it is. */
  readonly refusedBy: KernelRule | undefined;
}

/** A rule that look-ups or steps break, and where. */
export interface BrokenRule {
  readonly rule: KernelRule;
  /** Ranges of code, and the bytes in them. */
  readonly count: number;
  readonly bytes: number;
  /** The first few. */
  readonly examples: readonly { readonly startSvma: number; readonly endSvma: number }[];
}

export interface KernelAudit {
  readonly image: ElfImage;
  readonly verdict: KernelVerdict;
  readonly texts: readonly AuditedText[];
  readonly unseen: readonly UnseenTable[];
  /** By rules whose consequence is that the section is dropped. */
  readonly drops: readonly BrokenRule[];
  /** By rules that end a stack and leave the section. */
  readonly steps: readonly BrokenRule[];
  /** Functions of the section whose code gives ENOENT all the same: another FDE hides them from the search. */
  readonly missed: { readonly count: number; readonly bytes: number };
}

/** A section for a file's code that is not in the file. */
export interface DetachedSection {
  readonly bytes: Uint8Array;
  readonly svma: number;
}

/**
 * What the kernel makes of a section that is registered for a file's texts by a system call: which rules of registration and
 * look-up it breaks. Empty for a file without executable segments.
 */
export function findKernelRefusals(image: ElfImage, { bytes, svma }: DetachedSection): KernelRule[] {
  const arch = architectureOf(machines.ofElf(image.machine));
  if (!arch) return [];
  const table = SFrameSection.parse(bytes, svma, image.littleEndian, image.name);
  const run = new AuditRun(() => undefined);
  const refused: KernelRule[] = [];
  for (const { type, flags, svma: textStartSvma, memorySizeBytes } of image.segments) {
    // Of a segment without bytes nothing is mapped that could be registered.
    if (type !== elf.PT_LOAD || (flags & elf.PF_X) === 0 || memorySizeBytes === 0) continue;
    const textEndSvma = textStartSvma + memorySizeBytes;
    const section = KernelSection.open(bytes, { svma, textStartSvma, textEndSvma }, arch);
    if (section instanceof KernelSection) {
      run.auditText({ startSvma: textStartSvma, endSvma: textEndSvma, section }, table);
    } else refused.push(section as KernelRule);
  }
  return [...refused, ...run.drops.list().map(({ rule }) => rule)];
}

const EXAMPLES_KEPT = 3;
const emptyCodes = ['section-empty', 'section-without-contents'] as const;

/** Audits a file. Nothing is thrown for damage of sections. */
export function auditForKernel(image: ElfImage): KernelAudit {
  const found = readSFrameSections(image);
  const unseen: UnseenTable[] = found.placeNames
    .map((place): UnseenTable => ({ place, reason: 'behind-another-table' }))
    .filter((_, i) => i > 0);
  const arch = architectureOf(machines.ofElf(image.machine));
  const segment = findSFrameSegment(image);
  const place = found.placeNames[0] ?? '.sframe';
  const hasTable = found.sections.length > 0 || found.findings.count('section-unreadable') > 0;
  const isEmpty = found.sections.length === 0 && emptyCodes.some((code) => found.findings.count(code) > 0);
  const reason =
    hasTable || isEmpty || segment
      ? reasonOfBlindness(image, { hasCode: arch !== undefined, isEmpty, segment })
      : undefined;
  if (reason !== undefined || !arch || !segment) {
    if (reason !== undefined) unseen.unshift({ place, reason });
    const verdict = reason === undefined || !hasTable ? 'no-sframe' : 'never-sees';
    return { image, verdict, texts: [], unseen, drops: [], steps: [], missed: { count: 0, bytes: 0 } };
  }
  const registrations = registerTexts(image, arch);
  const run = new AuditRun((row) => findStepRule(row, arch));
  for (const registration of registrations) run.auditText(registration, found.sections[0]);
  const texts = registrations.map(({ startSvma, endSvma, section }) => ({
    startSvma,
    endSvma,
    refusedBy: section instanceof KernelSection ? undefined : (section as KernelRule),
  }));
  const drops = run.drops.list();
  const isRefused = texts.every(({ refusedBy }) => refusedBy !== undefined);
  const verdict = isRefused ? 'refuses' : drops.length > 0 ? 'drops' : 'accepts';
  return { image, verdict, texts, unseen, drops, steps: run.steps.list(), missed: run.missed };
}

function reasonOfBlindness(
  image: ElfImage,
  facts: {
    /** The machine's kernel reads SFrame. */
    readonly hasCode: boolean;
    readonly isEmpty: boolean;
    readonly segment: ElfSegment | undefined;
  },
): UnseenReason | undefined {
  const { hasCode, isEmpty, segment } = facts;
  if (image.type === elf.ET_REL) return 'relocatable';
  if (!hasCode) return 'other-machine';
  if (isEmpty || segment?.memorySizeBytes === 0) return 'empty';
  if (!segment) return 'no-segment';
  const hasText = image.segments.some(({ type, flags }) => type === elf.PT_LOAD && (flags & elf.PF_X) !== 0);
  return hasText ? undefined : 'no-text';
}

class AuditRun {
  readonly drops = new BrokenRules();
  readonly steps = new BrokenRules();
  readonly missed = { count: 0, bytes: 0 };
  private readonly row = new SFrameRow();

  constructor(private readonly stepRule: (row: SFrameRow) => KernelRule | undefined) {}

  auditText({ startSvma, endSvma, section }: TextRegistration, table: SFrameSection | undefined): void {
    if (!(section instanceof KernelSection) || !table) return;
    const starts = probedAddresses(table, startSvma, endSvma);
    const covered = coveredCode(table);
    for (const [i, svma] of starts.entries()) {
      const end = starts[i + 1] ?? endSvma;
      const verdict = section.find(svma, this.row);
      if (verdict.error === KernelError.None) {
        const broken = this.stepRule(this.row);
        // Where the return address is still in its register nothing was called: such a frame is the innermost.
        const isInnermost = this.row.ra.kind === SFrameLocationKind.Unchanged;
        const counts = broken && !(isInnermost && broken.consequence === 'caller-ends');
        if (counts) this.steps.add(broken, svma, end);
      } else if (verdict.error !== KernelError.ENOENT) {
        this.drops.add(verdict as KernelRule, svma, end);
      } else if (covered.has(svma)) {
        this.missed.count++;
        this.missed.bytes += end - svma;
      }
    }
  }
}

/** What any FDE covers, whichever of them a search finds. */
function coveredCode(table: SFrameSection): AddressSet {
  const starts = Float64Array.from({ length: table.fdeCount }, (_, fde) => table.fdeStart(fde));
  return AddressSet.fromSorted(
    starts,
    starts.map((start, fde) => start + table.fdeSize(fde)),
  );
}

/** Where the answer of a look-up may change, ascending, from the start of the text on. */
function probedAddresses(table: SFrameSection, startSvma: number, endSvma: number): number[] {
  const probes = new Set<number>([startSvma]);
  const add = (svma: number) => {
    if (svma >= startSvma && svma < endSvma) probes.add(svma);
  };
  for (let fde = 0; fde < table.fdeCount; fde++) {
    const start = table.fdeStart(fde);
    add(start);
    add(start + table.fdeSize(fde));
    const cursor = table.newFreCursor(fde);
    while (cursor.next()) if (cursor.startOffset < table.fdeSize(fde)) add(start + cursor.startOffset);
  }
  return [...probes].sort((a, b) => a - b);
}

/** Ranges by the rule that they break. */
class BrokenRules {
  private readonly byRule = new Map<
    KernelRule,
    { count: number; bytes: number; examples: { startSvma: number; endSvma: number }[] }
  >();

  add(rule: KernelRule, startSvma: number, endSvma: number): void {
    let entry = this.byRule.get(rule);
    if (!entry) this.byRule.set(rule, (entry = { count: 0, bytes: 0, examples: [] }));
    entry.count++;
    entry.bytes += endSvma - startSvma;
    if (entry.examples.length < EXAMPLES_KEPT) entry.examples.push({ startSvma, endSvma });
  }

  list(): BrokenRule[] {
    return [...this.byRule].map(([rule, entry]) => ({ rule, ...entry }));
  }
}
