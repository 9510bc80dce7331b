/**
 * How time and memory grow with the number of one thing in a recording: `node bench/growth.mjs [most] [kind…]`, a million unless
 * said otherwise. Recordings are made here, of nothing but that thing and a few samples; the program is the built one, with
 * `script`, or what the kind names. Time is the processor's, without what a recording of one thing takes. A ratio near 10 is
 * linear; what grows with the
 * square has 100.
 */

import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const program = resolve(import.meta.dirname, '../bin/perf-sframe.js');
const [mostText, ...chosen] = process.argv.slice(2);
const most = Number(mostText ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'growth-'));

const RECORD = { mmap: 1, comm: 3, fork: 7, sample: 9 };
const MISC_USER = 2;
const PID = 100;
const ATTR_BYTES = 136;
const HEADER_BYTES = 104;
const PERF_CONTEXT_USER = 0xffff_ffff_ffff_fe00n;

/** Writes one recording: attributes with ids, then records. */
class RecordingFile {
  constructor(path, idsOfEvents, hasStacks) {
    this.file = openSync(path, 'w');
    this.parts = [];
    this.size = 0;
    this.position = 0;
    const attrsAt = HEADER_BYTES;
    const entry = ATTR_BYTES + 16;
    let idsAt = attrsAt + entry * idsOfEvents.length;
    this.dataAt = idsAt + idsOfEvents.reduce((sum, ids) => sum + ids.length * 8, 0);
    this.attrs = { offset: attrsAt, size: entry * idsOfEvents.length, entry };
    this.position = attrsAt;
    for (const ids of idsOfEvents) {
      const bytes = Buffer.alloc(entry);
      // PERF_TYPE_SOFTWARE, its size, period 1, IP | TID and, of several events, ID; with stacks, CALLCHAIN.
      bytes.writeUInt32LE(1, 0);
      bytes.writeUInt32LE(ATTR_BYTES, 4);
      bytes.writeBigUInt64LE(1n, 16);
      bytes.writeBigUInt64LE(3n | (idsOfEvents.length > 1 ? 0x40n : 0n) | (hasStacks ? 0x20n : 0n), 24);
      bytes.writeBigUInt64LE(BigInt(idsAt), ATTR_BYTES);
      bytes.writeBigUInt64LE(BigInt(ids.length * 8), ATTR_BYTES + 8);
      idsAt += ids.length * 8;
      this.put(bytes);
    }
    for (const ids of idsOfEvents) this.put(Buffer.from(BigUint64Array.from(ids, BigInt).buffer));
  }

  /** @param words BigInt for u64, numbers for u32, strings are padded to eight bytes */
  record(type, words) {
    const parts = words.map((word) => {
      if (typeof word === 'string')
        return Buffer.from(word.padEnd(Math.ceil((word.length + 1) / 8) * 8, '\0'));
      const bytes = Buffer.alloc(typeof word === 'bigint' ? 8 : 4);
      if (typeof word === 'bigint') bytes.writeBigUInt64LE(word);
      else bytes.writeUInt32LE(word);
      return bytes;
    });
    const head = Buffer.alloc(8);
    head.writeUInt32LE(type, 0);
    head.writeUInt16LE(MISC_USER, 4);
    head.writeUInt16LE(
      parts.reduce((sum, part) => sum + part.length, 8),
      6,
    );
    this.put(Buffer.concat([head, ...parts]));
  }

  mmap(start, size, name = '//anon') {
    this.record(RECORD.mmap, [PID, PID, BigInt(start), BigInt(size), 0n, name]);
  }

  /** @param id of the event, where there are several */
  sample(ip, tid = PID, id = undefined) {
    const which = id === undefined ? [] : [BigInt(id)];
    this.record(RECORD.sample, [BigInt(ip), PID, tid, ...which]);
  }

  /** @param ips the innermost first */
  stack(ips) {
    const chain = [PERF_CONTEXT_USER, ...ips.map(BigInt)];
    this.record(RECORD.sample, [BigInt(ips[0]), PID, PID, BigInt(chain.length), ...chain]);
  }

  put(bytes) {
    this.parts.push(bytes);
    this.size += bytes.length;
    if (this.size > 1 << 20) this.flush();
  }

  flush() {
    const bytes = Buffer.concat(this.parts);
    writeSync(this.file, bytes, 0, bytes.length, this.position);
    this.position += bytes.length;
    this.parts = [];
    this.size = 0;
  }

  close() {
    this.flush();
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('PERFILE2');
    const { offset, size, entry } = this.attrs;
    const words = [HEADER_BYTES, entry, offset, size, this.dataAt, this.position - this.dataAt, 0, 0];
    words.forEach((word, i) => header.writeBigUInt64LE(BigInt(word), 8 + i * 8));
    writeSync(this.file, header, 0, header.length, 0);
    closeSync(this.file);
  }
}

const PAGE = 0x1000;
const BASE = 0x10_0000_0000;
const at = (i) => BASE + i * 2 * PAGE;
/** A number below count for each i, each once: steps of a large prime that divides none of the counts. */
const shuffled = (i, count) => Number((BigInt(i) * 7_368_787n) % BigInt(count));

const kinds = {
  'mappings, ascending': (file, count) => {
    for (let i = 0; i < count; i++) file.mmap(at(i), PAGE);
    file.sample(at(count - 1));
  },
  'mappings, descending': (file, count) => {
    for (let i = count - 1; i >= 0; i--) file.mmap(at(i), PAGE);
    file.sample(at(0));
  },
  'mappings, random order': (file, count) => {
    for (let i = 0; i < count; i++) file.mmap(at(shuffled(i, count)), PAGE);
    file.sample(at(0));
  },
  'holes in one mapping': (file, count) => {
    file.mmap(BASE, count * 2 * PAGE);
    for (let i = 0; i < count; i++) file.mmap(at(shuffled(i, count)), PAGE, '/dev/zero');
    file.sample(at(0));
  },
  'forks of 100 mappings': (file, count) => {
    for (let i = 0; i < 100; i++) file.mmap(at(i), PAGE);
    for (let i = 0; i < count; i++) file.record(RECORD.fork, [1000 + i, PID, 1000 + i, PID, 0n]);
    file.sample(at(0));
  },
  threads: (file, count) => {
    file.mmap(at(0), PAGE);
    for (let i = 0; i < count; i++) file.record(RECORD.fork, [PID, PID, 1000 + i, PID, 0n]);
    file.sample(at(0), 1000);
  },
  'names of threads': (file, count) => {
    for (let i = 0; i < count; i++) file.record(RECORD.comm, [PID, PID, `c${i}`]);
    file.sample(at(0));
  },
  binaries: (file, count) => {
    for (let i = 0; i < count; i++) {
      file.mmap(at(i), PAGE, `/nowhere/b${i}`);
      file.sample(at(i));
    }
  },
  'ids of an event': (file) => file.sample(at(0)),
  'events × ids': (file, count) => {
    file.mmap(at(0), PAGE);
    for (let id = 1; id <= count; id += Math.ceil(count / 1000))
      file.sample(at(0), PID, count < EVENTS ? undefined : id);
  },
  'distinct frames': (file, count) => {
    file.mmap(BASE, count * 2 * PAGE);
    for (let i = 0; i < count; i++) file.sample(at(shuffled(i, count)));
  },
  'distinct stacks, report': (file, count) => {
    file.mmap(BASE, count * 2 * PAGE);
    for (let i = 0; i < count; i++) {
      const [ip, caller] = [at(shuffled(i, count)), at(shuffled((i * 3 + 1) % count, count))];
      file.stack([ip, caller, at(i % 1000)]);
    }
  },
};

/** Processor time and memory of a run. */
function measure(path, command) {
  const tell =
    'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();' +
    'writeSync(3,JSON.stringify([u.userCPUTime+u.systemCPUTime,u.maxRSS]))})';
  const { output, status, stderr } = spawnSync(process.execPath, ['--import', tell, program, command, path], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  const [microseconds, kib] = JSON.parse(output[3].toString());
  return { seconds: microseconds / 1e6, mb: kib / 1024 };
}

const EVENTS = 1000;

/** The ids of each event: one event with one id, but for the kinds that are about ids. */
function idsOfEvents(kind, count) {
  const ids = (first, length) => Array.from({ length }, (_, i) => first + i);
  if (kind === 'ids of an event') return [ids(1, count)];
  if (kind !== 'events × ids' || count < EVENTS) return [[1]];
  return Array.from({ length: EVENTS }, (_, event) => ids(1 + (event * count) / EVENTS, count / EVENTS));
}

function measureKind(kind, count) {
  const path = join(folder, 'growth.data');
  const file = new RecordingFile(path, idsOfEvents(kind, count), kind.includes('stacks'));
  kinds[kind](file, count);
  file.close();
  return measure(path, kind.includes('report') ? 'report' : 'script');
}

try {
  const counts = [1000, 10_000, 100_000, 1_000_000].filter((count) => count <= most);
  console.log(
    `${''.padEnd(24)}${counts.map((count) => count.toLocaleString('en-US').padStart(12)).join('')}    MB  last ratio`,
  );
  for (const kind of Object.keys(kinds)) {
    if (chosen.length > 0 && !chosen.some((word) => kind.includes(word))) continue;
    const least = measureKind(kind, 1).seconds;
    const runs = counts.map((count) => measureKind(kind, count));
    const times = runs.map(({ seconds }) => Math.max(0, seconds - least));
    const ratio = times.length > 1 ? times.at(-1) / times.at(-2) : NaN;
    const cells = times.map((seconds) => `${seconds.toFixed(2)} s`.padStart(12)).join('');
    console.log(
      `${kind.padEnd(24)}${cells}${runs.at(-1).mb.toFixed(0).padStart(6)}${ratio.toFixed(1).padStart(12)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
