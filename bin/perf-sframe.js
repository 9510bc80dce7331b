#!/usr/bin/env node
'use strict';
const { loadProgram } = require('./load-program');

// Packages ask for it as they are loaded. Where it was deleted, no relative path leads anywhere: nor does this one.
try {
  process.cwd();
} catch {
  process.cwd = () => '/(deleted working directory)';
}

const program = loadProgram();
if (program) {
  process.on('exit', (exitCode) => exitCode === 0 && program.keepCache());
  program.run();
}
