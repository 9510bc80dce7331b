/** What tables call a binary: perf's short name. */

import { moduleName } from '../../symbolizer';

const perfMap = /^\/tmp\/perf-(\d+)\.map$/;

const kernelModule = /\.ko(\.[a-z0-9]+)?$/;

/** perf's rule for the kernel itself, where the table of build ids gives its file (machine.c). */
const isKernelImage = /\/vmlinux(-[^/]*)?$/;

/** "libc.so.6" of "/usr/lib/libc.so.6"; generated code goes by the process that made it, a kernel module by its name. */
export function shortModuleName(path: string): string {
  const generated = perfMap.exec(path);
  if (generated) return `[JIT] tid ${generated[1]}`;
  if (kernelModule.test(path)) return moduleName(path);
  if (isKernelImage.test(path)) return '[kernel.vmlinux]';
  return path.slice(path.lastIndexOf('/') + 1);
}
