'use strict';
/**
 * Loads the built program, with what V8 compiled of it before: with that, starting takes half the time. The build makes that
 * cache (make-code-cache.js) for the Node.js that runs it; for another, the first run that could use one leaves one beside
 * it, where that folder may be written.
 *
 *   0  magic | 4 CRC of the program's text u32 | 8 CRC of the code u32 | 12 code
 *
 * V8 itself refuses code of another version, but takes code of another text of the same length, and runs damaged code until it
 * crashes: both are found out here, and then the program is compiled anew.
 */
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const MAGIC = 0x31637370;
const HEADER_BYTES = 12;

const textFile = join(__dirname, '../dist/program/perf-sframe.cjs');
/** A cache fits one version of V8. */
const cacheFile = `${textFile}.${process.versions.v8}-${process.arch}.cache`;

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** The code in a cache; undefined where there is none that is whole and of this text. */
function readCode(text) {
  let cache;
  try {
    cache = readIfThere(cacheFile);
  } catch {
    return undefined;
  }
  if (!cache || cache.length <= HEADER_BYTES || cache.readUInt32LE(0) !== MAGIC) return undefined;
  const code = cache.subarray(HEADER_BYTES);
  return cache.readUInt32LE(4) === crc32(text) && cache.readUInt32LE(8) === crc32(code) ? code : undefined;
}

/** What a cache file holds for code that V8 made of a text. */
function packCode(text, code) {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(crc32(text), 4);
  header.writeUInt32LE(crc32(code), 8);
  return Buffer.concat([header, code]);
}

/** Builds the program, in a clone of the repository; the package that is installed has it, and not what builds it. */
function buildWhereSourcesAre() {
  const build = join(__dirname, '../build.mjs');
  if (!existsSync(build)) return;
  const { execFileSync } = require('node:child_process');
  const stdio = ['ignore', 'ignore', 'inherit'];
  execFileSync(process.execPath, [build, '--program'], { cwd: join(__dirname, '..'), stdio });
}

/** Keeps a cache for later starts. Another process may be doing the same: each puts a whole file in place. */
function keep(cache) {
  try {
    const partial = `${cacheFile}.${process.pid}`;
    writeFileSync(partial, cache);
    renameSync(partial, cacheFile);
  } catch {
    // A folder of the system's: the program starts as it did, only later.
  }
}

/** Whether a run compiles what most runs need: not one that only prints a help text. */
function isUsualRun([command, ...rest]) {
  return /^[a-z]/.test(command ?? '') && !rest.some((word) => word === '-h' || word === '--help');
}

/**
 * The program, as a script that can be run any number of times; undefined, and an error message, where it was not
 * built. Its text is one function of a module's variables (build.mjs), all ASCII.
 */
function loadProgram() {
  if (!existsSync(textFile)) buildWhereSourcesAre();
  const text = readIfThere(textFile);
  if (!text) {
    process.stderr.write('perf-sframe: the program is not built; run `npm run build`\n');
    process.exitCode = 1;
    return undefined;
  }
  const code = readCode(text);
  const script = new Script(text.latin1Slice(), { filename: textFile, cachedData: code });
  const run = () => script.runInThisContext()({}, require, { exports: {} }, textFile, __dirname);
  const makeCache = () => packCode(text, script.createCachedData());
  const startsAnew = code === undefined || script.cachedDataRejected === true;
  return {
    run,
    makeCache,
    keepCache: () => startsAnew && isUsualRun(process.argv.slice(2)) && keep(makeCache()),
  };
}

module.exports = { cacheFile, loadProgram };
