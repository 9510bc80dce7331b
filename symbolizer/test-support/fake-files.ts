/** A file system of what a test says is there. */

import { MemoryByteSource, type BinaryFileSystem, type OpenFailure } from '../../parser';

export class FakeFiles implements BinaryFileSystem {
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  /** Files opened and not yet closed. */
  openCount = 0;

  constructor(
    private readonly contents: Readonly<Record<string, Uint8Array | OpenFailure>>,
    private readonly vdso?: Uint8Array,
  ) {}

  open(path: string): ReturnType<BinaryFileSystem['open']> {
    this.asked.push(path);
    const content = this.contents[path] ?? 'missing';
    if (typeof content === 'string') return content;
    this.openCount++;
    const close = () => void this.openCount--;
    return Object.assign(new MemoryByteSource(path, content), { close });
  }

  openNamed(path: string): ReturnType<BinaryFileSystem['open']> {
    return this.open(path);
  }

  readRunningVdso(): Uint8Array | undefined {
    return this.vdso;
  }
}
