/**
 * The code of profiler.firefox.com on Node.js: @firefox-devtools/profiler-cli, which its makers publish. A profile is loaded by
 * a process of its own, which answers questions on a socket.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryFolder } from '../../../test-data/test-support/places';

const program = join(repositoryFolder, 'node_modules/@firefox-devtools/profiler-cli/dist/profiler-cli.js');
const SESSION = 'test';
const PATIENCE_MS = 60_000;

export interface LoadedProfile {
  /** The answer to a question such as `thread functions`. */
  ask<Answer>(...question: string[]): Answer;
}

/** Loads a profile, and closes it when what asks it is done. @throws Error where it is not loaded */
export async function withProfile(path: string, ask: (profile: LoadedProfile) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'profiler-cli-'));
  const env = { ...process.env, PROFILER_CLI_SESSION_DIR: folder };
  const server = spawn(process.execPath, [program, '--daemon', path, '--session', SESSION], {
    env,
    stdio: 'ignore',
  });
  const question = (...words: string[]) =>
    spawnSync(process.execPath, [program, ...words, '--session', SESSION, '--json'], {
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  try {
    const start = Date.now();
    // A question that comes before its socket is there takes the process for dead, and deletes what tells of it.
    const signs = ['json', 'sock'].map((kind) => join(folder, `${SESSION}.${kind}`));
    while (!signs.every((sign) => existsSync(sign)) && Date.now() - start < PATIENCE_MS) await sleep(50);
    let answer = question('thread', 'list');
    while (answer.status !== 0 && Date.now() - start < PATIENCE_MS) {
      await sleep(100);
      answer = question('thread', 'list');
    }
    if (answer.status !== 0) throw new Error(`${path} was not loaded: ${answer.stdout}${answer.stderr}`);
    ask({
      ask<Answer>(...words: string[]) {
        const { stdout, stderr, status } = question(...words);
        if (status !== 0) throw new Error(`${words.join(' ')}: ${stdout}${stderr}`);
        return JSON.parse(stdout) as Answer;
      },
    });
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
