/**
 * Which of two symbols at one address gives the address its name: the rules of perf 7.2 (`choose_best_symbol`
 * in tools/perf/util/symbol.c), so that both print the same one of several aliases. In order:
 *
 *   1. one that covers bytes over one that covers none      4. global over local (weak ones are gone by now)
 *   2. a function or object over a bare label (NOTYPE)      5. fewer leading underscores
 *   3. strong over weak                                     6. the longer name; else the one seen first
 *
 * Rules 5 and 6 look at the names as they are printed, that is demangled.
 */

import { elf } from '../../parser';

/** Turns a linkage name into what is printed; returns names that are not mangled as they are. */
export type Demangle = (linkageName: string) => string;

/**
 * Decides by rules 1 to 4. `info` is type and binding as in Elf64_Sym.st_info.
 * @returns 1 for the first symbol, 2 for the second, 0 where the names have to decide ({@link chooseByName})
 */
export function chooseByFacts(
  firstSizeBytes: number,
  firstInfo: number,
  secondSizeBytes: number,
  secondInfo: number,
): 0 | 1 | 2 {
  if (secondSizeBytes === 0 && firstSizeBytes > 0) return 1;
  if (firstSizeBytes === 0 && secondSizeBytes > 0) return 2;
  const firstType = firstInfo & 0xf;
  const secondType = secondInfo & 0xf;
  if (firstType !== secondType) {
    if (firstType === elf.STT_NOTYPE) return 2;
    if (secondType === elf.STT_NOTYPE) return 1;
  }
  const firstBinding = firstInfo >> 4;
  const secondBinding = secondInfo >> 4;
  if (firstBinding === secondBinding) return 0;
  if (secondBinding === elf.STB_WEAK) return 1;
  if (firstBinding === elf.STB_WEAK) return 2;
  if (firstBinding === elf.STB_GLOBAL) return 1;
  return secondBinding === elf.STB_GLOBAL ? 2 : 0;
}

/**
 * Decides by rules 5 and 6, on the bytes of printed names. Kernels of old had aliases "SyS_…": as the first of two equals
 * they lose.
 */
export function chooseByName(first: Uint8Array, second: Uint8Array): 1 | 2 {
  const firstUnderscores = leadingUnderscores(first);
  const secondUnderscores = leadingUnderscores(second);
  if (firstUnderscores !== secondUnderscores) return firstUnderscores < secondUnderscores ? 1 : 2;
  if (first.length !== second.length) return first.length > second.length ? 1 : 2;
  return startsWith(first, SYS) || startsWith(first, COMPAT_SYS) ? 2 : 1;
}

const SYS = new TextEncoder().encode('SyS');
const COMPAT_SYS = new TextEncoder().encode('compat_SyS');

function startsWith(name: Uint8Array, prefix: Uint8Array): boolean {
  return name.length >= prefix.length && prefix.every((byte, i) => name[i] === byte);
}

function leadingUnderscores(name: Uint8Array): number {
  let count = 0;
  while (name[count] === 0x5f) count++;
  return count;
}
