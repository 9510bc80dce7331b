/** Work that signals must not interrupt. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let isListening = false;

/** Runs what must not be interrupted; a signal that comes meanwhile ends the program after it. */
export function deferSignals(action: () => void): void {
  if (!isListening) for (const signal of signals) process.on(signal, end);
  isListening = true;
  try {
    action();
  } finally {
    // Not at once: a signal that came is handed to its listener when the event loop turns.
    setImmediate(stop);
  }
}

function end(signal: NodeJS.Signals): void {
  stop();
  process.kill(process.pid, signal);
}

function stop(): void {
  for (const signal of signals) process.removeListener(signal, end);
  isListening = false;
}
