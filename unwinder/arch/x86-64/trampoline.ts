/**
 * Signal trampolines of Linux on x86-64, known by their two instructions (arch/x86/kernel/signal_64.c needs no more): C
 * libraries bring them along, and not all with call frame information (musl 1.2 has none, and so programs linked
 * with it statically: Alpine, Rust). libdw does not know them.
 *
 *   48 c7 c0 0f 00 00 00   mov $15, %rax     or     b8 0f 00 00 00   mov $15, %eax
 *   0f 05                  syscall                  0f 05            syscall
 *
 * Stack of a trampoline (arch/x86/include/uapi/asm/{ucontext,sigcontext}.h):
 *
 *   rsp ─► 0    ucontext: flags, link, stack (40 bytes)
 *          40   mcontext: r8 … r15 | 64 rdi rsi rbp rbx rdx rax rcx | 120 rsp | 128 rip
 */

import type { RegisterRow } from '../../tables/register-row';
import type { CodeReader } from '../arch';
import { signalRow } from '../signal-row';

const RETURN_ADDRESS_COLUMN = 16;
const STACK_POINTER = 7;
const MCONTEXT_OFFSET = 40;

/** DWARF numbers of the registers from offset 0 of mcontext on: r8 … r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip. */
const savedRegisters = [
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  5,
  4,
  6,
  3,
  1,
  0,
  2,
  STACK_POINTER,
  RETURN_ADDRESS_COLUMN,
];

const row = signalRow({
  baseRegister: STACK_POINTER,
  offset: MCONTEXT_OFFSET,
  isPointer: false,
  pcColumn: RETURN_ADDRESS_COLUMN,
  offsets: new Map(savedRegisters.map((register, i) => [register, 8 * i])),
});

const SYSCALL = [0x0f, 0x05];
const loads = [
  [0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00],
  [0xb8, 0x0f, 0x00, 0x00, 0x00],
];

/** The row of a trampoline whose first instruction is at or right after the svma, or whose system call is at it. */
export function findTrampolineRow(svma: number, readCode: CodeReader): RegisterRow | undefined {
  const isTrampoline = loads.some((load) =>
    [svma + 1, svma, svma - load.length].some((start) => hasBytes(readCode, start, [...load, ...SYSCALL])),
  );
  return isTrampoline ? row : undefined;
}

function hasBytes(readCode: CodeReader, svma: number, bytes: readonly number[]): boolean {
  const code = readCode(svma, bytes.length);
  return code !== undefined && bytes.every((byte, i) => code.getUint8(i) === byte);
}
