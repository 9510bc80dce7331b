/** What the documents say and what is true: outputs of commands, links, licences of what is bundled. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(repositoryFolder, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('the outputs that documents show are those of the program (node docs/update-outputs.mjs)', () => {
  // Runs bin/perf-sframe.js.
  const { stderr, status } = spawnSync(process.execPath, ['docs/update-outputs.mjs', '--check'], {
    cwd: repositoryFolder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});

interface PackedFile {
  readonly path: string;
}

test('links lead to files that are in the package, and to headings that are there', () => {
  const listing = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: repositoryFolder,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(listing) as [{ files: PackedFile[] }];
  const packed = new Set(files.map(({ path }) => path));
  expect(packed.size).toBeGreaterThan(documents.length);
  const broken: string[] = [];
  for (const document of documents) {
    const text = readFileSync(join(repositoryFolder, document), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path, heading] = target.split('#');
      const file =
        path === '' ? document : relative(repositoryFolder, join(repositoryFolder, dirname(document), path));
      // A folder is where one of its files is.
      const isThere = packed.has(file) || [...packed].some((each) => each.startsWith(`${file}/`));
      if (!isThere) broken.push(`${document}: ${target}`);
      else if (heading !== undefined && !headingsOf(file).has(heading)) broken.push(`${document}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

/** Anchors of a document, as GitHub and npm make them of headings. */
function headingsOf(document: string): Set<string> {
  const text = readFileSync(join(repositoryFolder, document), 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** All files of the repository, but what is built, recorded or installed. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(repositoryFolder, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(\.git|\.work|\.toolchain|node_modules|dist)$/.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Names of files in a text: whole paths, ends of paths, or patterns. Those of others have other endings. */
function namedFiles(text: string): string[] {
  return [...text.matchAll(/(?<![\w.*/‹›<>…-])[\w.*-][\w./*-]*\.(?:ts|mjs|cjs|md)\b/g)].map(([name]) => name);
}

/** Examples that readers write into files of these names; and files of the Firefox Profiler's repository. */
const elsewhere =
  /^(stacks|innermost|recording-page|sframe-page)\.ts$|^(src\/types\/|docs-developer\/)|(^|\/)(markers\.ts|symbol_files\.md)$/;

test('files that documents and comments name are there', () => {
  const files = filesBelow('');
  const isThere = (name: string): boolean => {
    const pattern = name
      .replace(/^(\.{1,2}\/)+/, '')
      .replaceAll('.', '\\.')
      .replaceAll('*', '[^/]*');
    return files.some((file) => new RegExp(`(^|/)${pattern}$`).test(file));
  };
  const texts = [...documents, 'CHANGELOG.md', 'test-data/README.md'].map((path): [string, string] => [
    path,
    readFileSync(join(repositoryFolder, path), 'utf8'),
  ]);
  const sources = files.filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !/\.d\.ts$/.test(file));
  expect(sources.length).toBeGreaterThan(500);
  for (const path of sources) {
    const comments =
      readFileSync(join(repositoryFolder, path), 'utf8').match(/^\s*(\/\*\*|\*|\/\/).*$/gm) ?? [];
    texts.push([path, comments.join('\n')]);
  }
  const missing = texts.flatMap(([path, text]) =>
    namedFiles(text)
      .filter((name) => !elsewhere.test(name) && !isThere(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the package has the licence of every package that is part of the program', () => {
  const path = join(repositoryFolder, 'dist/third-party-licences.txt');
  expect(existsSync(path)).toBe(true);
  const licences = readFileSync(path, 'utf8');
  const map = readFileSync(join(repositoryFolder, 'dist/program/perf-sframe.cjs.map'), 'utf8');
  const { sources } = JSON.parse(map) as { sources: string[] };
  const names = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  // yargs and what it needs is MIT and ISC; the decoder of zstd MIT with BSD-3-Clause parts.
  expect(names).toEqual(expect.arrayContaining(['yargs', 'yargs-parser', 'cliui', 'zstddec', 'fflate']));
  for (const name of new Set(names)) {
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: `, 'm'));
  }
  expect(licences).not.toContain('(the package has no file with its text)');
});
