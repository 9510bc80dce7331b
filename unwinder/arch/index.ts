/** How each machine is unwound. */

import type { machines } from '../../parser';
import type { Architecture } from './arch';
import { aarch64 } from './aarch64/architecture';
import { i386 } from './i386/architecture';
import { s390x } from './s390x/architecture';
import { x86_64 } from './x86-64/architecture';

/** Undefined for those whose stacks cannot be unwound here. */
const architectures: Readonly<Record<machines.MachineName, Architecture | undefined>> = {
  'x86-64': x86_64,
  AArch64: aarch64,
  s390x,
  i386,
  arm: undefined,
};

/** How a machine is unwound; undefined where that cannot be done here. */
export function architectureOf(machine: machines.KnownMachine | undefined): Architecture | undefined {
  return machine && architectures[machine.name];
}

/** Names of the machines whose stacks can be unwound here. */
export const unwindableMachines: readonly string[] = Object.entries(architectures)
  .filter(([, architecture]) => architecture)
  .map(([name]) => name);
