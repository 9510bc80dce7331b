/** What is kept of a binary whose debug information is in further files: it holds as long as these are what they were. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWhere } from '../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder } from '../test-data/test-support/places';
import { runProgram } from '../test-data/test-support/program';

const source = `
static inline __attribute__((always_inline)) int inlined(int n) {
  volatile int sum = 0;
  for (int i = 0; i < n; i++) sum += i;
  return sum;
}
__attribute__((noinline)) int work(int n) { return inlined(n) + 1; }
int main(void) {
  int sum = 0;
  for (int i = 0; i < 300; i++) sum += work(1000000);
  return sum == 3;
}
`;

const builds = {
  split: 'gcc -O2 -g -gsplit-dwarf -static program.c -o program',
  // dwz shares entries between files only where there is more than one.
  dwz: [
    'gcc -O2 -g -static program.c -o program',
    'cp program other',
    'dwz -m /w/shared.debug -M /w/shared.debug program other',
  ].join('\n'),
};

describeWhere(hasToolchain(), 'of further debug files', 'the toolchain root', () => {
  test.each(['split', 'dwz'] as const)('%s', (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'answers-split-'));
    try {
      writeFileSync(join(folder, 'program.c'), source);
      const record =
        'perf record -q -N -e cpu-clock:u -F 199 --call-graph dwarf -o /w/recording.data ./program';
      const built = spawnSync(
        join(repositoryFolder, 'test-data/toolchain/enter.sh'),
        ['sh', '-ec', [builds[kind], record].join('\n')],
        { encoding: 'utf8', env: { ...process.env, ENTER_BIND: `${folder}:/w` } },
      );
      expect(built).toMatchObject({ status: 0 });
      const root = join(folder, 'root');
      mkdirSync(join(root, 'w'), { recursive: true });
      for (const name of readdirSync(folder).filter((each) => /^program$|\.dwo$|\.debug$/.test(each)))
        cpSync(join(folder, name), join(root, 'w', name));
      const [further] = readdirSync(join(root, 'w')).filter((name) => name !== 'program');
      const script = (cache: string) => {
        const args = ['script', '-F', '+srcline', '--symfs', root, '-i', join(folder, 'recording.data')];
        const { stdout, stderr, status } = runProgram(args, {
          env: { ...process.env, PERF_SFRAME_CACHE: cache },
        });
        return { stdout, stderr, status };
      };
      const cache = join(folder, 'cache');
      const expected = script('off');
      expect(expected.stdout).toContain('inlined');
      expect([script(cache), script(cache)]).toEqual([expected, expected]);
      expect(readdirSync(cache)).toHaveLength(1);

      renameSync(join(root, 'w', further), join(folder, 'away'));
      const without = script('off');
      expect(without).not.toEqual(expected);
      expect([script(cache), script(cache)]).toEqual([without, without]);
      cpSync(join(folder, 'away'), join(root, 'w', further));
      expect([script(cache), script(cache)]).toEqual([expected, expected]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
