'use strict';
/**
 * Loads the built program. Beside its text lies what V8 compiled of it when it was built (make-code-cache.js): with
 * that, starting takes half the time. V8 refuses what another version compiled, and compiles anew.
 */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const textFile = join(__dirname, '../dist/program/perf-sframe.cjs');
const cacheFile = `${textFile}.cache`;

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * The program, as a script that can be run any number of times; undefined, and an error message, where it was not
 * built. Its text is one function of a module's variables (build.mjs), all ASCII.
 */
function loadProgram() {
  const text = readIfThere(textFile);
  if (!text) {
    process.stderr.write('perf-sframe: the program is not built; run `npm run build`\n');
    process.exitCode = 1;
    return undefined;
  }
  const script = new Script(text.latin1Slice(), { filename: textFile, cachedData: readIfThere(cacheFile) });
  const run = () => script.runInThisContext()({}, require, { exports: {} }, textFile, __dirname);
  return { script, run };
}

module.exports = { cacheFile, loadProgram };
