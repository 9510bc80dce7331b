/**
 * Unit tests beside the code, plus the tests under test-data. Four projects (`npx jest --selectProjects unit`):
 *
 *   unit          one part of the code; needs no built program
 *   command       starts the built program
 *   differential  compares with the tools of the field
 *   fuzz          damages inputs at random: always alike, or as FUZZ_SEED says, which is printed
 *
 * Which one a test belongs to is found by its text, so that no list must be kept.
 */
// What tests leave in the user's cache, other runs would take.
process.env.PERF_SFRAME_CACHE = 'off';

const { readdirSync, readFileSync, statSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');

const folders = ['cli', 'parser', 'unwinder', 'symbolizer', 'profile', 'sframe', 'library', 'test-data'];

function findTests(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === '.work' ? [] : findTests(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/** Whether a test, or what only tests import of it, names the program. */
function startsProgram(file, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (/bin\/perf-sframe|dist\//.test(text)) return true;
  return [...text.matchAll(/from '(\.[^']*)'/g)].some(([, specifier]) => {
    const imported = `${resolve(dirname(file), specifier)}.ts`;
    const isForTests = /\/(test-support|test-data)\//.test(relative(__dirname, imported).replace(/^/, '/'));
    return isForTests && statSync(imported, { throwIfNoEntry: false }) && startsProgram(imported, seen);
  });
}

function projectOf(file) {
  if (/\bannounceSeed\b/.test(readFileSync(file, 'utf8'))) return 'fuzz';
  if (relative(__dirname, file).startsWith('test-data/differential/')) return 'differential';
  return startsProgram(file) ? 'command' : 'unit';
}

const tests = folders.flatMap((folder) => findTests(join(__dirname, folder)));
// The quick run has only what needs no other program (gcc, perf, readelf, a browser), and of that not the longest.
const isQuick = process.env.PERF_SFRAME_QUICK === '1';
const longest = [
  'cli/page/app/model/running-counts.test.ts',
  'cli/report/table/entry-graph.test.ts',
  'library/entries.test.ts',
  'parser/bytes/inflate-limits.test.ts',
  'parser/dwarf/info/limits.test.ts',
  'parser/perf-data/container/id-limits.test.ts',
  'sframe/coverage/coverage.test.ts',
  'sframe/planted-damage.test.ts',
  'sframe/verification.test.ts',
];
const needsPrograms = (file) =>
  /toolchain|child_process|test-support\/browser/i.test(readFileSync(file, 'utf8'));

const isLeftOut = (file) => needsPrograms(file) || longest.includes(relative(__dirname, file));

function project(name) {
  const files = tests.filter((file) => projectOf(file) === name && !(isQuick && isLeftOut(file)));
  return {
    displayName: name,
    testEnvironment: 'node',
    roots: folders.map((folder) => `<rootDir>/${folder}`),
    testMatch: files,
    // Only these start dist/.
    globalSetup:
      name === 'command' || name === 'differential'
        ? '<rootDir>/test-data/test-support/require-fresh-build.cjs'
        : undefined,
    modulePathIgnorePatterns: [
      '<rootDir>/dist',
      '<rootDir>/.toolchain',
      '<rootDir>/test-data/.work',
      // Packages of their own, that use the built one.
      '<rootDir>/test-data/library',
    ],
    // These are ES modules alone; Jest loads them as CommonJS.
    transformIgnorePatterns: ['/node_modules/(?!(zstddec|hyparquet|hyparquet-writer)/)'],
    transform: {
      '^.+\\.(ts|mjs)$|/node_modules/hyparquet(-writer)?/.+\\.js$': [
        '@swc/jest',
        {
          jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
          module: { type: 'commonjs' },
          sourceMaps: 'inline',
        },
      ],
    },
  };
}

module.exports = {
  // Many tests run a program or a tool: on a busy machine that takes longer than Jest's five seconds.
  testTimeout: 60_000,
  projects: ['unit', 'command', 'differential', 'fuzz'].map(project),
};
