/** The library: readers of recordings, binaries and unwind tables; the unwinder; the symbolizer. The program is built on the same. */

export * from './parser';
export * from './symbolizer';
export * from './unwinder';
