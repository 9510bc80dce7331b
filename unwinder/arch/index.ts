/** The architectures that are known here. */

import { elf } from '../../parser';
import type { Architecture } from './arch';
import { aarch64 } from './aarch64/architecture';
import { s390x } from './s390x/architecture';
import { x86_64 } from './x86-64/architecture';

const architectures: readonly Architecture[] = [x86_64, aarch64, s390x];

/** Names that `uname -m` prints, as the feature ARCH has them. */
const machineOfArchName = new Map([
  ['x86_64', elf.EM_X86_64],
  ['aarch64', elf.EM_AARCH64],
  ['arm64', elf.EM_AARCH64],
  ['s390x', elf.EM_S390],
]);

/** The architecture of an ELF machine number (EM_*), or undefined. */
export function architectureOfMachine(machine: number): Architecture | undefined {
  return architectures.find((architecture) => architecture.elfMachine === machine);
}

/** The architecture of a recording's feature ARCH, or undefined. */
export function architectureOfName(name: string): Architecture | undefined {
  const machine = machineOfArchName.get(name);
  return machine === undefined ? undefined : architectureOfMachine(machine);
}
