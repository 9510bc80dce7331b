/** The built program against a server on this machine, which has the files of a recording by their build ids. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(__dirname, '../..');
const recordings = join(repository, 'test-data/recordings');
const program = join(recordings, 'root/w/bin/blur-image-nofp');

let folder: string;
let server: Server;
let asked: string[];
let answer: (path: string) => { status: number; body?: Buffer };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perf-sframe-debuginfod-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    const { status, body } = answer(request.url!);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

function script(urls: string | undefined, ...options: string[]) {
  const args = ['script', join(recordings, 'blur-image-nofp.data'), '--symfs', folder, ...options];
  const child = spawn(process.execPath, [join(repository, 'bin/perf-sframe.js'), ...args], {
    env: { ...process.env, DEBUGINFOD_URLS: urls, DEBUGINFOD_CACHE_PATH: join(folder, 'cache') },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise<{ stdout: string; stderr: string; code: number | null }>((done) =>
    child.on('close', (code) => done({ stdout, stderr, code })),
  );
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('fetches what is missing, names functions by it, and keeps it', async () => {
  answer = (path) =>
    path.endsWith('/executable') ? { status: 200, body: readFileSync(program) } : { status: 404 };
  const first = await script(url(), '--debuginfod');
  expect(first.stdout).toMatch(/ filter_image\+0x[0-9a-f]+ \(\/w\/bin\/blur-image-nofp\)/);
  expect(asked.filter((path) => /^\/buildid\/[0-9a-f]{40}\/executable$/.test(path)).length).toBeGreaterThan(
    0,
  );
  const kept = readdirSync(join(folder, 'cache'));
  expect(kept.length).toBeGreaterThan(0);
  // Without the option the server is not asked; what was fetched is there.
  asked.length = 0;
  expect((await script(url())).stdout).toMatch(/ filter_image\+0x[0-9a-f]+ \(\/w\/bin\/blur-image-nofp\)/);
  expect(asked).toEqual([]);
});

test('a file of another build is not used; a failing server is reported, and the next one asked', async () => {
  answer = (path) => (path.startsWith('/broken') ? { status: 500 } : { status: 200, body: Buffer.from('?') });
  const { stdout, stderr, code } = await script(`${url()}/broken/ ${url()}`, '--debuginfod');
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/ filter_image\+0x/);
  expect(stdout).toMatch(/\[unknown\] \(\/w\/bin\/blur-image-nofp\)/);
  expect(asked.filter((path) => path.startsWith('/broken/buildid/')).length).toBeGreaterThan(0);
  expect(asked.filter((path) => path.startsWith('/buildid/')).length).toBeGreaterThan(0);
  expect(stderr).toMatch(/cache\/[0-9a-f]{40}\/executable /);
});

test('a server that cannot be reached costs the names, and is reported', async () => {
  const { stdout, stderr, code } = await script('http://127.0.0.1:1', '--debuginfod');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\[unknown\] \(\/w\/bin\/blur-image-nofp\)/);
  expect(stderr).toMatch(/debug files could not be fetched/);
  expect(stderr).toMatch(/blur-image-nofp: http:\/\/127\.0\.0\.1:1\/buildid\/[0-9a-f]{40}\/executable: /);
});

test('without servers the option is a mistake', async () => {
  const { stderr, code } = await script(undefined, '--debuginfod');
  expect(code).toBe(2);
  expect(stderr).toMatch(/DEBUGINFOD_URLS/);
});
