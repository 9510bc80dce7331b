/**
 * Finds where a function is done: nothing follows but popping registers and returning. Compilers for x86-64 do not say in
 * their tables that a register was popped: by its rule it still lies in the stack, in a word that is now below the stack
 * pointer. There it can be read from a live process, but no stack copy reaches there; and it is in the register already.
 */

import type { Architecture } from '../arch/arch';
import type { Mapping } from '../process/module';

/** Room for all registers that a function preserves. */
const LONGEST_END_BYTES = 16;

export class ReturningCode {
  private readonly ofMapping: Map<number, boolean>[] = [];

  constructor(private readonly arch: Architecture) {}

  /** Whether the function is done at an address, which must be that of an instruction. */
  isAt(mapping: Mapping, avma: number): boolean {
    const known = (this.ofMapping[mapping.index] ??= new Map<number, boolean>());
    let isReturning = known.get(avma);
    if (isReturning === undefined) {
      isReturning = this.arch.onlyReturns(readCode(mapping, avma - mapping.delta));
      known.set(avma, isReturning);
    }
    return isReturning;
  }
}

/** The code from a file offset on; less where the file ends, none where it cannot be read. */
function readCode({ module }: Mapping, fileOffset: number): Uint8Array {
  const { image } = module.images;
  for (const sizeBytes of [LONGEST_END_BYTES, 2, 1]) {
    try {
      if (image) return image.readFile(fileOffset, sizeBytes);
    } catch {
      // Nearer to the end of the file.
    }
  }
  return new Uint8Array(0);
}
