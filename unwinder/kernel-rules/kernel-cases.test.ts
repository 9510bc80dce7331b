/** Recordings of programs whose rows the kernel's rules treat in ways that were once wrong here (docs/kernel-rules.md). */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { repositoryFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const cases = resolve(repositoryFolder, '../shared/cases/sframe');

/** Stacks and how many samples each has, libc's frames (it is not among the cases) left out. */
function foldedSamples(name: string): { stacks: Map<string, number>; stderr: string } {
  const { stdout, stderr } = runProgram([
    'script',
    ...['-i', join(cases, `${name}.data`), '--symfs', join(cases, 'root'), '--kernel-rules', '-F', 'ip,sym'],
  ]);
  const stacks = new Map<string, number>();
  for (const block of stdout.split(/\n\n+/)) {
    const names = [...block.matchAll(/^\s*[0-9a-f]+ (.*)$/gm)].map(([, symbol]) => symbol);
    if (names.length === 0) continue;
    const stack = names.filter((symbol) => symbol !== '[unknown]').join(';');
    stacks.set(stack, (stacks.get(stack) ?? 0) + 1);
  }
  return { stacks, stderr };
}

describeWhere(existsSync(cases), 'the shared cases of SFrame', 'they are not here', () => {
  test('k1: a register that cannot be read fails the step; the section stays', () => {
    const { stacks, stderr } = foldedSamples('k1');
    expect(stacks.get('spin_xmm')).toBe(139);
    expect(stacks.get('plain;a;b;main')).toBe(45);
    expect(stderr).not.toContain('dropped');
  });

  test('k2: a section is dropped for all texts that share it', () => {
    const { stacks, stderr } = foldedSamples('k2');
    expect(stderr).toContain('no row for the address of a function (EINVAL), dropped');
    // By the frame pointer alone, which these functions do not keep.
    const whole = [...stacks].filter(([stack]) => stack.includes('main'));
    expect(whole).toEqual([['plain;a;b;main', 1]]);
  });

  test('v: the innermost frame may keep its stack pointer', () => {
    const { stacks } = foldedSamples('v');
    expect([...stacks.keys()]).toEqual(['spin_rdi;a;b;main']);
    expect(stacks.get('spin_rdi;a;b;main')).toBe(159);
  });
});
