/**
 * Threads under the names that they had when samples of them were taken: a thread that renames itself has two
 * states. A tid that the system gave twice has one for both where pid and name agree.
 *
 * Samples can come before the first record that names their thread: of `perf record -p`, where the first event starts before all
 * are open, and of old versions of perf. They count under the name that the thread is given later, as in perf's report.
 */

import type { Thread } from '../../unwinder';

export class ThreadStates {
  /** The thread of each state; its name may have changed since. */
  readonly threads: Thread[] = [];
  /** The name in each state. */
  readonly comms: string[] = [];
  private readonly stateByKey = new Map<string, number>();
  /** States of threads that no record had named when they were met. */
  private readonly unnamed = new Set<number>();
  /** Weak: threads that are made for one late sample come by the thousand. */
  private readonly latest = new WeakMap<Thread, number>();
  private lastThread: Thread | undefined;
  private lastState = -1;

  /** The index of a thread's present state. */
  intern(thread: Thread): number {
    const comm = thread.nameInTables;
    if (thread === this.lastThread && this.comms[this.lastState] === comm) return this.lastState;
    let state = this.latest.get(thread);
    if (state !== undefined && this.comms[state] !== comm) this.nameLate(state);
    if (state === undefined || this.comms[state] !== comm) {
      state = this.findOrAdd(thread, comm);
      this.latest.set(thread, state);
    }
    this.lastThread = thread;
    this.lastState = state;
    return state;
  }

  /** Names the threads that were met before they were named; called when all records have been read. */
  nameAllLate(): void {
    for (const state of this.unnamed) this.nameLate(state);
  }

  private findOrAdd(thread: Thread, comm: string): number {
    const key = `${thread.pid} ${thread.tid} ${comm}`;
    const isNamed = thread.comm !== undefined || thread.firstComm !== undefined;
    // Another thread of that number, which has no name either, may be given another one.
    const known = isNamed ? this.stateByKey.get(key) : undefined;
    if (known !== undefined) return known;
    const state = this.threads.push(thread) - 1;
    this.comms.push(comm);
    if (isNamed) this.stateByKey.set(key, state);
    else this.unnamed.add(state);
    return state;
  }

  private nameLate(state: number): void {
    const { pid, tid, firstComm } = this.threads[state];
    if (firstComm === undefined || !this.unnamed.delete(state)) return;
    this.comms[state] = firstComm;
    const key = `${pid} ${tid} ${firstComm}`;
    if (!this.stateByKey.has(key)) this.stateByKey.set(key, state);
  }
}
