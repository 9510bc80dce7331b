#!/usr/bin/env node
'use strict';
const { loadProgram } = require('./load-program');

const program = loadProgram();
if (program) {
  process.on('exit', (exitCode) => exitCode === 0 && program.keepCache());
  program.run();
}
