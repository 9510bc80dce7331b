/**
 * Which binary perf 7.2 takes an address of a process for when it unwinds; perf loses stacks by it.
 *
 * perf has libdw keep a list of the process's binaries, and adds one when a frame first lies in it (util/unwind-libdw.c,
 * __report_module); the list lives as long as the process (util/maps.c, libdw_addr_space_dwfl). A binary is taken to begin where the frame's mapping would
 * have file offset 0. Where a binary is mapped at more than one distance from its file offsets (by lld, or by a program
 * that maps its own code once more, as Node does), one and the same is added twice. libdw (elfutils 0.196, libdwfl) then
 *
 *   - takes a range of addresses that was added before for an error, and drops that binary for good;
 *   - finds binaries that overlap by a table of boundaries that is no longer sorted.
 *
 * A frame whose address libdw does not find in the binary that perf expects ends the stack.
 */

import { elf, type ElfImage } from '../../parser';
import type { MappedRange, RangeFinder } from '../process/address-space';
import type { Module } from '../process/module';
import type { BinaryFilter } from './policy';

/** A binary in libdw's list. */
interface ListedModule {
  readonly name: string;
  readonly startAvma: number;
  readonly endAvma: number;
}

/** The list of one address space. */
export class LibdwModules implements BinaryFilter {
  private readonly listed: ListedModule[] = [];
  private readonly dropped: ListedModule[] = [];
  /** Where ranges of addresses begin or end. Boundaries stay when their binary is dropped. */
  private readonly boundaries: number[] = [];
  /** What lies from each boundary to the next. */
  private owners: (ListedModule | undefined)[] = [];
  private ownersAreCurrent = false;
  private isSorted = true;
  private readonly settled = new Map<MappedRange, boolean>();

  /** @param space what is mapped */
  constructor(private readonly space: RangeFinder) {}

  find(avma: number): MappedRange | undefined {
    const range = this.space.find(avma);
    return range && this.isSettled(range) ? range : undefined;
  }

  /** perf tells libdw of the binary at the return address itself first, and of a sample's own once more before it asks for frames. */
  admits(range: MappedRange, lookup: number, ip: number, isInnermost: boolean): boolean {
    if (isInnermost && !this.report(lookup, range)) return false;
    const rangeOfIp = ip === lookup ? range : this.space.find(ip);
    if (rangeOfIp) this.report(ip, rangeOfIp);
    return this.report(lookup, range);
  }

  /**
   * Tells libdw of the binary at an address. Telling it of a binary twice loses that binary.
   * @returns whether libdw finds that binary there: if not, the stack ends
   */
  report(avma: number, range: MappedRange): boolean {
    const { module } = range.mapping;
    if (!isFile(module)) return true;
    const startAvma = expectedStart(range);
    let found = this.findModule(avma);
    if (found?.startAvma !== startAvma) found = this.add(module, startAvma);
    return found !== undefined && this.findModule(avma) === found;
  }

  /** Whether {@link report} changes nothing and says yes at all addresses of a range. */
  isSettled(range: MappedRange): boolean {
    let isSettled = this.settled.get(range);
    if (isSettled === undefined) {
      isSettled = this.decideSettled(range);
      this.settled.set(range, isSettled);
    }
    return isSettled;
  }

  private decideSettled(range: MappedRange): boolean {
    const { startAvma, endAvma, mapping } = range;
    if (!isFile(mapping.module)) return true;
    this.updateOwners();
    const { boundaries, owners } = this;
    const i = this.indexOf(startAvma);
    if (!this.isSorted || owners[i]?.startAvma !== expectedStart(range)) return false;
    return i + 1 === boundaries.length || boundaries[i + 1] >= endAvma;
  }

  /** The listed binary at an address (dwfl_addrmodule). */
  private findModule(avma: number): ListedModule | undefined {
    this.updateOwners();
    const { boundaries, owners } = this;
    const i = this.indexOf(avma);
    if (i < 0) return undefined;
    if (owners[i] || i === 0 || boundaries[i] !== avma) return owners[i];
    const before = owners[i - 1];
    return before?.endAvma === avma ? before : undefined;
  }

  /** Adds a binary (dwfl_report_elf). @returns undefined where it has no file, or was added before */
  private add(module: Module, startAvma: number): ListedModule | undefined {
    const { image } = module.images;
    const extent = image && extentOf(image, startAvma);
    if (!extent) return undefined;
    const added = { name: module.path.slice(module.path.lastIndexOf('/') + 1), ...extent };
    this.ownersAreCurrent = false;
    this.settled.clear();
    const isSame = ({ name, startAvma, endAvma }: ListedModule): boolean =>
      name === added.name && startAvma === added.startAvma && endAvma === added.endAvma;
    if (this.dropped.some(isSame)) return undefined;
    const index = this.listed.findIndex(isSame);
    if (index >= 0) {
      this.dropped.push(...this.listed.splice(index, 1));
      return undefined;
    }
    this.listed.push(added);
    return added;
  }

  /** Enters all listed binaries into the table of boundaries, in their order (reify_segments). */
  private updateOwners(): void {
    if (this.ownersAreCurrent) return;
    this.ownersAreCurrent = true;
    const { boundaries } = this;
    this.owners = boundaries.map(() => undefined);
    let hint = -1;
    for (const module of this.listed) {
      const { startAvma, endAvma } = module;
      let i = this.indexOf(startAvma, hint);
      if (i < 0 || boundaries[i] !== startAvma) this.insertBoundaries(++i, startAvma, endAvma);
      if (i + 1 < boundaries.length && endAvma < boundaries[i + 1]) {
        this.insertBoundaries(i + 1, endAvma, boundaries[i + 1]);
      }
      do {
        this.owners[i++] = module;
      } while (i < boundaries.length && boundaries[i] < endAvma);
      hint = i < boundaries.length ? i : -1;
    }
    this.isSorted = boundaries.every((boundary, i) => i === 0 || boundaries[i - 1] < boundary);
  }

  /** Inserts two boundaries, unless their neighbours are the same. Where binaries overlap, the order is lost by this. */
  private insertBoundaries(index: number, startAvma: number, endAvma: number): void {
    const { boundaries, owners } = this;
    const inserted: number[] = [];
    if (index === 0 || boundaries[index - 1] !== startAvma) inserted.push(startAvma);
    if (index >= boundaries.length || boundaries[index + 1] !== endAvma) inserted.push(endAvma);
    boundaries.splice(index, 0, ...inserted);
    owners.splice(index, 0, ...inserted.map(() => undefined));
  }

  /**
   * The last boundary at or below an address, -1 where there is none. The steps of the search count: of a table out
   * of order they decide what is found. @param hint the boundary to look at first; -1 for none
   */
  private indexOf(avma: number, hint = -1): number {
    const { boundaries } = this;
    const isLastBelow = (i: number): boolean => i + 1 === boundaries.length || avma < boundaries[i + 1];
    if (hint >= 0 && avma >= boundaries[hint] && isLastBelow(hint)) return hint;
    let low = 0;
    let high = boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (avma < boundaries[middle]) high = middle;
      else if (isLastBelow(middle)) return middle;
      else low = middle + 1;
    }
    return -1;
  }
}

/** Whether a module has a path: what the kernel names in brackets is never found by perf, or lies where it expects. */
function isFile(module: Module): boolean {
  return !module.path.startsWith('[');
}

/** Where perf takes a mapping's binary to begin. `perf inject --jit` makes files that have only code. */
function expectedStart({ startAvma, mapping }: MappedRange): number {
  return mapping.module.path.startsWith('/tmp/jitted-') ? startAvma : mapping.delta;
}

/** The range of addresses that libdw takes a binary to cover. @param baseAvma where perf says that it begins */
function extentOf(image: ElfImage, baseAvma: number): { startAvma: number; endAvma: number } | undefined {
  const loaded = image.segments.filter(({ type }) => type === elf.PT_LOAD);
  const last = loaded.at(-1);
  if (!last) return undefined;
  const firstSvma = loaded[0].svma - (loaded[0].svma % (loaded[0].alignmentBytes || 1));
  // Files of fixed addresses lie where they say, not where they are mapped.
  const startAvma = image.type === elf.ET_EXEC ? firstSvma : baseAvma;
  return { startAvma, endAvma: startAvma - firstSvma + last.svma + last.memorySizeBytes };
}
