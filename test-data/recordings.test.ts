/** Every file under test-data/recordings is one that manifest.json knows, unchanged. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = join(__dirname, 'recordings');

interface Manifest {
  tools: string[];
  files: Record<string, { sizeBytes: number; sha256: string; command: string }>;
}

const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;

function listFiles(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'manifest.json')
    .sort();
}

test('the manifest lists the files that are there, no others', () => {
  expect(Object.keys(manifest.files).sort()).toEqual(listFiles());
});

test('each file has the size and hash that the manifest states', () => {
  for (const [path, { sizeBytes, sha256 }] of Object.entries(manifest.files)) {
    const bytes = readFileSync(join(folder, path));
    const found = { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    expect(found).toEqual({ path, sizeBytes, sha256 });
  }
});

test('the manifest states the tools and how each file was made', () => {
  expect(manifest.tools.join('\n')).toMatch(/^perf version 7\.2[^]*gcc .*16\.[^]*GNU Binutils.*2\.47/);
  for (const file of Object.values(manifest.files)) expect(file.command).toMatch(/^(perf |test-data\/)/);
});

test('the committed recordings stay small', () => {
  const sizes = Object.entries(manifest.files).map(([path, file]) => ({ path, sizeBytes: file.sizeBytes }));
  expect(sizes.filter(({ sizeBytes }) => sizeBytes > 150_000)).toEqual([]);
  expect(sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(1_500_000);
});
