import { MemoryFileSystem } from '../../symbolizer';
import { Diagnostics } from '../session/diagnostics';
import { openKernelSymbols } from './kernel-names';

test.each([
  [undefined, 'this machine runs another kernel than the recorded one, or its files are not here'],
  [
    '/copied',
    'there is no boot/vmlinux of its build below --symfs; with that option the running kernel is not asked',
  ],
])('why kernel functions have no names, with --symfs %s', (symfs, reason) => {
  const diagnostics = new Diagnostics();
  const buildId = new Uint8Array(20).fill(1);
  const symbols = openKernelSymbols(new MemoryFileSystem(new Map()), { symfs }, { buildId }, diagnostics);
  expect(symbols).toBeUndefined();
  const [problem] = diagnostics.problems;
  expect(problem.summary).toContain('--kallsyms FILE');
  expect(problem.examples).toEqual([reason]);
});
