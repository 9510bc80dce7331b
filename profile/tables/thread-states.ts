/**
 * Threads under the names that they had when samples of them were taken: a thread that renames itself has two
 * states. A tid that the system gave twice has one for both where pid and name agree.
 */

import type { Thread } from '../../unwinder';

export class ThreadStates {
  /** The thread of each state; its name may have changed since. */
  readonly threads: Thread[] = [];
  /** The name in each state. */
  readonly comms: string[] = [];
  private readonly stateByKey = new Map<string, number>();
  /** Weak: threads that are made for one late sample come by the thousand. */
  private readonly latest = new WeakMap<Thread, number>();
  private lastThread: Thread | undefined;
  private lastState = -1;

  /** The index of a thread's present state. */
  intern(thread: Thread): number {
    const comm = thread.displayName;
    if (thread === this.lastThread && this.comms[this.lastState] === comm) return this.lastState;
    let state = this.latest.get(thread);
    if (state === undefined || this.comms[state] !== comm) {
      const key = `${thread.pid} ${thread.tid} ${comm}`;
      state = this.stateByKey.get(key);
      if (state === undefined) {
        state = this.threads.length;
        this.threads.push(thread);
        this.comms.push(comm);
        this.stateByKey.set(key, state);
      }
      this.latest.set(thread, state);
    }
    this.lastThread = thread;
    this.lastState = state;
    return state;
  }
}
