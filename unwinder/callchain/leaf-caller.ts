/**
 * The caller that a chain of frame pointers misses: a leaf function that keeps no frame record is not in the chain,
 * so the kernel's next entry is its caller's caller. Where perf recorded the link register besides (on AArch64, with
 * `--call-graph fp`), the function's row says whether the register still holds the return address.
 *
 *   recorded   PERF_CONTEXT_USER  leaf  ·  caller's caller  …
 *                                       └── caller, from the link register
 *
 * As everywhere in unwound chains, the address given is the return address minus 1 (perf 7.2 does the same here:
 * util/arm64-frame-pointer-unwind-support.c).
 */

import { addressFromHalves, type Sample } from '../../parser';
import type { AddressSpace, MappedRange } from '../process/address-space';
import type { Architecture } from '../arch/arch';
import { UNMAPPED_USER, type FrameTable } from './frame-table';
import type { UnwindPolicy } from '../policy/policy';
import type { Mapping } from '../process/module';
import { RegisterRule, type RegisterRow } from '../tables/register-row';
import type { SampleRegisters } from '../sample/sample-registers';
import type { SourceRegistry, UnwindMethod } from '../tables/source-order';
import { SourceStatus } from '../tables/unwind-source';

/** What the tables say of an address's return address. */
enum Place {
  LinkRegister,
  Elsewhere,
  /** No table covers the address. */
  Uncovered,
  /** The binary cannot be had. */
  NoBinary,
}

export class LeafCallers {
  private readonly places: Map<number, Place>[] = [];

  /** @param registers of the event's samples; the link register is among them */
  constructor(
    private readonly arch: Architecture,
    private readonly registers: SampleRegisters,
    private readonly sources: SourceRegistry,
    private readonly frameTable: FrameTable,
    private readonly options: { readonly method: UnwindMethod; readonly policy: UnwindPolicy },
  ) {}

  /**
   * The frame of the caller that the chain misses, or -1.
   * @param ip where the leaf function was interrupted
   * @param next the chain's entry after it
   */
  find(sample: Sample, space: AddressSpace, ip: number, next: number): number {
    const { arch, registers } = this;
    const { stripsReturnAddresses, believesEveryLeafCaller } = this.options.policy;
    const low = registers.lowWord(sample, arch.linkRegister);
    const signedHigh = registers.highWord(sample, arch.linkRegister);
    const high = stripsReturnAddresses ? (signedHigh & arch.returnAddressHighMask) >>> 0 : signedHigh;
    const returnAddress = addressFromHalves(low, high);
    const range = space.find(ip);
    if (range === undefined || returnAddress === 0) return -1;
    if (returnAddress === next && !believesEveryLeafCaller) return -1;
    const callerRange = space.find(returnAddress - 1);
    const place = this.placeAt(range, ip);
    const isLeaf =
      place === Place.LinkRegister ||
      (place === Place.Uncovered &&
        (believesEveryLeafCaller || this.isElsewhere(range.mapping, callerRange, returnAddress)));
    if (!isLeaf) return -1;
    const mapping = callerRange?.mapping.index ?? UNMAPPED_USER;
    const borrow = low === 0 ? 1 : 0;
    return this.frameTable.intern(mapping, low - 1, high - borrow);
  }

  /** Whether a return address cannot be left over from a call that the uncovered code of a mapping made itself. */
  private isElsewhere(mapping: Mapping, range: MappedRange | undefined, returnAddress: number): boolean {
    if (range === undefined) return false;
    return range.mapping !== mapping || this.placeAt(range, returnAddress - 1) < Place.Uncovered;
  }

  private placeAt(range: MappedRange, avma: number): Place {
    const { mapping } = range;
    const places = (this.places[mapping.index] ??= new Map<number, Place>());
    const key = avma - mapping.delta;
    let place = places.get(key);
    if (place === undefined) places.set(key, (place = this.resolvePlace(mapping, key)));
    return place;
  }

  private resolvePlace({ module }: Mapping, fileOffset: number): Place {
    if (!module.images.image) return Place.NoBinary;
    const svma = module.svmaOfFileOffset(fileOffset);
    if (Number.isNaN(svma)) return Place.Uncovered;
    for (const source of this.sources.sourcesOf(module, this.options.method)) {
      const answer = source.resolveRow(svma);
      if (answer.status !== SourceStatus.Found) continue;
      return returnsToLinkRegister(answer.row!, this.arch) ? Place.LinkRegister : Place.Elsewhere;
    }
    return Place.Uncovered;
  }
}

function returnsToLinkRegister(row: RegisterRow, arch: Architecture): boolean {
  if (row.isOutermost || row.returnAddressColumn !== arch.linkRegister) return false;
  const rule = row.rules.find((candidate) => candidate.register === arch.linkRegister);
  if (!rule || rule.rule === RegisterRule.SameValue) return true;
  return (
    rule.rule === RegisterRule.RegisterPlus && rule.baseRegister === arch.linkRegister && rule.value === 0
  );
}
