/** Why addresses of a module have no names, and what a person can do about it. Texts as data: printing is the caller's. */

import { elf } from '../../parser';
import type { BinaryProblemCode, LocatedBinary } from '../files/binary-locator';
import { formatBuildId } from '../files/build-id';

export type MissingSymbolsReason =
  /** No file of that name here, or it was deleted while it was mapped. */
  | 'gone'
  /** There is a file, of another build. */
  | 'other-build'
  | 'no-permission'
  | 'not-a-binary'
  /** There is a file, and the system allows no more to be open. */
  | 'limit'
  /** The file is the right one; its symbols were taken out and kept elsewhere, or nowhere. */
  | 'stripped'
  /** Code that the program generated. */
  | 'generated'
  | 'vdso';

export interface MissingSymbols {
  /** Path or name as recorded. */
  readonly name: string;
  readonly reason: MissingSymbolsReason;
  /** What is the matter: a sentence without full stop. */
  readonly text: string;
  /** What to do about it: an imperative sentence without full stop. */
  readonly remedy: string;
  /** Hexadecimal, where one is known: what the right file is found by. */
  readonly buildId?: string;
}

const reasons: Readonly<Record<BinaryProblemCode, MissingSymbolsReason>> = {
  missing: 'gone',
  'no-permission': 'no-permission',
  'not-a-file': 'not-a-binary',
  unreadable: 'no-permission',
  special: 'not-a-binary',
  outside: 'gone',
  'leads-nowhere': 'gone',
  'too-many-open': 'limit',
  'build-id-mismatch': 'other-build',
  'no-build-id': 'other-build',
  'not-elf': 'not-a-binary',
  'checksum-mismatch': 'other-build',
  'no-file': 'generated',
};

/**
 * The reason why addresses in a module could not be named; undefined where its symbols are complete (then the
 * addresses lie in code that no symbol covers).
 */
export function explainMissingSymbols(located: LocatedBinary): MissingSymbols | undefined {
  const { name, kind, image, debugImage } = located;
  if (debugImage) return undefined;
  const buildId = located.buildId && formatBuildId(located.buildId);
  if (located.problem) {
    const { code } = located.problem;
    // What lies in a memfd is generated, or was unpacked: no path leads to it, on the recorded machine neither.
    const isMemory = code === 'missing' && /^\/memfd:/.test(name);
    const reason = kind === 'vdso' ? 'vdso' : reasons[isMemory ? 'no-file' : code];
    const text = isMemory ? `${name} is memory without a file` : located.problem.text;
    return { name, reason, text, remedy: remedyFor(reason, name, buildId), buildId };
  }
  if (!image || image.sections.some((section) => section.type === elf.SHT_SYMTAB)) return undefined;
  if (image.findSection('.gnu_debugdata')) return undefined;
  // The kernel's vDSO has all its functions in .dynsym.
  if (kind === 'vdso') return undefined;
  const hasExports =
    image.sections.some((section) => section.type === elf.SHT_DYNSYM) ||
    (image.sections.length === 0 && image.segments.some(({ type }) => type === elf.PT_DYNAMIC));
  const [refused] = located.refused;
  const remark = refused === undefined ? '' : `; ${refused.text}`;
  const text = hasExports
    ? `${name} is stripped: only functions that it exports have names${remark}`
    : `${name} is stripped: it has no symbols at all${remark}`;
  return { name, reason: 'stripped', text, remedy: remedyFor('stripped', name, buildId), buildId };
}

function remedyFor(reason: MissingSymbolsReason, name: string, buildId: string | undefined): string {
  switch (reason) {
    case 'gone':
      return `copy it from the recorded machine to the same path under a folder, and give that with --symfs`;
    case 'other-build':
      return buildId === undefined
        ? 'give the folder with the recorded machine’s files with --symfs'
        : `give the folder with the recorded machine’s files with --symfs, or record with \`perf buildid-cache --add ${shellWord(name)}\` before the file is replaced`;
    case 'no-permission':
      return 'make the file readable, or run as a user who may read it';
    case 'not-a-binary':
      return 'put the recorded binary in its place, or give the folder with the recorded machine’s files with --symfs';
    case 'limit':
      return 'allow more open files: ulimit -n 4096';
    case 'stripped':
      return buildId === undefined
        ? 'build it with -g and without -s, or install its debug package'
        : `install its debug package (Debian: ‹package›-dbgsym; Fedora: dnf debuginfo-install), or fetch the file with \`debuginfod-find debuginfo ${buildId}\``;
    case 'generated':
      return 'have the program list the code it generates (node: --perf-basic-prof; Java: perf-map-agent or libperf-jvmti; .NET: DOTNET_PerfMapEnabled=1)';
    case 'vdso':
      return 'give the recorded kernel’s image with --vdso';
  }
}

/** A word for a shell command that a person may paste: names come from the recording. */
function shellWord(text: string): string {
  return /^[\w./+@=:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
