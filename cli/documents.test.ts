/** What the documents say and what is true: outputs of commands, links, licences of what is bundled. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repositoryFolder } from '../test-data/test-support/places';

const documents = [
  'README.md',
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

test('the package has the licence of every package that is part of the program', () => {
  const path = join(repositoryFolder, 'dist/third-party-licences.txt');
  expect(existsSync(path)).toBe(true);
  const licences = readFileSync(path, 'utf8');
  // yargs and what it needs is MIT and ISC; the decoder of zstd MIT with BSD-3-Clause parts.
  for (const name of ['yargs', 'yargs-parser', 'cliui', 'y18n', 'zstddec', 'fflate']) {
    expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: `, 'm'));
  }
  expect(licences).not.toContain('(the package has no file with its text)');
});
