/**
 * Finds the ELF files that a command is to look at: the files named, and all below the folders named.
 *
 * Below a folder, a symbolic link to a file is followed, a link to a folder is not (its files are met where they are,
 * or lie outside of what was asked for). No file is looked at twice: hard links and links to files that were met
 * before are left out; the file goes by the name that is not a link, if it has one in the folders named.
 *
 * Folders of /proc and /sys are not entered: what is in there are no files. Relocatable files and archives are looked at where they
 * are named themselves; below folders they are left out, since what was linked of them lies there too.
 */

import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  statfsSync,
  statSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { elf, machines } from '../../../parser';

/** Why a file below a folder was left out. The names are part of the JSON output. */
export type LeftOut = 'not-elf' | 'relocatable' | 'other-machine' | 'no-code' | 'unreadable' | 'special';

export interface ElfFiles {
  readonly paths: readonly string[];
  /** Whether a folder was named. */
  readonly hasFolders: boolean;
  /** Files that were left out, by reason; never one that was named itself. */
  readonly leftOut: ReadonlyMap<LeftOut, number>;
  /** The system's messages of files and folders that could not be read. */
  readonly problems: readonly string[];
  /** Names that there is nothing by, or that cannot be asked for. */
  readonly missing: readonly FailedFile[];
}

/** A file that could not be looked at. */
export interface FailedFile {
  readonly path: string;
  /** For a person; begins with the path. */
  readonly message: string;
}

/** Walks the arguments of a command. Files that are named themselves are taken whatever they hold. */
export function findElfFiles(names: readonly string[]): ElfFiles {
  return new Walk().run(names);
}

const PROC_SUPER_MAGIC = 0x9fa0;
const SYSFS_MAGIC = 0x62656572;

class Walk {
  private readonly paths: string[] = [];
  private readonly leftOut = new Map<LeftOut, number>();
  private readonly problems: string[] = [];
  private readonly links: string[] = [];
  private readonly missing: FailedFile[] = [];
  /** Files and folders met, by device and inode. */
  private readonly met = new Set<string>();
  private readonly header = new Uint8Array(20);

  run(names: readonly string[]): ElfFiles {
    let hasFolders = false;
    for (const name of names) {
      if (name === '-') {
        this.paths.push(name);
        continue;
      }
      const stat = this.statOf(name);
      if (!stat) continue;
      if (stat.isDirectory()) {
        hasFolders = true;
        this.walkFolder(name, stat);
      } else if (this.isNew(stat)) {
        this.paths.push(name);
      }
    }
    // After everything else, so that files go by their own names.
    for (const link of this.links) this.visitLink(link);
    const { paths, leftOut, problems, missing } = this;
    return { paths, hasFolders, leftOut, problems, missing };
  }

  private statOf(name: string): Stats | undefined {
    try {
      return statSync(name);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const text = code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
      this.missing.push({ path: name, message: `${name}: ${text}` });
      return undefined;
    }
  }

  private walkFolder(root: string, rootStat: Stats): void {
    const pending = [{ path: root, stat: rootStat, parentDevice: NaN }];
    for (let folder = pending.pop(); folder; folder = pending.pop()) {
      const { path, stat, parentDevice } = folder;
      if (!this.isNew(stat) || (stat.dev !== parentDevice && isKernelFolder(path))) continue;
      const inside: typeof pending = [];
      for (const name of this.readFolder(path)) {
        const child = join(path, name);
        const childStat = this.attempt(() => lstatSync(child));
        if (!childStat) continue;
        if (childStat.isDirectory()) inside.push({ path: child, stat: childStat, parentDevice: stat.dev });
        else if (childStat.isSymbolicLink()) this.links.push(child);
        else if (childStat.isFile()) this.visitFile(child, childStat);
        else this.leaveOut('special');
      }
      // The last one pushed is the next one taken: in the order of names.
      pending.push(...inside.reverse());
    }
  }

  private readFolder(path: string): string[] {
    return this.attempt(() => readdirSync(path))?.sort() ?? [];
  }

  private visitLink(path: string): void {
    let stat: Stats;
    try {
      stat = statSync(path);
    } catch {
      // A link to nothing: every distribution has some.
      return;
    }
    if (stat.isFile()) this.visitFile(path, stat);
  }

  private visitFile(path: string, stat: Stats): void {
    if (!this.isNew(stat)) return;
    const reason = this.attempt(() => this.findReason(path));
    if (reason === 'wanted') this.paths.push(path);
    else if (reason) this.leaveOut(reason);
  }

  /** Looks at the first bytes of a file: "wanted", or why it is left out. */
  private findReason(path: string): LeftOut | 'wanted' {
    const { header } = this;
    const descriptor = openSync(path, 'r');
    let size: number;
    try {
      size = readSync(descriptor, header, 0, header.length, 0);
    } finally {
      closeSync(descriptor);
    }
    const isElf = header[0] === 0x7f && header[1] === 0x45 && header[2] === 0x4c && header[3] === 0x46;
    if (String.fromCharCode(...header.subarray(0, 8)) === '!<arch>\n') return 'relocatable';
    if (size < header.length || !isElf) return 'not-elf';
    const littleEndian = header[5] !== 2;
    const half = (at: number) =>
      littleEndian ? header[at] | (header[at + 1] << 8) : (header[at] << 8) | header[at + 1];
    if (header[4] !== 2 || !machines.ofElf(half(18))?.sframeAbis.length) return 'other-machine';
    const type = half(16);
    if (type === elf.ET_REL) return 'relocatable';
    return type === elf.ET_EXEC || type === elf.ET_DYN ? 'wanted' : 'not-elf';
  }

  private isNew({ dev, ino }: Stats): boolean {
    const key = `${dev}:${ino}`;
    if (this.met.has(key)) return false;
    this.met.add(key);
    return true;
  }

  private leaveOut(reason: LeftOut): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1);
  }

  private attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.leaveOut('unreadable');
      this.problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}

function isKernelFolder(path: string): boolean {
  const { type } = statfsSync(path);
  return type === PROC_SUPER_MAGIC || type === SYSFS_MAGIC;
}
