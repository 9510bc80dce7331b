/**
 * What is mapped in the kernel. Its own mapping record ends with its code and data; what it discards after booting
 * (`start_kernel`, at the bottom of the idle task's stack) lies beyond it, and is found by its symbols: perf widens the
 * mapping to its first and last symbol when it reads them (tools/perf/util/symbol.c, map__fixup_end).
 *
 * perf before 3.10 and simpleperf write mappings of the kernel that reach from user addresses into the kernel's:
 *
 *   [0(0xffffffff9fffffff)]   0 … 2^63 | -2^63 … -0x60000001        two ranges of our signed addresses
 */

import { AddressSpace, type MappedRange, type Mapping } from '../../../unwinder';

const HALF_OF_ALL = 2 ** 63;

export class KernelSpace extends AddressSpace {
  /** The mapping of the kernel itself. */
  kernelMapping: Mapping | undefined;

  /** @param isKernelSymbol whether a symbol of the kernel itself covers an address; asked where no mapping does */
  constructor(private readonly isKernelSymbol: (avma: number) => boolean) {
    super();
  }

  override insert(range: MappedRange): void {
    const { startAvma, endAvma } = range;
    if (endAvma >= startAvma) super.insert(range);
    else {
      super.insert({ ...range, endAvma: HALF_OF_ALL });
      super.insert({ ...range, startAvma: -HALF_OF_ALL });
    }
  }

  override find(avma: number): MappedRange | undefined {
    const range = super.find(avma);
    if (range || !this.kernelMapping || !this.isKernelSymbol(avma)) return range;
    return { startAvma: avma, endAvma: avma, mapping: this.kernelMapping };
  }
}
