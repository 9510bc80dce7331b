/** What knip looks at (`npm run check`): files, packages and exports that nothing uses, and code that only tests run. */

import type { KnipConfiguration } from 'knip';

/** `--production`: what tests use is not used. */
const isProduction = process.argv.includes('--production');

const config: KnipConfiguration = {
  entry: [
    'library/{index,node,sframe}.ts!',
    'cli/main.ts!',
    'cli/page/app/main.ts!',
    // esbuild puts them in the place of a package, and of a module of one (build.mjs).
    'cli/help/{ascii-width,yargs-platform}.ts!',
    'bin/*.js!',
    'bench/*.mjs',
    'test-data/**/*.mjs',
    // .mjs files of the same names bundle and run them.
    'test-data/differential/compare.ts',
    'bench/unwinding.ts',
    'bench/floor.ts',
    // run.mjs does.
    'test-data/fuzz/main.ts',
  ],
  project: [
    '{library,cli,parser,unwinder,symbolizer,sframe,profile}/**/*.ts!',
    '!**/{*.test.ts,test-support/**}!',
    'bin/*.js!',
    '{bench,test-data}/**/*.{ts,mjs,cjs}',
    '*.{mjs,cjs,ts}',
  ],
  // Tests run these in processes of their own, or read a file of them; build.mjs makes the modules page:….
  ignoreDependencies: ['speedscope', '@firefox-devtools/profiler-cli', 'page'],
  ignoreBinaries: ['script', 'readelf', 'mkfifo', 'go', 'rustc', 'xz', 'setpriv', 'nm', 'diff', 'groff'],
  // Numbers of a specification: its names are complete whether we ask for each or not.
  ignoreIssues: { 'parser/**/{constants,forms,expression-operations}.ts': ['exports'] },
  // In production: exported for a test, but used. Otherwise only what a signature mentions may be exported for nobody.
  ignoreExportsUsedInFile: isProduction ? true : { interface: true, type: true },
};

export default config;
