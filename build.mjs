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
// The program is an ES module because yargs is one; what is CommonJS in it finds `require` by the banner. Commands are
// chunks of their own, so that a run loads what its command needs.
await build({
  ...common,
  entryPoints: { 'perf-sframe': 'cli/main.ts' },
  outdir: 'dist/program',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
});
if (process.argv.includes('--program')) process.exit();
await build({ ...common, entryPoints: { index: 'index.ts' }, outdir: 'dist' });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
});
