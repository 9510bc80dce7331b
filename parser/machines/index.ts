/** The machines that are known here. unwinder/arch says of each how it is unwound (docs/adding.md, "A machine"). */

import { aarch64 } from './aarch64';
import { arm } from './arm';
import { i386 } from './i386';
import type { Machine } from './machine';
import { s390x } from './s390x';
import { x86_64 } from './x86-64';

export { plainPlt } from './machine';
export { aarch64, i386, s390x, x86_64 };

const list = [x86_64, aarch64, s390x, i386, arm] as const;

export type MachineName = (typeof list)[number]['name'];

export type KnownMachine = Machine & { readonly name: MachineName };

export const all: readonly KnownMachine[] = list;

/** The machine that a recording is taken to be of where it does not say: it was cut off, and most are of this one. */
export const assumed: KnownMachine = x86_64;

/** The machine that EM_* stands for, or undefined. */
export function ofElf(elfMachine: number): KnownMachine | undefined {
  return list.find((machine) => machine.elfMachine === elfMachine);
}

/** The machine that `uname -m` calls so (a recording's feature ARCH), or undefined. */
export function ofUname(name: string): KnownMachine | undefined {
  return list.find((machine) => machine.unameNames.test(name));
}
