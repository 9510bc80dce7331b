// Builds dist/: the program (one bundle, so that starting it reads one file) and the library with its types.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
};
await build({ ...common, entryPoints: { 'perf-sframe': 'cli/main.ts' }, outdir: 'dist' });
await build({ ...common, entryPoints: { index: 'index.ts' }, outdir: 'dist' });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
});
