/** The kernel of a recording: which one it was, as far as its mapping has said by now, and its symbols. */

import type { KernelRequest, KernelSymbols } from '../../../symbolizer';

export class RecordedKernel {
  /** The build id; undefined where no record told. */
  buildId: Uint8Array | undefined;
  private reference: KernelRequest['reference'];
  private openedSymbols: KernelSymbols | null | undefined;

  /** @param open opens the kernel's symbols; called once at most */
  constructor(
    private readonly open: (facts: Pick<KernelRequest, 'buildId' | 'reference'>) => KernelSymbols | undefined,
  ) {}

  /**
   * Notes the kernel's mapping; of several the first counts.
   * @param path "[kernel.kallsyms]_text": the page offset is the address of that symbol, zero if it was hidden
   */
  noteMapping(path: string, pageOffset: number, buildId: Uint8Array | undefined): void {
    this.buildId ??= buildId;
    const name = path.slice(path.indexOf(']') + 1);
    if (name && pageOffset !== 0) this.reference ??= { name, avma: pageOffset };
  }

  /** The symbols, opened when the first kernel frame is named; undefined where there are none. */
  symbols(): KernelSymbols | undefined {
    if (this.openedSymbols === undefined) {
      this.openedSymbols = this.open({ buildId: this.buildId, reference: this.reference }) ?? null;
    }
    return this.openedSymbols ?? undefined;
  }
}
