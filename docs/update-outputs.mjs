// Runs the commands of the documents' console blocks and writes what they print below them.
//
//   node docs/update-outputs.mjs           writes
//   node docs/update-outputs.mjs --check   exits with 1 where a document says something else
//
// A block is ```console, a line "$ perf-sframe …" and the output. Commands run in test-data/recordings. Outputs of more than
// MOST_LINES lines are cut, and end in "…".
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MOST_LINES = 40;
const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(repository, 'bin/perf-sframe.js');
const documents = ['docs/troubleshooting.md'];

/** What a command prints, as a document shows it. */
function outputOf(command) {
  const words = command.replace(/^perf-sframe /, '').split(' ');
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: join(repository, 'test-data/recordings'),
    encoding: 'utf8',
  });
  const lines = `${stderr}${stdout}`.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
  return `${shown.join('\n')}\n`;
}

let isCurrent = true;
for (const document of documents) {
  const path = join(repository, document);
  const text = readFileSync(path, 'utf8');
  const updated = text.replace(
    /^```console\n\$ (perf-sframe [^\n]*)\n[^]*?^```$/gm,
    (_, command) => `\`\`\`console\n$ ${command}\n${outputOf(command)}\`\`\``,
  );
  if (updated === text) continue;
  isCurrent = false;
  if (process.argv.includes('--check')) console.error(`${document}: its outputs are others now`);
  else writeFileSync(path, updated);
}
if (process.argv.includes('--check') && !isCurrent) process.exitCode = 1;
