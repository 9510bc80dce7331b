/** How far the reading of a recording is, in a line on stderr that goes away: for people at a terminal, after a second. */

import { errorStream } from '../error-output';
import { formatCount, formatSize } from '../text-columns';

const QUIET_MS = 1000;
const INTERVAL_MS = 200;
/** To the line's start, and clear it. */
const RESTART = '\r\x1b[K';

export class ReadProgress {
  private readonly startedMs: number;
  private lastDrawnMs = 0;
  private isDrawn = false;
  private isOver = false;

  /** @param now milliseconds */
  constructor(
    private readonly stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'> = errorStream(),
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedMs = now();
  }

  /**
   * Shows how much is read.
   * @param totalBytes undefined where the recording comes through a pipe
   */
  update(readBytes: number, totalBytes: number | undefined, samples: number): void {
    if (!this.stream.isTTY || this.isOver) return;
    const now = this.now();
    if (now - this.startedMs < QUIET_MS || now - this.lastDrawnMs < INTERVAL_MS) return;
    this.lastDrawnMs = now;
    this.isDrawn = true;
    const text = describeProgress(readBytes, totalBytes, samples, (now - this.startedMs) / 1000);
    this.stream.write(`${RESTART}${text.slice(0, (this.stream.columns || 80) - 1)}`);
  }

  /** Takes the line away, for good: what is printed now comes in its place. */
  end(): void {
    if (this.isDrawn) this.stream.write(RESTART);
    this.isDrawn = false;
    this.isOver = true;
  }
}

/** @param seconds since reading began */
function describeProgress(
  readBytes: number,
  totalBytes: number | undefined,
  samples: number,
  seconds: number,
): string {
  const counted = `${formatCount(samples)} samples`;
  if (totalBytes === undefined || totalBytes < readBytes) return `${formatSize(readBytes)}, ${counted}`;
  const left = readBytes > 0 ? Math.ceil((seconds * (totalBytes - readBytes)) / readBytes) : 0;
  return `${formatSize(readBytes)} of ${formatSize(totalBytes)}, ${counted}, ${left} s left`;
}
