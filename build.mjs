// Builds dist/: the program (chunks, so that a run loads what its command needs) and the library with its types.
//
//   node build.mjs              everything
//   node build.mjs --program    the program alone
//
// Nothing of an older build is removed before the new one has succeeded.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

/** Builds in memory, then replaces a folder. */
async function buildFolder(folder, options) {
  const { outputFiles } = await build({ ...common, ...options, outdir: folder });
  rmSync(folder, { recursive: true, force: true });
  for (const file of outputFiles) {
    mkdirSync(dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.contents);
  }
}

// The program is an ES module because yargs is one; what is CommonJS in it finds `require` by the banner.
await buildFolder('dist/program', {
  entryPoints: { 'perf-sframe': 'cli/main.ts' },
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  splitting: true,
  // Half the text to compile at every start; stack traces are mapped back to the sources (--debug).
  minify: true,
  alias: { 'string-width': './cli/help/ascii-width.ts' },
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
});
if (!process.argv.includes('--program')) {
  await buildFolder('dist/library', { entryPoints: { index: 'index.ts' }, format: 'cjs' });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
    stdio: 'inherit',
  });
}
