/** The kernel's symbols of a recording, and what is said when there are none. */

import type { BinaryFileSystem } from '../../parser';
import {
  locateKernelSymbols,
  type KernelRequest,
  type KernelSymbols,
  type SearchPlaces,
} from '../../symbolizer';
import type { Diagnostics } from '../session/diagnostics';

/** The kernel's symbols, or undefined where none can be had; says why in the diagnostics. */
export function openKernelSymbols(
  files: BinaryFileSystem,
  places: SearchPlaces,
  request: KernelRequest,
  diagnostics: Diagnostics,
): KernelSymbols | undefined {
  const { symbols, refused } = locateKernelSymbols(files, places, request);
  if (symbols) return symbols;
  diagnostics.add(
    'kernel-symbols',
    'kernel functions have no names: give the recorded kernel’s symbols with --kallsyms FILE (a copy of its /proc/kallsyms, made by root) or --vmlinux FILE',
    refused[0]?.text ??
      (places.symfs === undefined
        ? 'this machine runs another kernel than the recorded one, or its files are not here'
        : 'there is no boot/vmlinux of its build below --symfs; with that option the running kernel is not asked'),
  );
  return undefined;
}
