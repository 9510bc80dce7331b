/**
 * What a mapping is, by the name that the kernel or perf recorded for it, and the name under which perf prints it.
 * As perf 7.2 decides (tools/perf/util/map.h and `map__new`, dso.c `__kmod_path__parse`).
 */

export type MappingKind =
  /** A regular file by its path: binaries, libraries, also memfds (which no path leads to). */
  | 'file'
  /** A file whose path was gone or replaced while it was mapped: "/path (deleted)". */
  | 'deleted'
  /** Memory without a file: "//anon", "/dev/zero…", "/anon_hugepage…", huge pages. Where JIT code lies. */
  | 'anonymous'
  /** "[heap]", "[stack]", "[stack:tid]", "/SYSV…": no file either. */
  | 'unnamed'
  | 'vdso'
  /** The page of the old system call entries of x86-64, at a fixed address; it has no image. */
  | 'vsyscall'
  /** "[vvar]", "[vvar_vclock]", "[uprobes]" and what other bracketed names the kernel comes up with. */
  | 'special'
  /** "[kernel.kallsyms]…", "[guest.kernel.kallsyms]…". */
  | 'kernel'
  /** "[name]" or "….ko", "….ko.xz" in kernel space. */
  | 'kernel-module';

const DELETED = ' (deleted)';

/**
 * @param isKernel whether the mapping is in kernel space: the cpumode of its record
 * @param isHugeTlb whether its record's flags have MAP_HUGETLB: memory then, whatever its name
 */
export function classifyMapping(name: string, isKernel: boolean, isHugeTlb = false): MappingKind {
  if (isKernel) {
    if (name.startsWith('[kernel.kallsyms]') || name.startsWith('[guest.kernel.kallsyms')) return 'kernel';
    return name.startsWith('[') || isModuleFile(name) ? 'kernel-module' : 'special';
  }
  if (isHugeTlb || name === '//anon' || name.startsWith('/dev/zero') || name.startsWith('/anon_hugepage')) {
    return 'anonymous';
  }
  if (name.startsWith('[stack') || name.startsWith('/SYSV') || name === '[heap]') return 'unnamed';
  if (name === '[vdso]') return 'vdso';
  if (name === '[vsyscall]') return 'vsyscall';
  if (name.startsWith('[')) return 'special';
  return name.endsWith(DELETED) ? 'deleted' : 'file';
}

/** Whether code in such a mapping can only be named by the program that made it (perf-map.ts, jitdump.ts). */
export function isJitMemory(kind: MappingKind): boolean {
  return kind === 'anonymous' || kind === 'unnamed';
}

/**
 * The name that perf prints in parentheses: executable memory without a file goes by the name of the map file that
 * its process may have left.
 */
export function printedMappingName(
  name: string,
  kind: MappingKind,
  isExecutable: boolean,
  pid: number,
): string {
  if (isJitMemory(kind) && isExecutable && pid > 0) return perfMapPath(pid);
  if (kind === 'kernel') return name.slice(0, name.indexOf(']') + 1);
  return kind === 'kernel-module' ? moduleName(name) : name;
}

/** Where a program that generates code lists it for perf. */
export function perfMapPath(pid: number): string {
  return `/tmp/perf-${pid}.map`;
}

/** The path without " (deleted)". */
export function undeletedPath(path: string): string {
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}

/** "[nf_tables]" of "/lib/modules/…/nf-tables.ko.xz"; bracketed names as they are. */
export function moduleName(name: string): string {
  if (name.startsWith('[')) return name;
  const base = name.slice(name.lastIndexOf('/') + 1);
  return `[${base.replace(/\.ko(\.[a-z0-9]+)?$/, '').replaceAll('-', '_')}]`;
}

function isModuleFile(name: string): boolean {
  return /\.ko(\.[a-z0-9]+)?$/.test(name);
}
