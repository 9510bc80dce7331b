/**
 * docs/five-steps.md as a new user walks through it: the service is built and recorded anew, and the commands have to print what
 * the document shows, but for chance.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testWhere } from '../test-data/test-support/left-out';
import { hasToolchain, repositoryFolder, toolchainIsRequired } from '../test-data/test-support/places';
import { compareShapes } from '../test-data/test-support/text-shape';

/** Commands and what they print, by the document. */
function blocksOf(document: string): { readonly command: string; readonly output: string }[] {
  const blocks = [...document.matchAll(/^```console\n\$ ([^\n]*)\n([^]*?)^```$/gm)];
  return blocks.map(([, command, output]) => ({ command, output }));
}

testWhere(
  hasToolchain() || toolchainIsRequired,
  'the five steps, walked again, print what the document shows',
  'no toolchain root; test-data/toolchain/setup.sh makes it',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'five-steps-'));
    try {
      const path = join(folder, 'five-steps.md');
      // It runs bin/perf-sframe.js.
      execFileSync(process.execPath, ['docs/update-five-steps.mjs', '--output', path], {
        cwd: repositoryFolder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const shown = blocksOf(readFileSync(join(repositoryFolder, 'docs/five-steps.md'), 'utf8'));
      const walked = blocksOf(readFileSync(path, 'utf8'));
      expect(walked.map(({ command }) => command)).toEqual(shown.map(({ command }) => command));
      expect(shown.length).toBeGreaterThan(5);
      const differences = shown.flatMap(({ command, output }, i) => {
        // Which functions of libc changed most is up to the processor: memcmp has a name for each kind, and where a system call
        // takes long, that is most of what is left.
        const least = command.includes('compare') ? 40 : 0;
        const limit = Number(/--percent-limit (\d+)/.exec(command)?.[1] ?? least);
        const found = compareShapes(output, walked[i].output, limit);
        return found.length === 0 ? [] : [`$ ${command}`, ...found];
      });
      expect(differences).toEqual([]);
      // The story that it tells: the mended service takes a small part of the time. How small is up to the processor.
      expect(walked.at(-1)!.output).toMatch(/^For the same work, B took [6-9]\d\.\d% less: /);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  300_000,
);
