/**
 * Which folder stands for the root of a process's file system, where processes of one recording have several: containers. The
 * user names a folder for a process; the processes that it holds for are those of the same mount namespace (NAMESPACES records,
 * `perf record --namespaces`) and, where no record says which that is, those that it forked.
 */

import type { NamespacesRecord } from '../../parser';

/** Place of the mount namespace in NAMESPACES (perf_event.h: NET, UTS, IPC, PID, USER, MNT, CGROUP). */
const MNT_NS_INDEX = 5;

/** @typeParam Root what the user gave for a process */
export class ProcessRoots<Root extends { readonly pid: number }> {
  private readonly rootOfPid: ReadonlyMap<number, Root>;
  private readonly parents = new Map<number, number>();
  /** Device and inode, by process. */
  private readonly mountNamespaces = new Map<number, string>();
  private readonly seen = new Set<number>();

  constructor(private readonly roots: readonly Root[]) {
    this.rootOfPid = new Map(roots.map((root) => [root.pid, root]));
  }

  /** FORK: the child has its parent's namespaces until a record says otherwise. */
  noteFork(pid: number, parentPid: number): void {
    if (this.roots.length === 0 || pid === parentPid) return;
    this.parents.set(pid, parentPid);
    const namespace = this.mountNamespaces.get(parentPid);
    if (namespace === undefined) this.mountNamespaces.delete(pid);
    else this.mountNamespaces.set(pid, namespace);
  }

  noteNamespaces({ pid, links }: NamespacesRecord): void {
    const mount = links[MNT_NS_INDEX];
    if (this.roots.length > 0 && mount) this.mountNamespaces.set(pid, `${mount.device}:${mount.inode}`);
  }

  /** The root of a process as it is now; undefined for that of all. */
  find(pid: number): Root | undefined {
    if (this.roots.length === 0) return undefined;
    this.seen.add(pid);
    const own = this.rootOfPid.get(pid);
    if (own) return own;
    const namespace = this.mountNamespaces.get(pid);
    if (namespace !== undefined) {
      return this.roots.find((root) => this.mountNamespaces.get(root.pid) === namespace);
    }
    const visited = new Set([pid]);
    for (let at = this.parents.get(pid); at !== undefined && !visited.has(at); at = this.parents.get(at)) {
      visited.add(at);
      const inherited = this.rootOfPid.get(at);
      if (inherited) return inherited;
    }
    return undefined;
  }

  /** Roots of processes that mapped nothing: the number is wrong, probably. */
  get unused(): readonly Root[] {
    return this.roots.filter(({ pid }) => !this.seen.has(pid));
  }
}
