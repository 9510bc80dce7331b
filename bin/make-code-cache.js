'use strict';
/**
 * Runs the program on a small recording and keeps what V8 compiled of it, for later starts (load-program.js). Part of
 * the build; what the commands print is of no interest.
 */
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { cacheFile, loadProgram } = require('./load-program');

const recordings = join(__dirname, '../test-data/recordings');
const where = [join(recordings, 'blur-image-nofp.data'), '--symfs', join(recordings, 'root')];
const commands = [
  ['report', ...where],
  ['script', '--no-inline', '--show-mmap-events', ...where],
  ['fold', ...where],
];

const program = loadProgram();
if (program) {
  // The second command reads what the first keeps of binaries.
  const answers = mkdtempSync(join(tmpdir(), 'perf-sframe-build-'));
  process.env.PERF_SFRAME_CACHE = answers;
  process.stdout.write = () => true;
  // A command is done when nothing is left to wait for. One that waits for nothing needs a turn of its own.
  process.on('beforeExit', () => {
    const command = commands.shift();
    if (command) {
      process.argv.splice(2, Infinity, ...command);
      program.run();
      setImmediate(() => undefined);
    } else {
      writeFileSync(cacheFile, program.makeCache());
      rmSync(answers, { recursive: true });
    }
  });
}
