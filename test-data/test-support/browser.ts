/** Pages in a real headless Chromium. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toolchainIsRequired } from './places';

/** Path of Chromium; undefined where there is none. */
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);

/** Whether tests of pages are to run: where everything is required a missing browser fails them. */
export const browserIsThere = browserPath !== undefined || toolchainIsRequired;

export interface PageRun {
  /** What the statements gave. */
  readonly result: unknown;
  /** The browser's log of what it did on the network. */
  readonly network: string;
}

/**
 * Opens a page and runs statements in it after its own script.
 * @param statements the body of a function that returns something that JSON can say, or a promise of it
 * @param width of the window, in pixels
 * @throws Error where the page did not run
 */
export function runInPage(page: string, statements: string, width = 1200): PageRun {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  try {
    const path = join(folder, 'page.html');
    const log = join(folder, 'network.json');
    const probe = `<script>Promise.resolve((() => { ${statements} })()).then((result) => { const out = document.createElement('pre'); out.id = 'result'; out.textContent = JSON.stringify(result); document.body.append(out); });</script>`;
    writeFileSync(
      path,
      page.replace('</body>', () => `${probe}</body>`),
    );
    // Time that stands still while the page computes; it ends the wait for a promise.
    const wait = /\bPromise\b/.test(statements) ? ['--virtual-time-budget=20000'] : [];
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    args.push(
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--user-data-dir=${folder}/profile`,
    );
    args.push(
      `--window-size=${width},900`,
      `--log-net-log=${log}`,
      '--dump-dom',
      ...wait,
      pathToFileURL(path).href,
    );
    const { stdout } = spawnSync(browserPath!, args, {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 256 * 1024 * 1024,
    });
    const found = /<pre id="result">(.*?)<\/pre>/s.exec(stdout);
    if (!found) throw new Error(`the page did not run:\n${stdout.slice(-2000)}`);
    const text = found[1].replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    return { result: JSON.parse(text) as unknown, network: existsSync(log) ? readFileSync(log, 'utf8') : '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
