/** Processes of a recording that still run here, in a PID namespace of their own: containers. */

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { ProcessRoot } from '../../symbolizer';

/** USER_HZ: what the kernel counts by in /proc, on every architecture that we know. */
const TICKS_PER_SECOND = 100;
/** Place of starttime in /proc/PID/stat (proc(5)) behind the command, which ends with the last parenthesis. */
const START_TIME_INDEX = 19;

/**
 * Root and own number of a process that runs in another PID namespace than ours; undefined for others, for one that may not be looked at,
 * and for one that began when the recording was there already: the number was given away again.
 * @param writtenAt when the recording was written
 */
export function runningContainer(pid: number, writtenAt: Date | undefined): ProcessRoot | undefined {
  try {
    const numbers = namespacePids(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (writtenAt === undefined || numbers.length < 2) return undefined;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)!.trim().split(' ');
    const secondsAgo = uptime() - Number(fields[START_TIME_INDEX]) / TICKS_PER_SECOND;
    if (!(Date.now() - secondsAgo * 1000 <= writtenAt.getTime())) return undefined;
    return { pid, folder: `/proc/${pid}/root`, namespacePid: numbers.at(-1) };
  } catch {
    return undefined;
  }
}

/** A process's numbers, from ours inwards. @param status as /proc/PID/status has it */
function namespacePids(status: string): number[] {
  const numbers = /^NSpid:(.*)$/m.exec(status)?.[1];
  return numbers === undefined ? [] : numbers.trim().split(/\s+/).map(Number);
}
