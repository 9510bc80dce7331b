/**
 * Signal trampolines of Linux on AArch64, known by their two instructions: the vDSO (seen: Linux 7.2) holds no call
 * frame information. libdw does not know them.
 *
 * Stack of a trampoline (arch/arm64/include/uapi/asm/{siginfo,ucontext,sigcontext}.h):
 *
 *   sp ─► 0    siginfo
 *         128  ucontext: flags, link, stack (40 bytes); signal mask (128); padding to 16
 *         304  mcontext: 0 fault address | 8 x0 … x30 | 256 sp | 264 pc | 272 pstate
 */

import type { RegisterRow } from '../../tables/register-row';
import type { CodeReader } from '../arch';
import { signalRow } from '../signal-row';

/** DWARF number that stands for the pc; DWARF reserves it. */
export const PC_COLUMN = 32;

const MOV_X8_RT_SIGRETURN = 0xd2801168;
const SVC_0 = 0xd4000001;
const INSTRUCTION_SIZE_BYTES = 4;

const row = signalRow({
  baseRegister: 31,
  offset: 304,
  isPointer: false,
  pcColumn: PC_COLUMN,
  offsets: new Map(Array.from({ length: PC_COLUMN + 1 }, (_, register) => [register, 8 + register * 8])),
});

/** The trampoline's row if its first instruction is at or right after the svma, or its second one at it. */
export function findTrampolineRow(svma: number, readCode: CodeReader): RegisterRow | undefined {
  const aligned = Math.ceil(svma / INSTRUCTION_SIZE_BYTES) * INSTRUCTION_SIZE_BYTES;
  return isTrampoline(readCode, aligned) || isTrampoline(readCode, aligned - INSTRUCTION_SIZE_BYTES)
    ? row
    : undefined;
}

function isTrampoline(readCode: CodeReader, svma: number): boolean {
  const code = readCode(svma, 2 * INSTRUCTION_SIZE_BYTES);
  // Instructions are little endian, whatever the byte order of data.
  return code?.getUint32(0, true) === MOV_X8_RT_SIGRETURN && code.getUint32(4, true) === SVC_0;
}
