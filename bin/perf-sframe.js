#!/usr/bin/env node
import('../dist/program/perf-sframe.mjs').catch((error) => {
  process.stderr.write(`perf-sframe: the program is not built (npm run build): ${error.message}\n`);
  process.exitCode = 1;
});
