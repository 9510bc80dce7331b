/** Names of perf's register numbers, as `perf script -F +uregs` prints them (tools/perf/util/perf-regs-arch, perf 7.2). */

import { elf } from '../../parser';

const x86 = 'AX BX CX DX SI DI BP SP IP FLAGS CS SS DS ES FS GS R8 R9 R10 R11 R12 R13 R14 R15'.split(' ');

const aarch64 = [...numbered('x', 29), 'x29', 'lr', 'sp', 'pc'];
/** SVE's vector granule has bit 46. */
aarch64[46] = 'vg';

const s390 = [...numbered('R', 16), ...numbered('FP', 16), 'MASK', 'PC'];

const namesOfMachine = new Map([
  [elf.EM_X86_64, x86],
  [elf.EM_AARCH64, aarch64],
  [elf.EM_S390, s390],
]);

/** The name of a register of a machine (EM_*), "unknown" for one that perf has no name for. */
export function registerName(machine: number, perfRegister: number): string {
  return namesOfMachine.get(machine)?.[perfRegister] ?? 'unknown';
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}
