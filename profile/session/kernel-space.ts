/**
 * What is mapped in the kernel. Its own mapping record ends with its code and data; what it discards after booting
 * (`start_kernel`, at the bottom of the idle task's stack) lies behind, and is found by its symbols: perf widens the
 * mapping to its first and last symbol when it reads them (tools/perf/util/symbol.c, map__fixup_end).
 */

import { AddressSpace, type MappedRange, type Mapping } from '../../unwinder';

export class KernelSpace extends AddressSpace {
  /** The mapping of the kernel itself. */
  kernelMapping: Mapping | undefined;

  /** @param isKernelSymbol whether a symbol of the kernel itself covers an address; asked where no mapping does */
  constructor(private readonly isKernelSymbol: (avma: number) => boolean) {
    super();
  }

  override find(avma: number): MappedRange | undefined {
    const range = super.find(avma);
    if (range || !this.kernelMapping || !this.isKernelSymbol(avma)) return range;
    return { startAvma: avma, endAvma: avma, mapping: this.kernelMapping };
  }
}
