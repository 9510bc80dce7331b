/** Stops tests of the built program, with one line, where it was not built from the sources as they are. */
const { existsSync, readFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const { join } = require('node:path');

const root = join(__dirname, '../..');
/** What build.mjs notes: the hash of each file that the program was made from, by path. */
const inputsFile = join(root, 'dist/program.inputs.json');

function findChanged() {
  if (!existsSync(inputsFile)) return 'dist/ is not built';
  for (const [path, hash] of Object.entries(JSON.parse(readFileSync(inputsFile, 'utf8')))) {
    const file = join(root, path);
    const isSame = existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === hash;
    if (!isSame) return `dist/ is older than ${path}`;
  }
  return undefined;
}

module.exports = () => {
  const problem = findChanged();
  if (problem === undefined) return;
  process.stderr.write(`${problem}: run \`npm run build\`\n`);
  process.exit(1);
};
