/** Output that could not be written: a full disk, a closed pipe, a descriptor that is not open. */

/** Names of the system's errors that writing ends with, as a person says them. */
const reasons: Readonly<Record<string, string>> = {
  EBADF: 'is closed, so nothing can be written to it',
  EDQUOT: 'cannot be written: the disk quota is used up',
  EFBIG: 'cannot be written: the file would become larger than is allowed',
  EIO: 'cannot be written: the device reports an error (EIO)',
  ENOSPC: 'cannot be written: there is no space left on the device',
  EPIPE: 'cannot be written: its reader went away',
};

export const STANDARD_OUTPUT = 'standard output';

/** Thrown where a part of the output is lost. Never the fault of an input, so nothing may catch it and go on. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The system's name of the error: ENOSPC, EPIPE… */
  readonly code: string;

  /** @param target the file, or {@link STANDARD_OUTPUT} */
  constructor(
    readonly target: string,
    cause: NodeJS.ErrnoException,
  ) {
    const code = cause.code ?? 'unknown';
    super(`${target}: ${reasons[code] ?? `cannot be written: ${cause.message}`}`, { cause });
    this.code = code;
  }

  /** Whether the reader of standard output went away (`| head`), which is its right and needs no message. */
  get isReaderGone(): boolean {
    return this.code === 'EPIPE' && this.target === STANDARD_OUTPUT;
  }
}
