/** Inputs that once failed: test-data/corpus/TARGET/CASE/, a file for each part. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../test-support/places';
import type { Input } from './target';

const corpusFolder = join(repositoryFolder, 'test-data/corpus');

export interface CorpusCase {
  readonly target: string;
  readonly name: string;
  readonly input: Input;
}

/** All cases, in order of their names. Files are named by number and name of the part: "00-input". */
export function readCorpus(): CorpusCase[] {
  if (!existsSync(corpusFolder)) return [];
  return readdirSync(corpusFolder).flatMap((target) =>
    readdirSync(join(corpusFolder, target)).map((name) => {
      const folder = join(corpusFolder, target, name);
      const parts = readdirSync(folder)
        .sort()
        .map(
          (file) =>
            [decodeURIComponent(file.slice(3)), new Uint8Array(readFileSync(join(folder, file)))] as const,
        );
      return { target, name, input: new Map(parts) };
    }),
  );
}

/** Writes a case, named by its bytes. @returns its folder */
export function writeCase(target: string, input: Input): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of input) hash.update(`${name}\0`).update(bytes);
  const folder = join(corpusFolder, target, hash.digest('hex').slice(0, 12));
  mkdirSync(folder, { recursive: true });
  [...input].forEach(([name, bytes], i) =>
    writeFileSync(join(folder, `${String(i).padStart(2, '0')}-${encodeURIComponent(name)}`), bytes),
  );
  return folder;
}

/** An input as bytes, for the memory that the worker shares: for each part size of name, size, name, bytes. */
export function packInput(input: Input, out: Uint8Array): number {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  let at = 0;
  for (const [name, bytes] of input) {
    const encoded = Buffer.from(name);
    view.setUint32(at, encoded.length);
    view.setUint32(at + 4, bytes.length);
    out.set(encoded, at + 8);
    out.set(bytes, at + 8 + encoded.length);
    at += 8 + encoded.length + bytes.length;
  }
  return at;
}

export function unpackInput(packed: Uint8Array): Input {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const input = new Map<string, Uint8Array>();
  for (let at = 0; at < packed.length;) {
    const nameEnd = at + 8 + view.getUint32(at);
    const end = nameEnd + view.getUint32(at + 4);
    input.set(Buffer.from(packed.slice(at + 8, nameEnd)).toString(), packed.slice(nameEnd, end));
    at = end;
  }
  return input;
}
