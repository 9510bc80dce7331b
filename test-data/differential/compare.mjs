// Compares what the built program prints with what perf 7.2 prints, for one recording and any options, and shows a diff.
//
//   node test-data/differential/compare.mjs                                             # names of all recordings
//   node test-data/differential/compare.mjs fresh/recursion-nofp -- script --no-inline
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const bundle = join(folder, `.compare-${process.pid}.cjs`);
try {
  await build({
    entryPoints: [join(folder, 'compare.ts')],
    bundle: true,
    platform: 'node',
    outfile: bundle,
    logLevel: 'warning',
  });
  process.exitCode = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], {
    stdio: 'inherit',
  }).status;
} finally {
  rmSync(bundle, { force: true });
}
