// Builds dist/: the program with a cache of its compiled code, and the library with its types.
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

// One file, as a function of a module's variables: bin/load-program.js compiles it with a cache. yargs is an ES module
// and asks for its own address.
await buildFolder('dist/program', {
  entryPoints: { 'perf-sframe': 'cli/main.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Half the text to compile where there is no cache; stack traces are mapped back to the sources (--debug).
  minify: true,
  alias: { 'string-width': './cli/help/ascii-width.ts' },
  define: { 'import.meta.url': 'importMetaUrl' },
  supported: { 'dynamic-import': false },
  banner: {
    js: "(function (exports, require, module, __filename, __dirname) { const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
  },
  footer: { js: '})' },
});
execFileSync(process.execPath, ['bin/make-code-cache.js'], { stdio: ['ignore', 'ignore', 'inherit'] });
if (!process.argv.includes('--program')) {
  await buildFolder('dist/library', { entryPoints: { index: 'index.ts' }, format: 'cjs' });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'], {
    stdio: 'inherit',
  });
}
