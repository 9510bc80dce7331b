/**
 * Threads and processes over time: names by COMM, address spaces by MMAP, FORK, EXIT and exec. Follows the rules
 * of perf (tools/perf/util/machine.c and thread.c, perf 7.2), because what a sample of a thread that was never
 * announced is called, or whose mappings it gets, is visible in the output:
 *
 * - threads are found by their tid alone; a thread that is not known takes its process's address space
 * - a thread without a name is ":TID"
 * - EXIT removes the thread at once; a late sample of it starts a new, unnamed one
 */

import { AddressSpace } from './address-space';

export class Thread {
  comm: string | undefined;
  /** The first name that it was given by itself, not by its parent. */
  firstComm: string | undefined;

  constructor(
    public pid: number,
    readonly tid: number,
    public space: AddressSpace,
  ) {}

  /** The name that is printed. */
  get displayName(): string {
    return this.comm ?? `:${this.tid}`;
  }

  /** The name in tables: of a thread that no record has named yet, the one that it is given later, where that is known. */
  get nameInTables(): string {
    return this.comm ?? this.firstComm ?? this.displayName;
  }

  /** This thread, as it was when it was called so. */
  withComm(comm: string | undefined): Thread {
    if (comm === this.comm) return this;
    const thread = new Thread(this.pid, this.tid, this.space);
    thread.comm = comm;
    thread.firstComm = this.firstComm;
    return thread;
  }
}

export class ProcessTable {
  private readonly threads = new Map<number, Thread>();

  /** @param keepsMappingsOnExec as perf does, which never forgets what was mapped before an exec */
  constructor(private readonly keepsMappingsOnExec: boolean) {
    // Process 0 is the idle task; no COMM record ever names it.
    this.findOrCreate(0, 0).comm = 'swapper';
  }

  /** The thread with that tid, if it was met before. */
  find(tid: number): Thread | undefined {
    return this.threads.get(tid);
  }

  /** The thread with that tid, made if need be. A pid of -1 is unknown. */
  findOrCreate(pid: number, tid: number): Thread {
    const known = this.threads.get(tid);
    if (known) {
      if (known.pid === -1 && pid !== -1) {
        known.pid = pid;
        if (pid !== tid) known.space = this.findOrCreate(pid, pid).space;
      }
      return known;
    }
    const shared = pid !== tid && pid !== -1 ? this.findOrCreate(pid, pid).space : undefined;
    const thread = new Thread(pid, tid, shared ?? new AddressSpace());
    this.threads.set(tid, thread);
    return thread;
  }

  /** COMM. An exec also empties the address space: the mappings of the new image follow. */
  setComm(pid: number, tid: number, comm: string, isExec: boolean): void {
    const thread = this.findOrCreate(pid, tid);
    thread.comm = comm;
    thread.firstComm ??= comm;
    if (isExec && !this.keepsMappingsOnExec) thread.space.exec();
  }

  /** FORK: of a process (mappings are copied, if asked) or of a thread (the address space is shared). */
  fork(pid: number, parentPid: number, tid: number, parentTid: number, copiesMappings: boolean): void {
    let parent = this.findOrCreate(parentPid, parentTid);
    if (parent.pid !== parentPid) {
      // The tid was given anew and the records in between are lost.
      this.threads.delete(parentTid);
      parent = this.findOrCreate(parentPid, parentTid);
    }
    this.threads.delete(tid);
    const child = this.findOrCreate(pid, tid);
    if (parent.comm !== undefined) child.comm = parent.comm;
    if (pid !== parentPid && copiesMappings) child.space = parent.space.clone();
  }

  /** EXIT. */
  exit(tid: number): void {
    this.threads.delete(tid);
  }
}
