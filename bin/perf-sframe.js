#!/usr/bin/env node
'use strict';
const { loadProgram } = require('./load-program');

const program = loadProgram();
if (program) program.run();
