/** The packed package as others use it: the examples of docs/library.md, compiled strictly, run in Node.js and in a browser (dist/). */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { testWhere } from '../test-data/test-support/left-out';
import { browserIsThere, runInPage } from '../test-data/test-support/browser';
import { repositoryFolder } from '../test-data/test-support/places';

const recordings = join(repositoryFolder, 'test-data/recordings');
const recording = join(recordings, 'blur-image-nofp.data');
const binary = join(recordings, 'root/w/bin/blur-image-nofp');

const compilerOptions = {
  target: 'es2022',
  module: 'node16',
  moduleResolution: 'node16',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: false,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: false,
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  execFileSync('npm', pack, { cwd: repositoryFolder });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'node_modules/perf-sframe'), { recursive: true });
  execFileSync('tar', [
    'xzf',
    join(folder, tarball),
    '-C',
    join(folder, 'node_modules/perf-sframe'),
    '--strip-components=1',
  ]);
  const text = readFileSync(join(repositoryFolder, 'docs/library.md'), 'utf8');
  for (const [, name, code] of text.matchAll(/^```ts name=(\S+)\n(.*?)^```$/gms))
    writeFileSync(join(folder, name), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of files of the folder; empty where all is well. */
function compile(files: readonly string[], lib: readonly string[], types: readonly string[]): string {
  const config = {
    compilerOptions: {
      ...compilerOptions,
      lib,
      types,
      typeRoots: [join(repositoryFolder, 'node_modules/@types')],
    },
    files,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repositoryFolder, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
}

test('strict consumers compile, as an ES module and as CommonJS, with the types of Node.js and with those of a browser', () => {
  writeFileSync(
    join(folder, 'common.cts'),
    "import { ParseError, StopReason } from 'perf-sframe';\nimport { openSession } from 'perf-sframe/node';\nexport const reason: StopReason = StopReason.Outermost;\nexport { openSession, ParseError };\n",
  );
  expect(compile(['stacks.ts', 'innermost.ts', 'common.cts'], ['es2023'], ['node'])).toBe('');
  expect(compile(['recording-page.ts', 'sframe-page.ts'], ['es2023', 'dom', 'dom.iterable'], [])).toBe('');
});

function run(file: string): string {
  return execFileSync(process.execPath, [file, recording, join(recordings, 'root')], {
    cwd: folder,
    encoding: 'utf8',
  });
}

test('stacks: the names that perf script prints', () => {
  const perf = gunzipSync(readFileSync(join(recordings, 'blur-image-nofp.script.txt.gz'))).toString();
  const functions = (text: string, line: RegExp) => Array.from(text.matchAll(line), ([, name]) => name);
  const expected = functions(perf, /^\t *[0-9a-f]+ (\S+?)(?:\+0x[0-9a-f]+)? \(/gm);
  expect(expected.length).toBeGreaterThan(100);
  expect(functions(run('stacks.js'), /^ {2}(\S+) \(/gm)).toEqual(expected);
});

test('innermost functions: as many samples as perf script has', () => {
  const perf = gunzipSync(readFileSync(join(recordings, 'blur-image-nofp.noinline.txt.gz'))).toString();
  const innermost = perf.split('\n\n').map((sample) => /\n\t *[0-9a-f]+ (\S+?)\+0x/.exec(sample)?.[1]);
  const blurred = innermost.filter((name) => name === 'blur_pixels').length;
  expect(blurred).toBeGreaterThan(10);
  expect(run('innermost.js')).toContain(`${blurred} blur_pixels\n`);
});

test('an error of one entry is an error of the other, in CommonJS too', () => {
  const code = `const { openSession } = require('perf-sframe/node'); const { ParseError } = require('perf-sframe');
openSession({ input: 'tsconfig.json' }).catch((error) => console.log(error instanceof ParseError));`;
  writeFileSync(join(folder, 'error.cjs'), code);
  expect(execFileSync(process.execPath, ['error.cjs'], { cwd: folder, encoding: 'utf8' })).toBe('true\n');
});

test('no entry but that for Node.js imports a module of Node.js', () => {
  const library = join(folder, 'node_modules/perf-sframe/dist/library');
  for (const entry of ['index', 'sframe']) {
    const { metafile } = buildSync({
      entryPoints: [join(library, `${entry}.mjs`)],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      external: ['node:*'],
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
  }
});

/** The script of a page, as a bundler makes it. */
function bundle(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, file)],
    bundle: true,
    minify: true,
    format: 'iife',
    write: false,
  });
  return outputFiles[0].text;
}

test('a page that dumps SFrame is below 60 kB', () => {
  expect(bundle('sframe-page.ts').length).toBeLessThan(60_000);
});

/** Gives files to the input of a page; returns what is in its <pre> when the page is done. */
function dropFiles(file: string, files: Record<string, string>): string {
  const given = Object.entries(files).map(([name, path]) => [name, readFileSync(path).toString('base64')]);
  const page = `<!doctype html><body><input type="file" multiple><pre id="out"></pre><script>${bundle(file).replaceAll('</script', '<\\/script')}</script></body>`;
  const statements = `const transfer = new DataTransfer();
for (const [name, data] of ${JSON.stringify(given)}) transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
const input = document.querySelector('input'); input.files = transfer.files; input.dispatchEvent(new Event('change'));
return new Promise((done) => { const out = document.querySelector('#out'); new MutationObserver(() => done(out.textContent)).observe(out, { childList: true }); });`;
  return runInPage(page, statements).result as string;
}

testWhere(browserIsThere, 'a recording given to a page', 'a browser', () => {
  const lines = dropFiles('recording-page.ts', { 'perf.data': recording, 'blur-image-nofp': binary }).split(
    '\n',
  );
  const perf = gunzipSync(readFileSync(join(recordings, 'blur-image-nofp.noinline.txt.gz'))).toString();
  const stacks = perf
    .split('\n\n')
    .filter(Boolean)
    .map((sample) =>
      Array.from(sample.matchAll(/^\t *[0-9a-f]+ (\S+?)(?:\+0x[0-9a-f]+)? \(/gm), ([, name]) => name).join(
        ';',
      ),
    );
  expect(lines).toEqual(stacks);
});

testWhere(browserIsThere, 'a binary given to a page', 'a browser', () => {
  const functions = dropFiles('sframe-page.ts', { 'blur-image-nofp': binary }).match(
    /^function 0x[0-9a-f]+, \d+ bytes$/gm,
  );
  const readelf = readFileSync(
    join(repositoryFolder, 'test-data/sframe/blur-image-nofp.readelf-2.47.txt'),
    'utf8',
  );
  const expected = Array.from(
    readelf.matchAll(/pc = 0x([0-9a-f]+), size = (\d+) bytes/g),
    ([, pc, size]) => `function 0x${pc}, ${size} bytes`,
  );
  expect(expected.length).toBeGreaterThan(5);
  expect(functions).toEqual(expected);
});
