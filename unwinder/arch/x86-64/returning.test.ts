import { onlyReturns } from './returning';

test.each([
  ['ret', [0xc3], true],
  ['ret 16', [0xc2, 0x10, 0x00], true],
  ['repz ret', [0xf3, 0xc3], true],
  ['bnd ret', [0xf2, 0xc3], true],
  ['pop %rbp; ret', [0x5d, 0xc3], true],
  ['pop %r12; pop %rbp; ret', [0x41, 0x5c, 0x5d, 0xc3], true],
  ['pop %rbp; jmp', [0x5d, 0xe9, 0, 0, 0, 0], false],
  ['leave; ret: the frame is still there', [0xc9, 0xc3], false],
  ['mov %esp,%ebp', [0x89, 0xe5, 0xc3], false],
  ['repz movsb', [0xf3, 0xa4], false],
  ['push %r15', [0x41, 0x57], false],
  ['pops without end', [0x5d, 0x5d, 0x41], false],
  ['no code', [], false],
])('%s', (_, code, expected) => {
  expect(onlyReturns(Uint8Array.from(code))).toBe(expected);
});
