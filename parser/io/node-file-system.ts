/**
 * The machine's files.
 *
 * Which file is read, a recording says (or a binary: debug links, split units), and it may come from anybody. So
 *
 *   - only regular files are opened, and none of a file system that the kernel makes up (/proc, /sys, /dev): reading such
 *     files can wait for ever (/proc/kmsg), tell secrets or have effects
 *   - with symfs, nothing outside it is opened: paths and links are resolved in it as if it were the root; so are those of
 *     processes for which the user gives a root, and of running ones (/proc/PID/root)
 *   - the places of debug files that the user gives besides are as they are; names do not lead out of them with ".."
 *
 * What the user names, or this program for itself (/proc/kallsyms), is opened by `openNamed`, whatever it is.
 */

import { closeSync, openSync, readFileSync, readSync, statfsSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { BinaryFileSystem, OpenFailure, OpenFile } from '../bytes/binary-file-system';
import { MemoryByteSource } from '../bytes/byte-source';
import { resolveInRoot } from './path-in-root';
import { realPath, systemPath } from './system-path';
import { FilePool, PooledFile } from './pooled-file';

/** Bytes that are in memory, as a file that can be closed. */
class ReadFile extends MemoryByteSource implements OpenFile {
  /** Nothing to give back. */
  close(): void {}
}

/** The folders that the user gives, as the symbolizer's SearchPlaces have them. */
export interface UserPlaces {
  readonly symfs?: string;
  readonly processRoots?: readonly { readonly folder: string }[];
  readonly debugDirs?: readonly string[];
  readonly buildIdCache?: string;
  readonly debuginfodCache?: string;
}

/** File systems whose files the kernel makes up: f_type of statfs(2), from linux/magic.h. */
const kernelFileSystems = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x62656570, // configfs
  0xcafe4a11, // bpf
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x1cd1, // devpts
  0x19800202, // mqueue
  0xde5e81e4, // efivarfs
  0x6165676c, // pstore
  0x42494e4d, // binfmt_misc
  0xf97cff8c, // selinuxfs
]);
const kernelFolders = /^\/(proc|sys|dev)\//;

/** The root of a process that runs here. */
const runningRoot = /^\/proc\/\d+\/root(?=\/)/;

export class NodeFileSystem implements BinaryFileSystem {
  private readonly pool = new FilePool();
  private readonly symfs: string | undefined;
  /** What symfs is, for some processes. */
  private readonly processRoots: readonly string[];
  private readonly otherRoots: readonly string[];

  constructor({ symfs, processRoots = [], debugDirs = [], buildIdCache, debuginfodCache }: UserPlaces = {}) {
    this.symfs = symfs ? withoutSlash(symfs) : undefined;
    this.processRoots = processRoots.map(({ folder }) => withoutSlash(folder));
    this.otherRoots = [...debugDirs, buildIdCache, debuginfodCache]
      .filter((folder) => folder !== undefined && folder !== '')
      .map((folder) => withoutSlash(folder!));
  }

  /** Opens a regular file that a recording or a binary names. Never throws. */
  open(path: string): OpenFile | OpenFailure {
    try {
      const processRoot =
        this.processRoots.find((folder) => isBelow(path, folder)) ??
        (this.symfs === undefined ? runningRoot.exec(path)?.[0] : undefined);
      if (processRoot !== undefined) return this.openInSymfs(path, processRoot);
      if (this.symfs === undefined) return this.openRegular(path, path, () => realPath(path));
      if (isBelow(path, this.symfs)) return this.openInSymfs(path, this.symfs);
      const root = this.otherRoots.find((folder) => isBelow(path, folder));
      if (root === undefined) return 'outside';
      return this.openRegular(path, root + posix.normalize(path.slice(root.length)), () => '');
    } catch (error) {
      return describeError(error);
    }
  }

  /** Opens a file that the user names, or that this program asks for itself. Never throws. */
  openNamed(path: string): OpenFile | OpenFailure {
    try {
      const stat = statSync(systemPath(path));
      if (stat.isDirectory()) return 'not-a-file';
      // Files of /proc and /sys claim to be empty; a pipe (`--kallsyms <(…)`) has no size.
      if (!stat.isFile() || stat.size === 0) return new ReadFile(path, readFileSync(systemPath(path)));
      return this.openPooled(new PooledFile(this.pool, path, path, stat));
    } catch (error) {
      return describeError(error);
    }
  }

  /** The vDSO that the kernel mapped into this process; undefined on other systems than Linux. */
  readRunningVdso(): Uint8Array | undefined {
    let memory: number | undefined;
    try {
      const line = /^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$/m.exec(readFileSync('/proc/self/maps', 'latin1'));
      if (!line) return undefined;
      const start = parseInt(line[1], 16);
      const image = new Uint8Array(parseInt(line[2], 16) - start);
      memory = openSync('/proc/self/mem', 'r');
      return readSync(memory, image, 0, image.length, start) === image.length ? image : undefined;
    } catch {
      return undefined;
    } finally {
      if (memory !== undefined) closeSync(memory);
    }
  }

  private openInSymfs(name: string, symfs: string): PooledFile | OpenFailure {
    const { path, hasLinks } = resolveInRoot(symfs, name.slice(symfs.length));
    if (path === undefined) return 'leads-nowhere';
    const file = this.openRegular(name, path, () => path.slice(symfs.length));
    return file === 'missing' && hasLinks ? 'leads-nowhere' : file;
  }

  /**
   * @param ownPath the real path in the recorded system; folders of the kernel are known by it. In a root it is not asked of the
   *   system: Node resolves the link /proc/PID/root by its text, which says nothing outside the process's mount namespace
   */
  private openRegular(name: string, path: string, ownPath: () => string): PooledFile | OpenFailure {
    const stat = statSync(systemPath(path), { throwIfNoEntry: false });
    if (!stat) return 'missing';
    if (stat.isDirectory()) return 'not-a-file';
    if (!stat.isFile() || kernelFolders.test(ownPath()) || isOfKernel(path)) return 'special';
    return this.openPooled(new PooledFile(this.pool, name, path, stat));
  }

  /** Opens a file at once: whether that is allowed must be known before it is read. */
  private openPooled(file: PooledFile): PooledFile {
    this.pool.descriptorOf(file);
    return file;
  }
}

function isOfKernel(path: string): boolean {
  return process.platform === 'linux' && kernelFileSystems.has(statfsSync(systemPath(path)).type);
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/+$/, '');
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}

function describeError(error: unknown): OpenFailure {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'missing';
    case 'ELOOP':
      return 'leads-nowhere';
    case 'EACCES':
    case 'EPERM':
      return 'no-permission';
    case 'EMFILE':
    case 'ENFILE':
      return 'too-many-open';
    default:
      return 'unreadable';
  }
}
