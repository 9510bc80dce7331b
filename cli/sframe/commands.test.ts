/** The built program, as a user calls it: sframe dump, coverage, verify (npm run build makes it). */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoverageJson, DumpJson, VerifyJson } from './json';
import {
  repositoryFolder,
  sharedRecordingsFolder,
  toolchainIsRequired,
  workFolder,
} from '../../test-data/test-support/places';
import { advance, defCfaOffset, makeElf, savedAt } from '../../sframe/test-support/made-image';
import { describeWhere } from '../../test-data/test-support/left-out';
import { runAtTerminal } from '../../test-data/test-support/terminal';
import { program, runProgram } from '../../test-data/test-support/program';

const committed = 'test-data/recordings/root/w/bin';
const stored = join(repositoryFolder, 'test-data/sframe');

function run(...args: string[]) {
  const { stdout, stderr, status } = runProgram(['sframe', ...args], { cwd: repositoryFolder });
  return { stdout, stderr, exitCode: status };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sframe-command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const pushRows = [
  { start: 0, words: [8] },
  { start: 1, words: [16, -16] },
];
const pushInstructions = [advance(1), defCfaOffset(16), savedAt(6, -16)];
const function0 = { start: 0x1000, sizeBytes: 0x20 };

/** A program of one function, its SFrame section changed. */
function made(sframe: object = {}, more: Partial<Parameters<typeof makeElf>[0]> = {}): Uint8Array {
  return makeElf({
    abi: 3,
    ehFrame: [{ ...function0, instructions: pushInstructions }],
    sframe: { fdes: [{ ...function0, fres: pushRows }], ...sframe },
    ...more,
  });
}

const version1 = () => made({}, { damage: (built) => built.patch('header.version', 1) });

describe('help', () => {
  test.each([[], ['dump'], ['coverage'], ['verify']])('sframe %s --help fits 80 columns', (...command) => {
    const { stdout, stderr, exitCode } = run(...command, '--help');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('Examples:');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test.each([
    [[], 'Say what to do: perf-sframe sframe dump, coverage, verify, make or diff'],
    [['dump'], 'sframe dump: name a program, a library or a folder'],
    [['verify', '--limit', '-1', committed], '--limit takes a whole number'],
    [
      ['coverage', '--sort', 'beauty', committed],
      '--sort beauty: takes one of name, code, sframe, missing, functions, size',
    ],
    [['verify', committed, '--nonsense'], 'nonsense'],
  ])('a wrong call: %j', (args, message) => {
    const { stdout, stderr, exitCode } = run(...args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('dump', () => {
  test('equals readelf --sframe', () => {
    const text = readFileSync(join(stored, 'shapes-fp.readelf-2.47.txt'), 'utf8');
    expect(run('dump', join(committed, 'shapes-fp'))).toEqual({ stdout: text, stderr: '', exitCode: 0 });
  });

  test('several files have titles, as with readelf', () => {
    const names = ['shapes-fp', 'shapes-nofp'];
    const texts = names.map((name) => {
      const text = readFileSync(join(stored, `${name}.readelf-2.47.txt`), 'utf8');
      return `\nFile: ${committed}/${name}\n${text}`;
    });
    expect(run('dump', ...names.map((name) => `${committed}/${name}`)).stdout).toBe(texts.join(''));
  });

  test('JSON', () => {
    const { stdout, exitCode } = run(
      'dump',
      '--json',
      join(committed, 'shapes-fp'),
      join(committed, 'shapes-nofp'),
    );
    const json = JSON.parse(stdout) as DumpJson;
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ schema: 'perf-sframe/sframe-dump', version: 1 });
    expect(json.files.map(({ sections }) => sections[0].fdes.length)).toEqual([11, 11]);
    expect(json.files[0].sections[0].fdes[0].rows[0].cfa).toEqual({ base: 'sp', offset: 8, deref: false });
  });

  test('version 2 is labelled by the text itself', () => {
    expect(run('dump', write('v2', made({ version: 2 }))).stdout).toContain('Version: SFRAME_VERSION_2');
  });

  test('version 1 is refused', () => {
    const { stdout, stderr, exitCode } = run('dump', write('v1', version1()));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('SFrame version: found 1, expected 3 or 2. Version 1 is obsolete');
  });

  test('no section, no ELF file, no file', () => {
    const without = write('without', makeElf({ abi: 3 }));
    expect(run('dump', without)).toEqual({
      stdout: '',
      stderr: `perf-sframe: ${without}: there is no SFrame section\n`,
      exitCode: 4,
    });
    const text = write('text', Buffer.from('text'));
    expect(run('dump', text)).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run('dump', text).stderr).toContain(`${text}: not an ELF file`);
    expect(run('dump', join(folder, 'nothing'))).toMatchObject({
      exitCode: 1,
      stderr: `perf-sframe: ${join(folder, 'nothing')}: there is no such file\n`,
    });
  });
});

describe('coverage', () => {
  test('a file', () => {
    const { stdout, stderr, exitCode } = run('coverage', `${committed}/blur-image-nofp`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(
      [
        'test-data/recordings/root/w/bin/blur-image-nofp: SFrame V3, AMD64',
        '',
        '  covered by             code bytes          functions',
        '  .sframe and .eh_frame       1,833  96.2 %         12  100.0 %',
        '  .eh_frame alone                 0   0.0 %          0    0.0 %',
        '  .sframe alone                   0   0.0 %          0    0.0 %',
        '  neither                        73   3.8 %          0    0.0 %',
        '  all                         1,906                 12',
        '  (of neither, 73 bytes between functions: padding, jump tables)',
        '',
        '  .sframe        486 bytes',
        '  .eh_frame      492 bytes',
        '  .eh_frame_hdr    0 bytes',
        '  .sframe has 99 % of the size of .eh_frame and .eh_frame_hdr',
        '',
        '  FDEs  12: 11 default, 1 flexible; 0 repeated (PLT), 0 signal, 0 outermost',
        '  FREs  52: 46 default, 6 flexible; start of 1 byte 41, 2 bytes 11, 4 bytes 0',
        '',
      ].join('\n'),
    );
  });

  test('a folder: a table with totals, sorted, and what was left out', () => {
    const bin = join(folder, 'bin');
    write('bin/whole', made());
    write('bin/half', made({ fdes: [{ ...function0, sizeBytes: 0x10, fres: pushRows }] }));
    write('bin/none', makeElf({ abi: 3, ehFrame: [function0] }));
    write('bin/notes.txt', Buffer.from('notes, long enough to be looked at'));
    const { stdout, stderr, exitCode } = run('coverage', '--sort', 'sframe', bin);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout.split('\n')).toEqual([
      ' CODE  SFRAME  EH_FRAME  FUNCTIONS  .sframe  .eh_frame  V  FILE',
      expect.stringMatching(/^ 4\.0K {3}0\.0 % {5}0\.8 % {8}0\/1 {8}- .* - {2}.*none$/),
      expect.stringMatching(/^ 4\.0K {3}0\.4 % {5}0\.8 % {8}1\/1 .* 3 {2}.*half$/),
      expect.stringMatching(/^ 4\.0K {3}0\.8 % {5}0\.8 % {8}1\/1 .* 3 {2}.*whole$/),
      expect.stringMatching(/^12\.0K {3}0\.4 % {5}0\.8 % {8}2\/3 .* 3 files, 2 with SFrame$/),
      'left out:',
      '  1  no programs or libraries',
      '',
    ]);
  });

  test('JSON', () => {
    const { stdout } = run(
      'coverage',
      '--json',
      `${committed}/own-signals-fp`,
      write('without', makeElf({ abi: 3 })),
    );
    const json = JSON.parse(stdout) as CoverageJson;
    expect(json).toMatchObject({
      schema: 'perf-sframe/sframe-coverage',
      version: 1,
      failed: [],
      leftOut: {},
    });
    expect(json.totals).toMatchObject({ files: 2, filesWithSFrame: 1 });
    expect(json.files[0]).toMatchObject({
      file: `${committed}/own-signals-fp`,
      sframeSizeBytes: 0x146,
      versions: [3],
    });
  });

  test('the functions of a relocatable file', () => {
    const path = write('object.o', made({}, { type: 1 }));
    const { files } = JSON.parse(run('coverage', '--json', path).stdout) as CoverageJson;
    expect(files.map(({ file, codeBytes }) => [file, codeBytes])).toEqual([[path, 0x1000]]);
  });

  test('version 2 is labelled, version 1 refused', () => {
    expect(run('coverage', write('v2', made({ version: 2 }))).stdout).toContain(
      'SFrame V2 (old format), AMD64',
    );
    const { stdout, stderr, exitCode } = run('coverage', write('v1', version1()));
    expect(stdout).toContain('no SFrame section');
    expect(stderr).toContain('Version 1 is obsolete');
    expect(exitCode).toBe(1);
  });
});

describe('verify', () => {
  test('a file that agrees', () => {
    expect(run('verify', `${committed}/blur-image-fp`)).toEqual({
      stdout: `${committed}/blur-image-fp: agrees\n  SFrame V3, AMD64; compared with .eh_frame: 12 functions, 1,829 bytes\n`,
      stderr: '',
      exitCode: 0,
    });
  });

  test('a file that differs: both rows side by side', () => {
    const path = write(
      'differs',
      made({ fdes: [{ ...function0, fres: [pushRows[0], { start: 1, words: [24] }] }] }),
    );
    expect(run('verify', path)).toEqual({
      stdout: [
        `${path}: differs`,
        '  SFrame V3, AMD64; compared with .eh_frame: 1 function, 32 bytes',
        '',
        '  0x1000, 32 bytes',
        '    wrong CFA: 31 bytes',
        '      from          to            SFrame                    .eh_frame',
        '      0x1001        0x1020        rsp+24   u     c-8        rsp+16   c-16  c-8',
        '    FP rule lost: 31 bytes',
        '      from          to            SFrame                    .eh_frame',
        '      0x1001        0x1020        rsp+24   u     c-8        rsp+16   c-16  c-8',
        '',
        '  wrong CFA: 1 function, 31 bytes',
        '  FP rule lost: 1 function, 31 bytes',
        '',
      ].join('\n'),
      stderr: '',
      exitCode: 3,
    });
  });

  test('what gas 2.47 leaves out of a signal trampoline', () => {
    const { stdout, exitCode } = run('verify', `${committed}/own-signals-fp`);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      '  trampoline  0x401000, 8 bytes\n    signal trampoline without rows: its stack ends',
    );
    expect(stdout).toContain('-                         (rsp+160) (rsp+120) (rsp+168) signal');
  });

  test('a damaged section', () => {
    const path = write('damaged', made({}, { damage: (built) => built.patch('fde0.fre1.info', 0x65) }));
    const { stdout, exitCode } = run('verify', path);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`${path}: damaged\n`);
    expect(stdout).toContain('  fre-word-size\n    section .sframe, FDE 0, FRE 1');
    expect(stdout).toContain('unreadable rows: 31 bytes');
  });

  test('a folder: files that agree and files without SFrame are counted', () => {
    const tree = join(folder, 'tree');
    write('tree/good', made());
    write('tree/none', makeElf({ abi: 3 }));
    expect(run('verify', tree)).toEqual({
      stdout: '\n       1 agree\n       1 have no SFrame section\n',
      stderr: '',
      exitCode: 0,
    });
    write('tree/bad', made({ fixedRa: -16 }));
    const { stdout, exitCode } = run('verify', tree);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('       1 are damaged\n');
  });

  test('a section that is left out', () => {
    const code = [
      { name: '.plt.got', svma: 0x1000, sizeBytes: 0x20 },
      { name: '.text', svma: 0x2000, sizeBytes: 0x20 },
    ];
    const fdes = [
      { ...function0, fres: [{ start: 0, words: [16] }] },
      { start: 0x2000, sizeBytes: 0x20, fres: [{ start: 0, words: [8] }] },
    ];
    const ehFrame = [function0, { start: 0x2000, sizeBytes: 0x20 }];
    const path = write('plt-got', made({ fdes }, { code, ehFrame }));
    expect(run('verify', path).exitCode).toBe(3);
    expect(run('verify', '--skip-section', '.plt.got', path).exitCode).toBe(0);
  });

  test('--limit', () => {
    const fdes = [0x1000, 0x1020, 0x1040].map((start) => ({
      start,
      sizeBytes: 0x20,
      fres: [{ start: 0, words: [32] }],
    }));
    const ehFrame = fdes.map(({ start, sizeBytes }) => ({ start, sizeBytes }));
    const path = write('many', made({ fdes }, { ehFrame }));
    expect(run('verify', '--limit', '1', path).stdout).toContain('… and 2 functions more');
    const json = JSON.parse(run('verify', '--json', '--limit', '0', path).stdout) as VerifyJson;
    expect(json.files[0].functions).toHaveLength(3);
    expect(json.files[0].totals).toEqual([{ kind: 'wrong-cfa', functions: 3, bytes: 0x60 }]);
  });

  test('JSON', () => {
    const path = write(
      'differs',
      made({ fdes: [{ ...function0, fres: [pushRows[0], { start: 1, words: [16] }] }] }),
    );
    const { stdout, exitCode } = run('verify', '--json', path);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'perf-sframe/sframe-verify',
      version: 1,
      files: [
        {
          file: path,
          verdict: 'differs',
          sections: [
            expect.objectContaining({
              placeName: '.sframe',
              version: 3,
              abiName: 'AMD64',
              fdeCount: 1,
              freCount: 2,
            }),
          ],
          reference: ['.eh_frame'],
          referenceDamage: 0,
          comparedFunctions: 1,
          comparedBytes: 32,
          functionsWithoutReference: 0,
          functionsWithoutSFrame: 0,
          totals: [{ kind: 'fp-rule-lost', functions: 1, bytes: 31 }],
          functions: [
            {
              name: null,
              start: '0x1000',
              sizeBytes: 32,
              kinds: [
                {
                  kind: 'fp-rule-lost',
                  bytes: 31,
                  rangeCount: 1,
                  ranges: [
                    { start: '0x1001', end: '0x1020', sframe: 'rsp+16 u c-8', reference: 'rsp+16 c-16 c-8' },
                  ],
                },
              ],
            },
          ],
          structure: [],
        },
      ],
      verdicts: { differs: 1 },
      accepted: 0,
      failed: [],
      leftOut: {},
    });
  });

  test('a named file that cannot be compared fails', () => {
    const alone = write('alone', made({}, { ehFrame: undefined }));
    expect(run('verify', alone)).toMatchObject({ exitCode: 4 });
    expect(run('verify', alone).stdout).toContain('nothing to compare with');
    expect(run('verify', write('v1', version1())).stdout).toContain('Version 1 is obsolete');
    expect(run('verify', write('v2', made({ version: 2 })))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('SFrame V2 (old format), AMD64') as string,
    });
  });

  test('names go as they are into a pipe; a terminal gets them escaped', () => {
    const path = write('bell\x07', made());
    expect(run('verify', path).stdout).toContain('bell\x07: agrees');
    const sent = runAtTerminal(`${process.execPath} ${program} sframe verify '${path}'`);
    expect(sent).toContain('bell\\x07: agrees');
  });
});

const workloads = join(workFolder, 'bin');
describeWhere(
  existsSync(workloads) || toolchainIsRequired,
  'verify on the workloads that gcc 16 built',
  'they are not built',
  () => {
    /** Tests make other programs besides, with differences on purpose. */
    const isFromBuildScript = (path: string) => /-(no)?fp(\.so|\.debug)?$/.test(path);
    /** gas 2.47 leaves the signal trampolines of these without rows; see docs/findings.md. */
    const trampolines = readdirSync(workloads).filter((name) => name.startsWith('own-signals'));

    test('verify passes the workloads that gcc 16 built, but for .plt.got and empty trampolines', () => {
      const { stdout } = run('verify', '--json', '--skip-section', '.plt.got', workloads);
      const { files, verdicts } = JSON.parse(stdout) as VerifyJson;
      expect(verdicts.agrees).toBeGreaterThan(40);
      const differing = files.filter(({ verdict, file }) => verdict !== 'agrees' && isFromBuildScript(file));
      expect(differing.map(({ file }) => file).sort()).toEqual(
        trampolines.map((name) => join(workloads, name)).sort(),
      );
      for (const { totals } of differing) {
        expect(totals).toEqual([{ kind: 'empty-signal-fde', functions: 1, bytes: 8 }]);
      }
    });

    test('ld 2.47 writes a wrong CFA for .plt.got', () => {
      const { files } = JSON.parse(
        run('verify', '--json', join(workloads, 'plt-calls-nofp')).stdout,
      ) as VerifyJson;
      expect(files[0].functions).toEqual([
        expect.objectContaining({
          name: '__cxa_finalize@plt',
          sizeBytes: 8,
          kinds: [
            expect.objectContaining({
              kind: 'wrong-cfa',
              ranges: [expect.objectContaining({ sframe: 'rsp+16 u c-8', reference: 'rsp+8 u c-8' })],
            }),
          ],
        }),
      ]);
    });
  },
);

const machines = ['aarch64', 's390x'].map((machine) => join(sharedRecordingsFolder, machine, 'root/w'));
describeWhere(
  machines.every((path) => existsSync(path)),
  'verify on programs of the shared recordings',
  'they are not here',
  () => {
    test('verify passes the arm64 and s390x programs', () => {
      const { stdout, exitCode } = run('verify', '--json', ...machines);
      const { files, verdicts } = JSON.parse(stdout) as VerifyJson;
      expect({ exitCode, verdicts }).toEqual({ exitCode: 0, verdicts: { agrees: 16 } });
      expect(files.every(({ comparedFunctions }) => comparedFunctions >= 11)).toBe(true);
    });

    test('one wrong byte in each of them is found', () => {
      for (const machine of machines) {
        for (const name of readdirSync(machine)) {
          const path = join(folder, name);
          copyFileSync(join(machine, name), path);
          const file = readFileSync(path);
          const magic = machine.includes('s390x')
            ? Buffer.from([0xde, 0xe2, 3, 5])
            : Buffer.from([0xe2, 0xde, 3, 5]);
          const section = file.indexOf(magic);
          const view = new DataView(file.buffer, file.byteOffset + section);
          const little = !machine.includes('s390x');
          // The size of the first function, four bytes less.
          const sizeAt = 28 + 8;
          view.setUint32(sizeAt, view.getUint32(sizeAt, little) - 4, little);
          rmSync(path);
          writeFileSync(path, file);
          const { files } = JSON.parse(run('verify', '--json', path).stdout) as VerifyJson;
          expect({ name, totals: files[0].totals }).toEqual({
            name,
            totals: [{ kind: 'missing-rows', functions: 1, bytes: 4 }],
          });
        }
      }
    }, 60_000);
  },
);
