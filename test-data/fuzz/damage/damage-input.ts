/**
 * Damages an input by what its format is made of, and by bytes: fields get sizes, counts and offsets that lie, records are
 * moved, doubled, left out and taken from other inputs, sections change places, ends are cut off.
 */

import type { Block, Input, Layout, Target } from '../target';
import { mutate, type Random } from './random';

/** What an input may grow to by doubled records. */
const LARGEST_PART_BYTES = 1 << 20;
const MOST_STEPS = 6;

/** A damaged copy of one of the inputs. */
export function damageInput(target: Target, seeds: readonly Input[], random: Random): Input {
  const input = new Map(seeds[random.below(seeds.length)]);
  const names = [...input.keys()];
  for (let parts = random.below(4) === 0 ? 2 : 1; parts > 0; parts--) {
    const name = names[random.below(names.length)];
    input.set(name, damagePart(target, name, input.get(name)!, seeds, random));
  }
  if (names.length > 1 && random.below(32) === 0) exchangeParts(input, names, random);
  return input;
}

function exchangeParts(input: Map<string, Uint8Array>, names: readonly string[], random: Random): void {
  const [a, b] = [names[random.below(names.length)], names[random.below(names.length)]];
  const bytes = input.get(a)!;
  input.set(a, input.get(b)!);
  input.set(b, bytes);
}

function damagePart(
  target: Target,
  name: string,
  bytes: Uint8Array,
  seeds: readonly Input[],
  random: Random,
): Uint8Array {
  let damaged: Uint8Array = bytes.slice();
  for (let steps = 1 + random.below(MOST_STEPS); steps > 0; steps--) {
    if (damaged.length === 0) break;
    const layout = target.layout?.(name, damaged);
    const kind = random.below(8);
    if (kind < 3) setField(damaged, layout, random);
    else if (kind < 5) damaged = moveBlocks(damaged, layout, donor(target, name, seeds, random), random);
    else if (kind < 7) damaged = mutate(damaged, random);
    else if (random.below(8) === 0) damaged = damaged.slice(0, random.below(damaged.length + 1));
  }
  target.repair?.(name, damaged);
  return damaged;
}

interface Donor {
  readonly bytes: Uint8Array;
  readonly layout: Layout | undefined;
}

function donor(target: Target, name: string, seeds: readonly Input[], random: Random): Donor {
  const bytes = seeds[random.below(seeds.length)].get(name) ?? new Uint8Array(0);
  return { bytes, layout: target.layout?.(name, bytes) };
}

/** Gives a field, or any word where fields are not known, a value that lies. */
function setField(bytes: Uint8Array, layout: Layout | undefined, random: Random): void {
  const known = layout && layout.fields.length > 0 && random.below(4) > 0;
  const sizeBytes = known ? 0 : ([1, 2, 4, 8] as const)[random.below(4)];
  const field = known
    ? layout.fields[random.below(layout.fields.length)]
    : { at: random.below(bytes.length) & -sizeBytes, sizeBytes };
  if (field.at + field.sizeBytes > bytes.length) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = layout?.littleEndian ?? random.below(8) > 0;
  const old = readField(view, field.at, field.sizeBytes, little);
  writeField(view, field.at, field.sizeBytes, little, lie(old, bytes.length, random));
}

/** Another value: near the old one, near the size of everything, at the ends of what words hold, or anything. */
function lie(old: bigint, length: number, random: Random): bigint {
  const step = BigInt(1 + random.below(9));
  switch (random.below(8)) {
    case 0:
      return old + step;
    case 1:
      return old - step;
    case 2:
      return 0n;
    case 3:
      return BigInt(length) - step;
    case 4:
      return BigInt(random.below(length + 1));
    case 5:
      return old * (step + 1n);
    default:
      return random.word();
  }
}

function readField(view: DataView, at: number, sizeBytes: number, little: boolean): bigint {
  if (sizeBytes === 8) return view.getBigUint64(at, little);
  if (sizeBytes === 4) return BigInt(view.getUint32(at, little));
  return BigInt(sizeBytes === 2 ? view.getUint16(at, little) : view.getUint8(at));
}

function writeField(view: DataView, at: number, sizeBytes: number, little: boolean, value: bigint): void {
  if (sizeBytes === 8) view.setBigUint64(at, BigInt.asUintN(64, value), little);
  else if (sizeBytes === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), little);
  else if (sizeBytes === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), little);
  else view.setUint8(at, Number(BigInt.asUintN(8, value)));
}

/** Leaves a block out, doubles it, moves it, exchanges two, or puts one of another input in. */
function moveBlocks(bytes: Uint8Array, layout: Layout | undefined, other: Donor, random: Random): Uint8Array {
  const block = chooseBlock(bytes, layout, random);
  const second = chooseBlock(bytes, layout, random);
  const text = bytes.subarray(block.start, block.end);
  const without = [bytes.subarray(0, block.start), bytes.subarray(block.end)];
  let made: Uint8Array;
  switch (random.below(6)) {
    case 0:
      made = concat(without);
      break;
    case 1:
      made = concat([
        bytes.subarray(0, block.end),
        ...Array<Uint8Array>(1 + random.below(4)).fill(text),
        without[1],
      ]);
      break;
    case 2: {
      const rest = concat(without);
      const at = Math.min(second.start, rest.length);
      made = concat([rest.subarray(0, at), text, rest.subarray(at)]);
      break;
    }
    case 3:
      made = exchange(bytes, block, second);
      break;
    case 4: {
      const from = chooseBlock(other.bytes, other.layout, random);
      made = concat([bytes.subarray(0, block.end), other.bytes.subarray(from.start, from.end), without[1]]);
      break;
    }
    default: {
      // In place: everything else stays where headers say it is.
      made = bytes.slice();
      const from = chooseBlock(other.bytes, other.layout, random);
      made.set(
        other.bytes.subarray(from.start, from.end).subarray(0, made.length - block.start),
        block.start,
      );
    }
  }
  return made.length > LARGEST_PART_BYTES ? bytes : made;
}

function exchange(bytes: Uint8Array, a: Block, b: Block): Uint8Array {
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  if (second.start < first.end) return bytes;
  return concat([
    bytes.subarray(0, first.start),
    bytes.subarray(second.start, second.end),
    bytes.subarray(first.end, second.start),
    bytes.subarray(first.start, first.end),
    bytes.subarray(second.end),
  ]);
}

function chooseBlock(bytes: Uint8Array, layout: Layout | undefined, random: Random): Block {
  if (layout && layout.blocks.length > 0 && random.below(8) > 0)
    return layout.blocks[random.below(layout.blocks.length)];
  const start = random.below(bytes.length + 1);
  return { start, end: Math.min(bytes.length, start + 1 + random.below(64)) };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
