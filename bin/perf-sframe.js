#!/usr/bin/env node
require('../dist/perf-sframe.js');
