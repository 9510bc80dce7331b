/** What tables call a binary: perf's short name. */

const perfMap = /^\/tmp\/perf-(\d+)\.map$/;

/** "libc.so.6" of "/usr/lib/libc.so.6"; generated code goes by the process that made it. */
export function shortModuleName(path: string): string {
  const generated = perfMap.exec(path);
  if (generated) return `[JIT] tid ${generated[1]}`;
  return path.slice(path.lastIndexOf('/') + 1);
}
