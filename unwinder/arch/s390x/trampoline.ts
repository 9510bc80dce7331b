/**
 * Signal trampolines of Linux on s390x: one supervisor call without call frame information, in the vDSO. (Older kernels
 * put it on the stack; samples of such kernels end at it.)
 *
 * Stack of a trampoline (arch/s390/kernel/signal.c; the register area is uapi/asm/sigcontext.h's _s390_regs):
 *
 *   r15 ─► 0    area for the handler's registers
 *          160  sigreturn:     signal mask | 168 pointer to the register area
 *               rt_sigreturn:  padding | 168 siginfo (128) | 296 flags, link, stack (40) | 336 the register area
 *   register area:  0 PSW mask | 8 PSW address | 16 r0 … r15 | 144 access registers | 208 FPC | 216 f0 … f15
 */

import { machines } from '../../../parser';
import type { RegisterRow } from '../../tables/register-row';
import type { CodeReader } from '../arch';
import { signalRow } from '../signal-row';

/** DWARF number of the PSW's address, the pc. */
export const PC_COLUMN = 65;

/** DWARF numbers of f0 to f15, which perf numbers 16 and up. */
export const dwarfRegisterOfFpr = machines.s390x.dwarfRegisterOfPerf.slice(16, 32);

const SVC_SIGRETURN = 0x0a77;
const SVC_RT_SIGRETURN = 0x0aad;
const STACK_POINTER = 15;

function registerOffsets(fprs: readonly number[]): Map<number, number> {
  const offsets = new Map([[PC_COLUMN, 8]]);
  for (let gpr = 0; gpr < 16; gpr++) offsets.set(gpr, 16 + gpr * 8);
  fprs.forEach((register, fpr) => offsets.set(register, 216 + fpr * 8));
  return offsets;
}

const saved = {
  baseRegister: STACK_POINTER,
  pcColumn: PC_COLUMN,
  offsets: registerOffsets(dwarfRegisterOfFpr),
};
const sigreturnRow = signalRow({ ...saved, offset: 168, isPointer: true });
const rtSigreturnRow = signalRow({ ...saved, offset: 336, isPointer: false });
/** libdw takes the saved f0 to f15 for the DWARF registers 16 to 31 in this order, which they are not. */
const sigreturnRowByLibdw = signalRow({
  ...saved,
  offset: 168,
  isPointer: true,
  offsets: registerOffsets([...Array(16).keys()].map((fpr) => 16 + fpr)),
});

/** The trampoline's row if its instruction is at the svma or right after it. */
export function findTrampolineRow(svma: number, readCode: CodeReader): RegisterRow | undefined {
  const instruction = instructionAt(svma, readCode);
  if (instruction === SVC_SIGRETURN) return sigreturnRow;
  return instruction === SVC_RT_SIGRETURN ? rtSigreturnRow : undefined;
}

/**
 * libdw looks only at trampolines that were returned to and are aligned to 4; it takes both calls' areas for the first one's,
 * which fails for the second one.
 */
export function findTrampolineRowByLibdw(svma: number, readCode: CodeReader): RegisterRow | undefined {
  return svma % 4 === 3 && instructionAt(svma, readCode) === SVC_SIGRETURN ? sigreturnRowByLibdw : undefined;
}

function instructionAt(svma: number, readCode: CodeReader): number | undefined {
  return readCode(Math.ceil(svma / 2) * 2, 2)?.getUint16(0, false);
}
