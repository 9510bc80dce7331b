/** Why a file cannot be opened, in words. */

import type { OpenFailure } from '../../parser';

const failurePredicates: Readonly<Record<OpenFailure, string>> = {
  missing: 'was not found',
  'no-permission': 'may not be read',
  'not-a-file': 'is a folder',
  unreadable: 'cannot be read',
  special:
    'is not a regular file (a device, a pipe, a file of the kernel), and is not opened because a recording names it',
  outside: 'lies outside the folder of --symfs, and was not opened',
  'leads-nowhere': 'is a link that leads to no file inside the folder that was given',
  'too-many-open': 'cannot be opened: too many files are open (ulimit -n)',
};

/** What is the matter with a file, as the end of a sentence that begins with its path. */
export function describeOpenFailure(failure: OpenFailure): string {
  return failurePredicates[failure];
}
