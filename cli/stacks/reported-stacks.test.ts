/** Recordings made after what people report of stacks: which functions are in them, and why they end. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { sharedCasesFolder } from '../../test-data/test-support/places';
import { runProgram } from '../../test-data/test-support/program';

const folder = join(sharedCasesFolder, 'stacks');

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(args, { cwd: folder });
  return { stdout, stderr, status };
}

/** Lines of `fold`, by samples. */
function fold(name: string, symfs = 'root'): string[] {
  const { stdout } = run('fold', '--no-inline', '--weight', 'samples', '--symfs', symfs, `${name}.data`);
  return stdout.trimEnd().split('\n');
}

describeWhere(existsSync(folder), 'stacks that people report', '../shared/cases is not here', () => {
  test('a signal trampoline without unwind information is known by its code: the interrupted function and its callers', () => {
    expect(fold('sigtmusl')).toContain(
      'sigtmusl;libc_start_main_stage2;main;caller;busy;__restore_rt;handler;leaf 8',
    );
  });

  test('a return address of 0 that was guessed proves no outermost frame', () => {
    expect(fold('zerora')).toEqual(['zerora;asm_fn;leaf 44']);
    const { stderr, status } = run(
      ...['compare', '--symfs', 'root', 'zerora.data'],
      ...['--fail-under', 'dwarf=99', '--fail-under', 'sframe:complete=95'],
    );
    expect(stderr).toContain('dwarf: 0.00% of its stacks are complete, less than 99%');
    expect(status).toBe(3);
  });

  test('memory that is not executable has no frames', () => {
    expect(fold('heapra')).toEqual(['heapra;asm_fn;leaf 39']);
    expect(run('info', '--symfs', 'root', 'heapra.data').stdout).toContain(
      '100.00%  address in no mapping of code',
    );
  });

  test('a handler on a stack of its own: no size of the copy helps', () => {
    const { stdout } = run('info', '--symfs', 'root', 'sigalt.data');
    expect(stdout).toMatch(/20\.93% {2}caller on another stack/);
    expect(stdout).not.toContain('stack copy too small');
  });

  test('an ELF file without section headers has names by its dynamic segment', () => {
    expect(fold('nosecdyn')).toEqual(['burndyn;[libc.so.6];main;outer;middle;leaf 60']);
  });

  test('of several lines of a list at one address the last counts', () => {
    expect(fold('reusejit2').join('\n')).toMatch(/call_new;new_fn 110$/m);
  });

  test('code in a memfd belongs to the list of the process (.NET)', () => {
    const leaves = new Set(fold('memjit').map((line) => line.replace(/.*;/, '').replace(/ \d+$/, '')));
    expect([...leaves]).toEqual(['void [My.Lib] Ns.Class::Spin(int32)[Tier1]']);
  });

  test('text that was moved to anonymous memory at its own address keeps tables and names', () => {
    const [line, ...others] = fold('huge');
    expect(line).toMatch(/^huge;.*;main;outer;middle;leaf 29$/);
    expect(others).toEqual([]);
  });

  test('a file that was replaced is taken from below --symfs, and that is said', () => {
    const { stdout, stderr } = run(
      'fold',
      '--no-inline',
      '--weight',
      'samples',
      '--symfs',
      'root',
      'upgraded.data',
    );
    expect(stdout).toMatch(/main;plug_entry;plug_mid;plug_leaf 106\n$/);
    expect(stderr).toContain(
      'p.so (deleted) was deleted or replaced while it ran; the one below --symfs was taken',
    );
  });

  test('the first process of a container lists its code as perf-1.map', () => {
    expect(fold('octr2', 'octr-root').join('\n')).toMatch(/;call_jit;Jit.Spin é \(int32\) \d+$/m);
  });
});
