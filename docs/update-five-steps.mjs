// Walks through docs/five-steps.md: runs what its blocks say, in order, and writes what the commands print below them.
//
//   node docs/update-five-steps.mjs                   writes the document
//   node docs/update-five-steps.mjs --pictures        … and its pictures (needs Chromium)
//   node docs/update-five-steps.mjs --output FILE     writes to another file; cli/five-steps.test.ts compares its shape
//
// Blocks are
//
//   ```sh         run in the toolchain root (test-data/toolchain/setup.sh), which has a compiler and perf, as in /shop
//   ```diff       lines of the program that change
//   ```console    "$ command" and what it prints on a terminal of 80 columns; what it says on stderr is left away
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const COLUMNS = 80;
const MOST_LINES = 40;
/** Where the commands of the document run, inside the toolchain root. */
const FOLDER_INSIDE = '/shop';
const SOURCE = 'price-service.cpp';

const repository = join(import.meta.dirname, '..');
const document = join(repository, 'docs/five-steps.md');
const images = join(repository, 'docs/images');
const toolchain = realpathSync(process.env.PERF_SFRAME_TOOLCHAIN ?? join(repository, '.toolchain/forky'));
const { values: options } = parseArgs({
  options: { pictures: { type: 'boolean' }, output: { type: 'string', default: document } },
});

const folder = mkdtempSync(join(tmpdir(), 'five-steps-'));
/** What the recorded paths lead to: the programs and the libraries of the toolchain root, with their debug files. */
const symfs = join(folder, 'symfs');

function prepare() {
  cpSync(join(repository, 'test-data/workloads/service', SOURCE), join(folder, SOURCE));
  const libraries = 'usr/lib/x86_64-linux-gnu';
  mkdirSync(join(symfs, libraries), { recursive: true });
  for (const name of readdirSync(join(toolchain, libraries))) {
    if (!/^(libc|libm|libgcc_s|ld-linux-x86-64|libstdc\+\+)\.so\.[\d.]+$/.test(name)) continue;
    copyFileSync(join(toolchain, libraries, name), join(symfs, libraries, name));
  }
  cpSync(join(toolchain, 'usr/lib/debug'), join(symfs, 'usr/lib/debug'), { recursive: true });
  mkdirSync(join(symfs, FOLDER_INSIDE), { recursive: true });
  // The command as it is when it is installed; on the recorded machine nobody has to say where the binaries are.
  mkdirSync(join(folder, 'bin'));
  const words = `"${process.execPath}" "${join(repository, 'bin/perf-sframe.js')}" "$@" --symfs "${symfs}"`;
  writeFileSync(join(folder, 'bin/perf-sframe'), `#!/bin/sh\nexec ${words}\n`, { mode: 0o755 });
}

/** A block of commands that build and record. */
function runInside(commands) {
  // perf keeps copies of binaries at home.
  const script = `set -e\nexport HOME=${FOLDER_INSIDE}/home\n${commands}`;
  execFileSync(join(repository, 'test-data/toolchain/enter.sh'), ['bash', '-c', script], {
    env: { ...process.env, ENTER_BIND: `${folder}:${FOLDER_INSIDE}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for (const name of readdirSync(folder).filter((name) => /^price-service[\w-]*$/.test(name)))
    cpSync(join(folder, name), join(symfs, FOLDER_INSIDE, name));
}

/** Changes lines of the program: each line with - for those with + behind it. */
function applyChange(change) {
  const path = join(folder, SOURCE);
  let text = readFileSync(path, 'utf8');
  for (const [, removed, added] of change.matchAll(/^-(.*)\n\+(.*)$/gm)) {
    if (text.split(removed).length !== 2) throw new Error(`${SOURCE} has not once: ${removed}`);
    text = text.replace(removed, () => added);
  }
  writeFileSync(path, text);
}

/** What a command prints on a terminal. */
function outputOf(command) {
  const { stdout, status } = spawnSync(
    'script',
    ['-qec', `stty cols ${COLUMNS} rows 40; { ${command}; } 2>/dev/null`, '/dev/null'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: `${folder}/bin:${process.env.PATH}`,
        TERM: 'xterm',
        PAGER: 'cat',
        NO_COLOR: '1',
      },
    },
  );
  if (status !== 0) throw new Error(`${command}: exit code ${status}\n${stdout}`);
  const lines = stdout
    // The line of progress, which is gone when the command ends.
    // eslint-disable-next-line no-control-regex -- escape sequences begin so
    .replace(/\r\x1b\[K[^\r\n]*(?=\r\x1b\[K)|\r\x1b\[K/g, '')
    .split('\n')
    .map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
  return `${shown.join('\n')}\n`;
}

async function takePictures() {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const picture = async (name, words, fragment, height) => {
    const page = join(folder, `${name}.html`);
    const command = ['view', ...words, '-q', '-o', page];
    execFileSync(join(folder, 'bin/perf-sframe'), command, { cwd: folder });
    const tab = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: 'light' });
    await tab.goto(`file://${page}#${fragment}`);
    await tab.waitForSelector('.controls');
    await tab.waitForTimeout(500);
    await tab.screenshot({ path: join(images, `${name}.png`) });
    await tab.close();
  };
  try {
    await picture('five-steps-flame', ['before.data'], 'view=flame', 760);
    await picture('five-steps-difference', ['before.data', 'after.data'], 'view=flame&before=true', 820);
  } finally {
    await browser.close();
  }
}

try {
  prepare();
  const text = readFileSync(document, 'utf8').replace(
    /^```(sh|diff|console)\n([^]*?)^```$/gm,
    (block, kind, content) => {
      if (kind === 'sh') runInside(content);
      else if (kind === 'diff') applyChange(content);
      else {
        const [, command] = /^\$ (.*)$/m.exec(content);
        return `\`\`\`console\n$ ${command}\n${outputOf(command)}\`\`\``;
      }
      return block;
    },
  );
  if (options.pictures) await takePictures();
  writeFileSync(options.output, text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
