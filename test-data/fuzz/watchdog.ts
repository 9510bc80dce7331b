/** Looks beside a worker how long one input takes and how much memory, and ends the worker where that is too much. */

import type { Worker } from 'node:worker_threads';
import { unpackInput } from './corpus';
import type { RoundFailure } from './rounds';
import type { SharedState } from './shared-state';

const LOOK_EVERY_MS = 50;

export interface Limits {
  /** Processor time for one input. */
  readonly longestRoundMs: number;
  /** Of the process. */
  readonly mostBytes: number;
}

export interface Watched {
  readonly executions: number;
  readonly failures: RoundFailure[];
  /** Whether the watchdog ended it. */
  readonly isEnded: boolean;
}

/** Watches a worker, which posts what fails, to its end. @param seed of its rounds, for the messages */
export function watchWorker(
  worker: Worker,
  shared: SharedState,
  seed: number,
  { longestRoundMs, mostBytes }: Limits,
): Promise<Watched> {
  const failures: RoundFailure[] = [];
  return new Promise((resolve) => {
    let since = { round: -1, cpuMs: 0 };
    const stop = (kind: string, text: string): void => {
      const input = unpackInput(shared.input());
      failures.push({ kind, text: `${text}, seed ${seed}, round ${shared.round}`, input, isThrown: false });
      void worker.terminate();
    };
    const look = setInterval(() => {
      const { user, system } = process.cpuUsage();
      const cpuMs = (user + system) / 1000;
      if (shared.round !== since.round || shared.round === 0) since = { round: shared.round, cpuMs };
      else if (cpuMs - since.cpuMs > longestRoundMs) {
        clearInterval(look);
        stop('time', `takes more than ${longestRoundMs} ms`);
        return;
      }
      const { rss } = process.memoryUsage();
      if (rss > mostBytes && shared.round > 0) {
        clearInterval(look);
        stop('memory', `takes ${Math.round(rss / 2 ** 20)} MiB of memory`);
      }
    }, LOOK_EVERY_MS);
    worker.on('message', (failure: RoundFailure) => failures.push(failure));
    worker.on('error', (error) => stop('worker', `ends the worker: ${error.message}`));
    worker.on('exit', () => {
      clearInterval(look);
      resolve({ executions: shared.round, failures, isEnded: failures.some(({ isThrown }) => !isThrown) });
    });
  });
}
