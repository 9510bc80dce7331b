/** Pages of the built program in one headless Chromium, and what `report` prints of the same recordings. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserPath } from '../../../../test-data/test-support/browser';
import { repositoryFolder } from '../../../../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
export const recordedRoot = join(recordings, 'root');
export const pathOf = (recording: string): string => join(recordings, `${recording}.data`);

/** What the program prints. @param root folder that has the recorded binaries */
export function runIn(root: string, command: string, ...args: string[]): string {
  const program = join(repositoryFolder, 'bin/perf-sframe.js');
  return execFileSync(process.execPath, [program, command, ...args, '--symfs', root, '--no-inline'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

export const run = (command: string, ...args: string[]): string => runIn(recordedRoot, command, ...args);

/** Cells of the lines that `report` prints with these fields. */
export function reportCells(root: string, path: string, fields: string, ...options: string[]): string[][] {
  const text = runIn(root, 'report', path, '-g', 'none', '-q', '-F', fields, '-t', ';', ...options);
  return text
    .split('\n')
    .map((line) => line.split(';').map((cell) => cell.trim()))
    .filter((cells) => cells.length > 1)
    .map((cells) => cells.with(-1, cells.at(-1)!.replace(/^\[.\] /, '')));
}

/** Opens pages by their texts, and keeps what went wrong in the last. */
export class BrowserPages {
  readonly folder = mkdtempSync(join(tmpdir(), 'profile-page-'));
  /** Addresses that the page asked for. */
  asked: string[] = [];
  errors: string[] = [];
  private browser: Browser | undefined;

  async start(): Promise<void> {
    this.browser = await chromium.launch({
      executablePath: browserPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
  }

  async end(): Promise<void> {
    await this.browser?.close();
    rmSync(this.folder, { recursive: true });
  }

  async open(text: string, fragment = ''): Promise<Page> {
    const path = join(this.folder, 'page.html');
    writeFileSync(path, text);
    const page = await this.browser!.newPage({ viewport: { width: 1280, height: 900 } });
    this.asked = [];
    this.errors = [];
    page.on('request', (request) => this.asked.push(request.url()));
    page.on('pageerror', (error) => this.errors.push(error.message));
    await page.goto(`${pathToFileURL(path).href}${fragment}`);
    await page.waitForSelector('.controls');
    return page;
  }
}

/** Cells of the table that is shown. */
export const cellsOf = (page: Page): Promise<string[][]> =>
  page.$$eval('section:not([hidden]) tbody tr', (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );

export const view = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

export const details = (page: Page): Promise<string> => page.locator('.details').innerText();
