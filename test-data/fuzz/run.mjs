/**
 * Fuzzing: `npm run fuzz -- [--target NAME] [--seed N] [--seconds S] [--list]`, or `--help`. Puts the harness (main.ts) and everything it
 * reaches into one file, so that it runs as fast as the program does, and starts it.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'perf-sframe-fuzz-'));

/** Tests find their inputs from the folder of their own file. */
const ownFolders = {
  name: 'own folders',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /perf-sframe|\.ts$/ }, ({ path }) => {
      if (!path.endsWith('.ts') || path.includes('/node_modules/')) return undefined;
      const text = readFileSync(path, 'utf8');
      return { contents: `const __dirname = ${JSON.stringify(dirname(path))};${text}`, loader: 'ts' };
    });
    // The page's own script is not part of what is fuzzed.
    onResolve({ filter: /^page:/ }, ({ path }) => ({ path, namespace: 'page' }));
    onLoad({ filter: /.*/, namespace: 'page' }, () => ({ contents: '', loader: 'text' }));
  },
};

await build({
  entryPoints: [resolve(import.meta.dirname, 'main.ts')],
  outfile: join(folder, 'fuzz.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  logLevel: 'warning',
  plugins: [ownFolders],
});

const child = spawn(
  process.execPath,
  ['--enable-source-maps', join(folder, 'fuzz.cjs'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});
