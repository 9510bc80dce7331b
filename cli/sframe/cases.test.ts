/** The built program on the shared cases of SFrame: what toolchains wrote, and what readelf of the toolchain says of it. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere } from '../../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder, sharedCasesFolder } from '../../test-data/test-support/places';
import type { CoverageJson, DumpJson, VerifyJson } from './json';
import type { KernelFileJson } from './verify/kernel-text';
import { runProgram } from '../../test-data/test-support/program';

const cases = join(sharedCasesFolder, 'sframe');
const hasCases = existsSync(cases);

function run(args: readonly string[], input?: Buffer) {
  const { stdout, stderr, status } = runProgram(['sframe', ...args], {
    cwd: hasCases ? cases : undefined,
    input,
  });
  return { stdout, stderr, exitCode: status };
}

function verify(name: string) {
  const { files } = JSON.parse(run(['verify', '--json', '--limit', '0', name]).stdout) as VerifyJson;
  return files;
}

describeWhere(
  hasCases && hasToolchain(),
  'dump of the shared cases, beside readelf',
  'the cases or the toolchain root are not here',
  () => {
    const readelf = (...names: string[]) =>
      spawnSync(join(repositoryFolder, 'test-data/toolchain/enter.sh'), ['readelf', '--sframe', ...names], {
        env: { ...process.env, ENTER_BIND: `${cases}:/w` },
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      }).stdout;

    // Signed return addresses wider than their column; a size of 0; an archive; gas's oddities.
    test.each(['a64-O2-pac', 'bigra.so', 'discard', 'l.a', 'odd', 'a64-asm.so', 'c-gc'])('%s', (name) => {
      const text = readelf(name);
      expect(text.length).toBeGreaterThan(20);
      expect(run(['dump', name]).stdout).toBe(text);
    });

    test('several names have titles, an archive’s members among them', () => {
      expect(run(['dump', 'l.a', 'odd']).stdout).toBe(readelf('l.a', 'odd'));
    });

    test.each(['m-lld', 'm-lld-with-segment', 'mix-lld.so'])(
      '%s: readelf prints the first of several tables, we print all',
      (name) => {
        const [first, ...rest] = run(['dump', name]).stdout.split(/(?=^Contents of)/m);
        expect(first).toBe(readelf(name));
        expect(rest).toHaveLength(2);
      },
    );

    test('functions of relocatable files lie where the linker finds them to be, one after the other', () => {
      const nm = execFileSync(
        join(repositoryFolder, 'test-data/toolchain/enter.sh'),
        ['nm', '--defined-only', '-S', 'l.a'],
        { env: { ...process.env, ENTER_BIND: `${cases}:/w` }, encoding: 'utf8' },
      );
      const sizes = [...nm.matchAll(/^0+ ([0-9a-f]+) T (\w+)$/gm)].map(([, size]) => parseInt(size, 16));
      const { files } = JSON.parse(run(['coverage', '--json', 'l.a']).stdout) as CoverageJson;
      expect(files.map(({ bytes }) => bytes.both)).toEqual(sizes);
    });
  },
);

describeWhere(hasCases, 'verify and coverage of the shared cases', 'they are not here', () => {
  test('members of an archive are verified with relocations applied', () => {
    const files = verify('l.a');
    expect(files.map(({ file, verdict }) => [file, verdict])).toEqual(
      ['m1.o', 'm2.o', 'm3.o'].map((name) => [`l.a(${name})`, 'agrees']),
    );
    expect(files.every(({ comparedFunctions }) => comparedFunctions === 1)).toBe(true);
    expect(run(['verify', 'l.a']).exitCode).toBe(0);
  });

  test.each([
    ['m-lld', 3],
    ['m-lld-with-segment', 3],
    ['mix-lld.so', 3],
  ])('%s: several tables one after the other are a finding', (name, tables) => {
    const [{ verdict, structure }] = verify(name);
    expect(verdict).toBe('damaged');
    expect(structure.find(({ code }) => code === 'several-tables')?.examples).toEqual([
      {
        text: `${tables} tables one after the other: kernels and readelf see the first alone`,
        where: `${name}, section .sframe`,
      },
    ]);
    expect(run(['verify', name]).exitCode).toBe(3);
  });

  test('a detached debug file is passed over, and that is said', () => {
    const { stdout, stderr, exitCode } = run(['dump', 'c-O2-eu.debug']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 4 });
    expect(stderr).toMatch(
      /^perf-sframe: c-O2-eu\.debug, section \.sframe: a debug file: [^\n]*NOBITS[^\n]*\n$/,
    );
    const [{ verdict, structure }] = verify('c-O2-eu.debug');
    expect([verdict, structure.map(({ code }) => code)]).toEqual(['no-sframe', ['section-without-contents']]);
  });

  test('a section of size 0 is not a table', () => {
    const [{ verdict, structure }] = verify('discard');
    expect([verdict, structure.map(({ code }) => code)]).toEqual(['no-sframe', ['section-empty']]);
    expect(run(['verify', 'discard']).exitCode).toBe(4);
  });

  test.each([
    ['dump', 'a64-asm.so'],
    ['coverage', 'a64-O2-pac'],
    ['verify', 'c-gc'],
  ])('%s: of several files one is missing, the rest is looked at', (command, name) => {
    const { stdout, stderr, exitCode } = run([command, '--json', 'missing', name, 'm-lld/under']);
    const { files, failed } = JSON.parse(stdout) as DumpJson | CoverageJson | VerifyJson;
    expect(files.map(({ file }) => file)).toEqual([name]);
    expect(failed.map(({ path }) => path)).toEqual(['missing', 'm-lld/under']);
    expect(stderr).toContain('perf-sframe: missing: there is no such file\n');
    expect(exitCode).toBe(1);
  });

  test('standard input', () => {
    const input = readFileSync(join(cases, 'bigra.so'));
    expect(run(['dump', '-'], input)).toEqual(run(['dump', 'bigra.so']));
    expect(run(['verify', '-'], input).stdout).toContain('standard input: agrees');
    const archive = run(['verify', '-'], readFileSync(join(cases, 'l.a')));
    expect(archive.stdout).toContain('standard input(m2.o): agrees');
    expect(run(['dump', '-'], Buffer.from('no ELF file at all')).stderr).toBe(
      'perf-sframe: standard input: not an ELF file: expected the bytes 7f 45 4c 46\n',
    );
  });

  const missingOf = (name: string) => {
    const { files } = JSON.parse(run(['coverage', '--json', '--limit', '0', name]).stdout) as CoverageJson;
    return files[0].missing;
  };

  // What gas says of odd.s and of the AArch64 source: "no SFrame FDE emitted; …".
  test.each([
    [
      'odd',
      {
        f_valoffset_rbp: 'val-offset',
        f_retcol: 'return-column',
        f_rbp_undef: 'undefined-fp',
        f_expr_ra: 'expression',
        f_valexpr: 'expression',
        f_argsize: 'args-size',
      },
    ],
    ['a64-asm.so', { f4: 'fp-without-ra', f5: 'ra-in-register' }],
  ])('coverage of %s: why gas left functions out', (name, causes) => {
    expect(Object.fromEntries(missingOf(name).map(({ name: label, cause }) => [label, cause]))).toEqual(
      causes,
    );
  });

  test('coverage of c-gc: the linker dropped the rows of its PLT; where start-up functions come from', () => {
    const missing = missingOf('c-gc');
    const plt = missing.filter(({ consequence }) => consequence === 'plt-samples');
    expect(plt.map(({ name, cause }) => [name, cause])).toEqual([
      ['.plt', 'linker-plt'],
      ['__cxa_finalize@plt', 'linker-plt'],
    ]);
    const originOf = (label: string) => missing.find(({ name }) => name === label)?.origin;
    expect(['_start', 'frame_dummy', '_init'].map(originOf)).toEqual(['Scrt1.o', 'crtstuff.c', null]);
  });

  interface KernelCase {
    readonly name: string;
    readonly verdict: string;
    readonly drops?: readonly string[];
    readonly steps?: readonly string[];
    readonly unseen?: readonly string[];
    readonly refusedBy?: string;
  }

  // What recordings of k, v and of programs that lld linked show (README of the cases), and reasons that follow from the rules.
  const kernelCases: readonly KernelCase[] = [
    { name: 'root/tmp/sframe/k/k', verdict: 'drops', drops: ['no-fre'], steps: ['step-register'] },
    { name: 'root/tmp/sframe/k3/v', verdict: 'accepts', steps: ['step-stays'] },
    { name: 'a64-asm.so', verdict: 'drops', drops: ['no-fre'] },
    { name: 'c-gc', verdict: 'accepts' },
    { name: 'discard', verdict: 'no-sframe', unseen: ['empty'] },
    {
      name: 'm-lld',
      verdict: 'never-sees',
      unseen: ['no-segment', 'behind-another-table', 'behind-another-table'],
    },
    // The segment that was added has a header that says nothing of sorting: lld wrote the sections as they came.
    {
      name: 'm-lld-with-segment',
      verdict: 'refuses',
      refusedBy: 'header',
      unseen: ['behind-another-table', 'behind-another-table'],
    },
    { name: 'c-O2-eu.debug', verdict: 'no-sframe', unseen: ['empty'] },
  ];

  test.each(kernelCases)('verify --kernel $name: $verdict', ({ name, ...expected }) => {
    const { stdout, exitCode } = run(['verify', '--kernel', '--json', name]);
    const [file] = (JSON.parse(stdout) as { files: KernelFileJson[] }).files;
    expect({
      verdict: file.verdict,
      drops: file.drops.map(({ rule }) => rule),
      steps: file.steps.map(({ rule }) => rule),
      unseen: file.unseen.map(({ reason }) => reason),
      refusedBy: file.texts[0]?.refusedBy ?? undefined,
    }).toEqual({ drops: [], steps: [], unseen: [], refusedBy: undefined, ...expected });
    const codes: Record<string, number> = { accepts: 0, 'no-sframe': 4 };
    expect(exitCode).toBe(codes[expected.verdict] ?? 3);
  });

  test('k: the trampoline in one text takes the section from both', () => {
    const { stdout } = run(['verify', '--kernel', 'root/tmp/sframe/k/k']);
    expect(stdout).toContain('takes the section from 2 texts:');
    expect(stdout).toContain('spin_sig  0x800000, 6 bytes');
  });
});
