/**
 * The examples of docs/findings.md, built with the toolchain in this run: verify must say of each what the document
 * says. When a newer toolchain mends one, this fails, and the document wants a line.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  hasToolchain,
  repositoryFolder,
  toolchainIsRequired,
  workFolder,
} from '../../../test-data/test-support/places';
import type { CoverageJson, VerifyJson } from '../json';
import { describeWhere } from '../../../test-data/test-support/left-out';
import { runProgram } from '../../../test-data/test-support/program';

const sources = join(repositoryFolder, 'test-data/sframe/findings');
const folder = join(workFolder, 'sframe-findings');

interface Finding {
  readonly name: string;
  readonly structure?: readonly string[];
  /** Function, kind, and the first range's two rows. */
  readonly difference?: readonly [name: string, kind: string, sframe: string | null, reference: string];
}

const findings: readonly Finding[] = [
  { name: 'plt-got', difference: ['callee@plt', 'wrong-cfa', 'rsp+16 u c-8', 'rsp+8 u c-8'] },
  { name: 'plt-got-ibt', difference: ['callee@plt', 'wrong-cfa', 'rsp+16 u c-8', 'rsp+8 u c-8'] },
  { name: 'restore-in-part', difference: ['part', 'wrong-fp', 'rsp+32 c-16 c-8', 'rsp+32 u c-8'] },
  // Both tables are wrong in the same way.
  { name: 'restore-of-initial-state' },
  {
    name: 'signal-trampoline',
    difference: ['trampoline', 'empty-signal-fde', null, '(rsp+160) (rsp+120) (rsp+168) signal'],
  },
  {
    name: 'restore-after-undefined',
    difference: ['caller_unknown', 'false-outermost', 'no caller', 'rsp+8 u c-8'],
  },
  {
    name: 'function-of-no-bytes',
    structure: ['fde-empty', 'fde-too-many-fres', 'fre-beyond-function'],
  },
  { name: 'gc-sections' },
  { name: 'all-sections' },
  { name: 'return-address-in-x9', structure: ['section-empty', 'section-unreadable'] },
];

describeWhere(
  hasToolchain() || toolchainIsRequired,
  'examples of docs/findings.md',
  'there is no toolchain root',
  () => {
    beforeAll(() => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(sources, folder, { recursive: true });
      execFileSync(join(repositoryFolder, 'test-data/toolchain/enter.sh'), ['sh', './build.sh', 'out'], {
        env: { ...process.env, ENTER_BIND: folder },
        stdio: 'ignore',
      });
    }, 120_000);

    test.each(findings)('$name', ({ name, structure, difference }) => {
      const path = join(folder, 'out', `${name}.so`);
      const { stdout } = runProgram(['sframe', 'verify', '--json', path]);
      const [file] = (JSON.parse(stdout) as VerifyJson).files;
      expect(file.structure.map(({ code }) => code)).toEqual(structure ?? []);
      const found = file.functions.flatMap(({ name: functionName, kinds }) =>
        kinds.map(({ kind, ranges }) => [functionName, kind, ranges[0].sframe, ranges[0].reference]),
      );
      expect(found).toEqual(difference ? [difference] : []);
    });

    const missingRows = (name: string) => {
      const path = join(folder, 'out', `${name}.so`);
      const { stdout } = runProgram(['sframe', 'coverage', '--json', path]);
      const [file] = (JSON.parse(stdout) as CoverageJson).files;
      return file.missing.map(({ name: function_, cause }) => [function_, cause]);
    };

    test('ld --gc-sections drops the rows of .plt, which it writes without', () => {
      expect(missingRows('all-sections')).toEqual([]);
      expect(missingRows('gc-sections')).toEqual([['.plt', 'linker-plt']]);
    });

    test('ld for s390x writes rows for .plt, unless the first object file has no table', () => {
      expect(missingRows('plt-table-first')).toEqual([]);
      expect(missingRows('plt-table-second')).toEqual([['.plt', 'linker-plt']]);
    });
  },
);
