/** What is said before something is written that its reader cannot open. */

import type { FileReader } from '../profile';
import { formatSize } from './text/text-columns';

/** The options that every command has which makes files of stacks less. */
export const SHRINK =
  'take a part of the samples by --time, --comms or --pid, or less of the stacks by --max-stack';

/** Undefined where the reader opens a file of that size. */
export function tooLargeText(sizeBytes: number, { name, mostBytes }: FileReader): string | undefined {
  if (sizeBytes <= mostBytes) return undefined;
  return `the file will have ${formatSize(sizeBytes)} bytes, and ${name} opens no more than ${formatSize(mostBytes)}: ${SHRINK}`;
}
