// Makes the pictures and texts of docs/gallery.md: the same recording in the profile page, speedscope, the front end of Firefox
// Profiler, pprof and perf. Also the picture of docs/compare.md.
//
//   npm run build && node docs/update-gallery.mjs
//   npm run build && node docs/update-gallery.mjs compare      # only that of docs/compare.md, which needs Chromium alone
//
// Needs Chromium, tmux, and the toolchain of test-data/toolchain/setup.sh (perf) and setup-more.sh (Go). Pictures are looked at by people before they are
// committed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const RECORDING = 'shapes-nofp.data';
const COMPARED = 'own-signals-nofp.data';
const MOST_LINES = 32;
const repository = join(import.meta.dirname, '..');
const recordings = join(repository, 'test-data/recordings');
const images = join(repository, 'docs/images');
const gallery = join(repository, 'docs/gallery.md');
const modules = join(repository, 'node_modules');

/** Runs the program in the folder of recordings. */
function perfSframe(...words) {
  const program = join(repository, 'bin/perf-sframe.js');
  const options = { cwd: recordings, stdio: ['ignore', 'pipe', 'ignore'] };
  return execFileSync(process.execPath, [program, ...words, '--symfs', 'root'], options);
}

function launch() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

async function takePictures(folder) {
  const browser = await launch();
  try {
    const profile = join(folder, 'profile.html');
    perfSframe('view', RECORDING, '-o', profile);
    for (const colorScheme of ['light', 'dark']) {
      for (const [width, height] of [
        [1280, 620],
        [700, 680],
      ]) {
        const page = await browser.newPage({ viewport: { width, height }, colorScheme });
        await page.goto(`${pathToFileURL(profile).href}#view=flame`);
        await page.waitForSelector('.controls');
        await page.screenshot({ path: join(images, `gallery-page-${width}-${colorScheme}.png`) });
        await page.close();
      }
    }
    await takeSpeedscope(browser, folder);
  } finally {
    await browser.close();
  }
}

/** The page of `compare`: where SFrame and frame pointers end sooner than DWARF, and one example of it. */
async function takeComparison(folder) {
  const path = join(folder, 'compare.html');
  perfSframe('compare', COMPARED, '--format', 'html', '-o', path);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(path).href);
    await page.locator('details summary').first().click();
    await page.mouse.move(0, 0);
    // Tables between the methods and the examples are left out.
    const shown = ['Methods', 'SFrame coverage, and what to rebuild first', 'Examples'];
    const isThere = await page.$$eval(
      'section',
      (sections, titles) =>
        sections.filter(
          (section) => !(section.hidden = !titles.includes(section.querySelector('h2').textContent)),
        ).length,
      shown,
    );
    if (isThere !== shown.length) throw new Error(`the page does not have all of: ${shown.join('; ')}`);
    await page.screenshot({ path: join(images, 'compare-page.png'), fullPage: true });
  } finally {
    await browser.close();
  }
}

/** speedscope's own page, which gets the file in the way in which the package's command hands it over. */
async function takeSpeedscope(browser, folder) {
  const exported = perfSframe('export', RECORDING, '--format', 'speedscope');
  const script = join(folder, 'profile.js');
  const call = `speedscope.loadFileFromBase64('shapes.speedscope.json', '${exported.toString('base64')}')`;
  writeFileSync(script, call);
  const page = await browser.newPage({ viewport: { width: 1280, height: 440 }, colorScheme: 'light' });
  const release = join(modules, 'speedscope/dist/release/index.html');
  await page.goto(`${pathToFileURL(release).href}#localProfilePath=${script}`);
  await page.getByText('Left Heavy').click();
  // Its boxes are drawn by WebGL, some frames after its tables.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(images, 'gallery-speedscope.png') });
}

/** The front end of profiler.firefox.com as its makers publish it for terminals: a process that answers questions. */
async function firefoxText(folder) {
  const path = join(folder, 'out.firefox.json');
  writeFileSync(path, perfSframe('export', RECORDING, '--format', 'firefox'));
  const program = join(modules, '@firefox-devtools/profiler-cli/dist/profiler-cli.js');
  const env = { ...process.env, PROFILER_CLI_SESSION_DIR: folder };
  const session = ['--session', 'gallery'];
  const server = spawn(process.execPath, [program, '--daemon', path, ...session], { env, stdio: 'ignore' });
  try {
    for (let tries = 0; tries < 100; tries++) {
      const words = [program, 'thread', 'functions', ...session];
      const { status, stdout } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
      if (status === 0) return stdout;
      await sleep(200);
    }
    throw new Error(`${path} was not loaded`);
  } finally {
    server.kill();
  }
}

const enterRoot = join(repository, 'test-data/toolchain/enter.sh');

/** Runs a program of the toolchain root in a folder. */
function inRoot(folder, words) {
  const env = { ...process.env, ENTER_BIND: `${folder}:/w` };
  return execFileSync(enterRoot, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function injectInto(folder) {
  perfSframe('inject', RECORDING, '-o', join(folder, 'out.data'));
  cpSync(join(recordings, 'root'), join(folder, 'root'), { recursive: true });
}

function perfText(folder) {
  const words = ['perf', 'report', '--stdio', '--no-inline', '--no-children', '--percent-limit', '5'];
  return inRoot(folder, [...words, '-G', '-i', 'out.data', '--symfs', 'root']);
}

/** The screen of perf's browser of reports, with the stacks of the first line opened. */
async function perfScreen(folder) {
  const tmux = (...words) => execFileSync('tmux', ['-L', 'gallery', ...words], { encoding: 'utf8' });
  const browse = 'perf report --no-inline --no-children -G -i out.data --symfs root';
  const env = `env ENTER_BIND=${folder}:/w`;
  tmux(
    'new-session',
    '-d',
    '-x',
    '130',
    '-y',
    '24',
    `${env} ${enterRoot} env TERM=screen LANG=C.UTF-8 ${browse}`,
  );
  try {
    await sleep(3000);
    // E: all lines, with their stacks.
    tmux('send-keys', 'E');
    await sleep(1000);
    return tmux('capture-pane', '-p');
  } finally {
    tmux('kill-server');
  }
}

/** A picture of a terminal. */
async function takeScreen(text, path) {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const style =
    'margin:0;padding:12px;background:#1d1f21;color:#d8dadd;font:13px/17px "DejaVu Sans Mono",monospace';
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1080, height: 432 } });
    await page.setContent(`<body style="margin:0"><pre style='${style}'>${escaped}</pre>`);
    await page.screenshot({ path });
  } finally {
    await browser.close();
  }
}

function pprofText(folder) {
  writeFileSync(join(folder, 'out.pb.gz'), perfSframe('export', RECORDING, '--format', 'pprof'));
  return inRoot(folder, ['env', 'HOME=/w', 'go', 'tool', 'pprof', '-top', 'out.pb.gz']);
}

/** Puts a text into the block that begins with a command. */
function updateBlock(document, command, text) {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
  const start = document.indexOf(`\n$ ${command}\n`);
  if (start < 0) throw new Error(`docs/gallery.md has no block that ends its commands with "$ ${command}"`);
  const from = start + `\n$ ${command}\n`.length;
  return `${document.slice(0, from)}${shown.join('\n')}\n${document.slice(document.indexOf('```', from))}`;
}

async function updateGallery(folder) {
  await takePictures(folder);
  injectInto(folder);
  let document = readFileSync(gallery, 'utf8');
  document = updateBlock(
    document,
    'npx @firefox-devtools/profiler-cli thread functions',
    await firefoxText(folder),
  );
  document = updateBlock(
    document,
    'perf report --stdio --no-inline --no-children -G --percent-limit 5 -i out.data --symfs root',
    perfText(folder),
  );
  document = updateBlock(document, 'go tool pprof -top out.pb.gz', pprofText(folder));
  await takeScreen(await perfScreen(folder), join(images, 'gallery-perf-browser.png'));
  writeFileSync(gallery, document);
}

const folder = mkdtempSync(join(tmpdir(), 'gallery-'));
try {
  await takeComparison(folder);
  if (process.argv[2] !== 'compare') await updateGallery(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
