/** Whether a descriptor is a terminal. */

import { fstatSync } from 'node:fs';

/** Loads Node's module for terminals, and the streams that it brings, only where there may be one: not for files and pipes. */
export async function isTerminal(descriptor: number): Promise<boolean> {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = await import('node:tty');
  return isatty(descriptor);
}
