/**
 * Makes the rules that a rule cache holds: asks the sources for the row of an address and packs it. Rows that do not
 * fit a packed rule are kept here, and found again by the index in their rule.
 */

import { highHalf, lowHalf, TWO_POW_32 } from '../../parser';
import type { Architecture, CodeWithoutTables } from '../arch/arch';
import type { FrameTable } from '../callchain/frame-table';
import type { UnwindPolicy } from '../policy/policy';
import type { Mapping, Module } from '../process/module';
import { RowSource, type RegisterRow } from '../tables/register-row';
import { isWholeRule, type KnownRules, type ModuleRules } from './known-rules';
import {
  RuleCache,
  SLOT_CFA,
  SLOT_FRAME,
  SLOT_FRAME_POINTER,
  SLOT_KIND,
  SLOT_RETURN_ADDRESS,
} from './rule-cache';
import type { UnwindCounters } from '../walk/sample-unwinder';
import { fallsBackToFramePointer, type SourceRegistry, type UnwindMethod } from '../tables/source-order';
import {
  IN_LINK_REGISTER,
  PackedRule,
  packRow,
  RuleKind,
  SIGNAL_FRAME_FLAG,
  SOURCE_SHIFT,
  UNCHANGED,
} from './unwind-rule';
import { followFrameRecord } from '../arch/frame-record';
import { SourceStatus } from '../tables/unwind-source';

/** Some times what a large program has. A rule takes up to 100 bytes, with a row of its own some 300. */
const MOST_RULES = 1 << 19;

/** Puts a rule into a cache; returns its position. */
type PutRule = (kind: number, cfa?: number, returnAddress?: number, framePointer?: number) => number;

export interface RuleOptions {
  readonly method: UnwindMethod;
  readonly policy: UnwindPolicy;
  /** Whether signal trampolines that no table covers are recognized by their code. */
  readonly knowsTrampolines: boolean;
  /** Asked before the tables, and given what these say. */
  readonly knownRules: KnownRules | undefined;
  /** Rules that are held; beyond that all are forgotten, and made again where they are needed. */
  readonly mostRules?: number | undefined;
}

export class RuleMaker {
  /** By index of the mapping. */
  readonly caches: (RuleCache | undefined)[] = [];
  /** Rows of general rules, by the index in their rule. */
  readonly rows: RegisterRow[] = [];
  private readonly fullRows: Map<number, RegisterRow | undefined>[] = [];
  private readonly packed = new PackedRule();
  private readonly withoutTables: CodeWithoutTables;
  /** All that rules depend on besides the binary; undefined where they are not to be kept. */
  private readonly madeBy: string | undefined;
  private readonly mostRules: number;
  private heldRules = 0;

  constructor(
    private readonly arch: Architecture,
    private readonly options: RuleOptions,
    private readonly sources: SourceRegistry,
    private readonly frameTable: FrameTable,
    private readonly counters: UnwindCounters,
  ) {
    const { method, policy, knowsTrampolines, mostRules = MOST_RULES } = options;
    this.mostRules = mostRules;
    this.withoutTables = policy.withoutTables(arch);
    // By the frame pointer alone no table is searched: nothing is gained by keeping that.
    const isKept = policy.rulesKeptAs !== undefined && method !== 'fp';
    this.madeBy = isKept
      ? JSON.stringify([sources.arch.name, arch.name, method, policy.rulesKeptAs, knowsTrampolines])
      : undefined;
  }

  /** The cache of a mapping. */
  cacheOf(mapping: Mapping): RuleCache {
    return (this.caches[mapping.index] ??= new RuleCache());
  }

  /** The position in the mapping's cache of the rule for an address, made if need be. */
  findRule(cache: RuleCache, mapping: Mapping, lookup: number): number {
    const key = lookup - mapping.delta;
    const position = cache.find(key);
    return cache.words[position + SLOT_FRAME] !== 0 ? position : this.makeRule(cache, mapping, key, lookup);
  }

  /** The row that restores all registers: DWARF's where there is one, since SFrame's do not. */
  findFullRow(mapping: Mapping, lookup: number): RegisterRow | undefined {
    const rows = (this.fullRows[mapping.index] ??= new Map<number, RegisterRow | undefined>());
    const key = lookup - mapping.delta;
    if (rows.has(key)) return rows.get(key);
    const svma = this.options.policy.svmaInTables(mapping.module, key);
    let row = this.sources.dwarfOf(mapping.module)?.resolveRow(svma).row;
    if (!row && this.options.method !== 'dwarf')
      row = this.sources.sframeOf(mapping.module)?.resolveRow(svma).row;
    rows.set(key, row);
    return row;
  }

  private makeRule(cache: RuleCache, mapping: Mapping, key: number, lookup: number): number {
    this.counters.cacheMisses++;
    if (++this.heldRules > this.mostRules) this.forgetRules();
    const frame = this.frameTable.intern(mapping.index, lowHalf(lookup), highHalf(lookup));
    const put = (kind: number, cfa = 0, returnAddress = 0, framePointer = 0): number =>
      cache.put(key, frame, { kind, cfa, returnAddress, framePointer });
    // Only reserved address space is larger than 4 GiB: no table covers it, and keys have 32 bits.
    if (!(key >= 0 && key < TWO_POW_32)) return put(RuleKind.NoBinary);
    const { module } = mapping;
    if (!module.images.image) return put(RuleKind.NoBinary);
    const { madeBy } = this;
    const kept = madeBy === undefined ? undefined : this.options.knownRules?.ofModule(module, madeBy);
    const known = kept?.find(key);
    if (known) return cache.put(key, frame, known);
    const position = this.makeByTables(module, key, put);
    if (kept) keep(kept, key, cache.words, position);
    return position;
  }

  /** Of all mappings, for general rules of any of them are in the same list. */
  private forgetRules(): void {
    for (const cache of this.caches) cache?.clear();
    this.rows.length = 0;
    this.fullRows.length = 0;
    this.heldRules = 1;
  }

  private makeByTables(module: Module, key: number, put: PutRule): number {
    const svma = this.options.policy.svmaInTables(module, key);
    let kind = RuleKind.NoRow;
    if (!Number.isNaN(svma)) {
      for (const source of this.sources.sourcesOf(module, this.options.method)) {
        const answer = source.resolveRow(svma);
        if (answer.status === SourceStatus.Found) return this.putRow(answer.row!, put);
        if (answer.status === SourceStatus.Corrupt) kind = RuleKind.CorruptRow;
      }
    }
    if (this.options.knowsTrampolines && kind === RuleKind.NoRow) {
      const row = this.findTrampolineRow(module, svma);
      if (row) return this.putRow(row, put);
    }
    if (!fallsBackToFramePointer(this.options.method)) return put(kind);
    return this.putGuess(module, put);
  }

  /** Where a frame's caller is found by its frame record alone, that is a rule like any other. */
  private putGuess(module: Module, put: PutRule): number {
    const kind = RuleKind.FramePointerGuess | (RowSource.FramePointer << SOURCE_SHIFT);
    const { wordSizeBytes } = this.arch;
    if (this.withoutTables.guessCaller !== followFrameRecord || module.isStack)
      return put(kind, 0, IN_LINK_REGISTER, UNCHANGED);
    return put(kind, 2 * wordSizeBytes, -wordSizeBytes, -2 * wordSizeBytes);
  }

  private putRow(row: RegisterRow, put: PutRule): number {
    const flags = (row.source << SOURCE_SHIFT) | (row.isSignalFrame ? SIGNAL_FRAME_FLAG : 0);
    const { packed } = this;
    if (packRow(row, this.arch, packed)) {
      return put(
        packed.kind | flags,
        packed.cfaOffset,
        packed.returnAddressOffset,
        packed.framePointerOffset,
      );
    }
    this.rows.push(row);
    return put(RuleKind.General | flags, this.rows.length - 1, 0, 0);
  }

  private findTrampolineRow(module: Module, svma: number): RegisterRow | undefined {
    const { image } = module.images;
    if (!image || Number.isNaN(svma)) return undefined;
    const readCode = (at: number, sizeBytes: number): DataView | undefined => {
      const fileOffset = image.fileOffsetOf(at);
      if (fileOffset < 0 || image.fileOffsetOf(at + sizeBytes - 1) < 0) return undefined;
      const bytes = image.readFile(fileOffset, sizeBytes);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    };
    return this.withoutTables.findTrampolineRow(svma, readCode);
  }
}

/** Gives a rule in a cache to those that are kept, if it can be. */
function keep(kept: ModuleRules, fileOffset: number, words: Int32Array, position: number): void {
  const kind = words[position + SLOT_KIND];
  if (!isWholeRule(kind)) return;
  kept.add(fileOffset, {
    kind,
    cfa: words[position + SLOT_CFA],
    returnAddress: words[position + SLOT_RETURN_ADDRESS],
    framePointer: words[position + SLOT_FRAME_POINTER],
  });
}
