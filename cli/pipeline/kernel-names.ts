/**
 * Finds the kernel's symbols for a recording: the file that was named, or the running kernel's list when the
 * recording was made under it (its build id says so).
 */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ElfImage, FileByteSource, findBuildIdNote } from '../../parser';
import {
  isSameBuildId,
  KernelSymbols,
  type KernelSymbolsFailure,
  type ReferenceSymbol,
} from '../../symbolizer';
import type { Diagnostics } from '../diagnostics';

/** What the recording and the command line say of the kernel. */
export interface KernelFacts {
  readonly kallsyms: string | undefined;
  readonly vmlinux: string | undefined;
  /** With --symfs the recording is taken to be another machine's. */
  readonly isForeign: boolean;
  readonly buildId: Uint8Array | undefined;
  readonly reference: ReferenceSymbol | undefined;
}

const RUNNING_KALLSYMS = '/proc/kallsyms';

const failureTexts: Readonly<Record<KernelSymbolsFailure, string>> = {
  empty: 'holds no symbols',
  restricted: 'holds only zero addresses: read it as root (see /proc/sys/kernel/kptr_restrict)',
  'no-reference': "lacks the recording's reference symbol: it is another kernel's",
};

/** The kernel's symbols, or undefined where none can be had; says why in the diagnostics. */
export function openKernelSymbols(facts: KernelFacts, diagnostics: Diagnostics): KernelSymbols | undefined {
  const accept = (path: string, symbols: KernelSymbols | KernelSymbolsFailure): KernelSymbols | undefined => {
    if (typeof symbols !== 'string') return symbols;
    diagnostics.add(
      'kernel-symbols',
      'the file with kernel symbols could not be used',
      `${path} ${failureTexts[symbols]}`,
    );
    return undefined;
  };
  if (facts.kallsyms !== undefined) {
    const text = KernelSymbols.fromKallsyms(readMaybeCompressed(facts.kallsyms), facts.reference);
    return accept(facts.kallsyms, text);
  }
  if (facts.vmlinux !== undefined) {
    const image = ElfImage.parse(FileByteSource.open(facts.vmlinux));
    return accept(facts.vmlinux, KernelSymbols.fromVmlinux(image, facts.reference));
  }
  if (!facts.isForeign && isRunningKernel(facts.buildId)) {
    const symbols = KernelSymbols.fromKallsyms(readFileSync(RUNNING_KALLSYMS), facts.reference);
    return accept(RUNNING_KALLSYMS, symbols);
  }
  diagnostics.add(
    'kernel-symbols',
    'kernel functions have no names: give the recorded kernel’s symbols with --kallsyms FILE (a copy of /proc/kallsyms made there by root) or --vmlinux FILE',
    'the recording is of another kernel, or another boot, than this machine runs',
  );
  return undefined;
}

function isRunningKernel(recorded: Uint8Array | undefined): boolean {
  if (!recorded) return false;
  try {
    const running = findBuildIdNote(readFileSync('/sys/kernel/notes'), true);
    return running !== undefined && isSameBuildId(recorded, running);
  } catch {
    return false;
  }
}

function readMaybeCompressed(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}
