// Writes manifest.json into a folder of recordings: the tools that made it, and of every file its size, sha256 and the command.
// record.sh calls it; commands.txt and tools.txt, which it leaves in that folder, are taken over and removed.
//
//   node test-data/write-manifest.mjs test-data/recordings
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.argv[2];
const manifestPath = join(folder, 'manifest.json');
const commandsPath = join(folder, 'commands.txt');
const toolsPath = join(folder, 'tools.txt');

/** What an earlier run that made other files of this folder wrote. */
function readEarlier() {
  try {
    return JSON.parse(readFileSync(manifestPath, 'utf8')).files;
  } catch {
    return {};
  }
}

const commands = new Map(Object.entries(readEarlier()).map(([path, file]) => [path, file.command]));
for (const line of readFileSync(commandsPath, 'utf8').split('\n')) {
  if (line !== '') commands.set(...line.split('\t'));
}
const tools = readFileSync(toolsPath, 'utf8').trimEnd().split('\n');
rmSync(commandsPath);
rmSync(toolsPath);

/** The command of the file itself, or of the directory recording that it is part of. */
function commandOf(path) {
  return commands.get(path) ?? commands.get(path.slice(0, path.indexOf('.data') + '.data'.length));
}

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
  .filter((path) => path !== 'manifest.json')
  .sort();
const files = {};
for (const path of paths) {
  const bytes = readFileSync(join(folder, path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  files[path] = { sizeBytes: bytes.length, sha256, command: commandOf(path) };
}
writeFileSync(manifestPath, JSON.stringify({ tools, files }, null, 2) + '\n');
