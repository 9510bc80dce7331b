/** A progress bar on stderr, for people at a terminal; elsewhere it writes nothing. */

import { errorStream } from '../error-output';

const WIDTH = 30;
const INTERVAL_MS = 100;
/** To the line's start, and clear it. */
const RESTART = '\r\x1b[K';

export class ProgressBar {
  private lastDrawn = 0;
  private isDrawn = false;

  /** @param total how many steps there are */
  constructor(
    private readonly total: number,
    private readonly stream: NodeJS.WriteStream = errorStream(),
  ) {}

  /** Shows that a number of steps are done. */
  update(done: number): void {
    if (!this.stream.isTTY) return;
    const now = Date.now();
    if (now - this.lastDrawn < INTERVAL_MS) return;
    this.lastDrawn = now;
    this.isDrawn = true;
    const filled = Math.round((WIDTH * done) / Math.max(this.total, 1));
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    this.stream.write(`${RESTART}[${bar}] ${done} of ${this.total} files`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.isDrawn) this.stream.write(RESTART);
    this.isDrawn = false;
  }
}
