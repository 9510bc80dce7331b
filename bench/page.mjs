#!/usr/bin/env node
/* global requestAnimationFrame, window -- in the page */
// How soon the profile page opens with many samples, and how fluently it moves: a page that the program wrote, its data replaced
// by 1,000,000 samples of 100,000 distinct stacks, in headless Chromium. Prints milliseconds and frames a second, and the load
// of the machine, on which both depend.
//
//   npm run build && node bench/page.mjs [samples] [stacks]
//   node bench/page.mjs 20000 16000      # some 200,000 nodes

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const repository = join(import.meta.dirname, '..');
const samples = Number(process.argv[2] ?? 1_000_000);
const stacks = Number(process.argv[3] ?? 100_000);
const FUNCTIONS = 3000;
const THREADS = 16;
const DURATION_NS = 60e9;

/** Random numbers that are the same at every run (mulberry32's step). */
function* randomNumbers() {
  for (let state = 1; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    yield ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}

async function makePage() {
  const bundle = join(folder, 'format.mjs');
  await build({
    entryPoints: [join(repository, 'cli/page/page-format.ts')],
    bundle: true,
    format: 'esm',
    outfile: bundle,
  });
  const { labelKinds, packColumns } = await import(pathToFileURL(bundle).href);
  const recordings = join(repository, 'test-data/recordings');
  const page = execFileSync(
    process.execPath,
    [
      ...[join(repository, 'bin/perf-sframe.js'), 'view', join(recordings, 'shapes-fp.data'), '-o', '-'],
      ...['--symfs', join(recordings, 'root')],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const { columns, strings } = makeColumns(labelKinds);
  const { packed, block } = packColumns(columns);
  const header = {
    ...JSON.parse(/id="header-data">(.*?)<\/script>/s.exec(page)[1]),
    strings,
    packed,
  };
  const text = page
    .replace(/(id="header-data">).*?(<\/script>)/s, (_, start, end) => start + JSON.stringify(header) + end)
    .replace(
      /(id="column-data">).*?(<\/script>)/s,
      (_, start, end) => start + gzipSync(block).toString('base64') + end,
    );
  return { text, nodes: columns.nodeParent.length };
}

/** Stacks of 10 to 40 functions that begin alike and part at some depth, as those of programs do. */
function makeColumns(labelKinds) {
  const numbers = randomNumbers();
  const random = (limit) => Math.floor(numbers.next().value * limit);
  const strings = [
    'program',
    ...Array.from({ length: FUNCTIONS }, (_, i) => `some_namespace::function_${i}(int, std::string const&)`),
    ...Array.from({ length: THREADS }, (_, i) => `worker ${100 + i}/${100 + i}`),
  ];
  const parents = [];
  const labels = [];
  const leaves = [];
  let path = [];
  while (leaves.length < stacks) {
    path = path.slice(0, random(path.length + 1));
    for (let depth = Math.max(path.length + 1, 10 + random(30)); path.length < depth;) {
      path.push(parents.push(path.at(-1) ?? -1) - 1);
      labels.push(random(FUNCTIONS));
    }
    leaves.push(path.at(-1));
  }
  const each = (Type, length, value) => Type.from({ length }, (_, i) => value(i));
  const columns = {
    labelName: each(Int32Array, FUNCTIONS, (i) => i + 1),
    labelBinary: new Int32Array(FUNCTIONS),
    labelKind: new Uint8Array(FUNCTIONS).fill(labelKinds.indexOf('user')),
    nodeParent: Int32Array.from(parents),
    nodeLabel: Int32Array.from(labels),
    nodeLine: new Int32Array(parents.length).fill(-1),
    threadName: each(Int32Array, THREADS, (i) => FUNCTIONS + 1 + i),
    threadRecording: new Uint8Array(THREADS),
    sampleNode: each(Int32Array, samples, (i) => (i < stacks ? leaves[i] : leaves[random(stacks)])),
    sampleThread: each(Int32Array, samples, () => random(THREADS)),
    sampleEvent: new Uint8Array(samples),
    sampleStop: new Uint8Array(samples),
    sampleTimeNs: each(Float64Array, samples, (i) => Math.round((i * DURATION_NS) / samples)),
    samplePeriod: new Float64Array(samples).fill(1e6),
    sampleCount: new Int32Array(samples).fill(1),
  };
  return { columns, strings };
}

async function measure(path, nodes) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const client = await page.context().newCDPSession(page);
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpuMs = async () => {
      const { metrics } = await client.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    };
    const start = performance.now();
    await page.goto(`${pathToFileURL(path).href}#view=flame`);
    await page.waitForSelector('.controls');
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const opened = performance.now() - start;
    console.log(
      `${samples} samples, ${stacks} stacks: opens in ${opened.toFixed(0)} ms (${(await cpuMs()).toFixed(0)} ms of CPU)`,
    );
    const cpuToTurn = await cpuMs();
    const turn = performance.now();
    await page.getByRole('button', { name: 'Inverted', exact: true }).click();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const turned = performance.now() - turn;
    console.log(
      `${nodes} nodes turned round in ${turned.toFixed(0)} ms (${((await cpuMs()) - cpuToTurn).toFixed(0)} ms of CPU)`,
    );
    await page.goBack();
    for (const [name, action] of Object.entries(actions)) {
      const cpuBefore = await cpuMs();
      const { frames, seconds } = await framesWhile(page, () => action(page));
      const cpu = ((await cpuMs()) - cpuBefore) / frames;
      console.log(
        `${name}: ${(frames / seconds).toFixed(0)} frames a second (${cpu.toFixed(1)} ms of CPU each)`,
      );
    }
  } finally {
    await browser.close();
  }
  console.log(
    `load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
}

/** Each moves the mouse for some seconds, as fast as the page answers. */
const actions = {
  'brushing the time line': async (page) => {
    const box = await page.locator('.timeline canvas').first().boundingBox();
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
    await page.mouse.down();
    for (let i = 0; i < 100; i++)
      await page.mouse.move(box.x + box.width * (0.3 + i / 200), box.y + box.height / 2);
    await page.mouse.up();
  },
  'pointing along the flame graph': async (page) => {
    const box = await page.locator('section:not([hidden]) canvas').first().boundingBox();
    for (let i = 0; i < 200; i++)
      await page.mouse.move(box.x + (box.width * i) / 200, box.y + 30 + (i % 20) * 10);
  },
  'zooming in and out': async (page) => {
    const box = await page.locator('section:not([hidden]) canvas').first().boundingBox();
    for (let i = 0; i < 10; i++) {
      await page.mouse.click(box.x + box.width * 0.3, box.y + 60);
      await page.keyboard.press('Escape');
    }
  },
};

/** Frames that the page draws while something is done. */
async function framesWhile(page, action) {
  await page.evaluate(() => {
    window.frames_ = 0;
    window.isCounting = true;
    const count = () => {
      window.frames_++;
      if (window.isCounting) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  const start = performance.now();
  await action();
  const seconds = (performance.now() - start) / 1000;
  const frames = await page.evaluate(() => ((window.isCounting = false), window.frames_));
  return { frames, seconds };
}

const folder = mkdtempSync(join(tmpdir(), 'page-'));
try {
  const path = join(folder, 'page.html');
  const { text, nodes } = await makePage();
  writeFileSync(path, text);
  await measure(path, nodes);
} finally {
  rmSync(folder, { recursive: true });
}
