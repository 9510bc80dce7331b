/** Recorded callchains and deferred ones: whose addresses they are, and what words do that read as context markers. */

import {
  formatHalves,
  PERF_CONTEXT_HV,
  PERF_CONTEXT_KERNEL,
  PERF_CONTEXT_USER,
  Sample,
  type DeferredCallchain,
} from '../../parser';
import { AddressSpace } from '../process/address-space';
import { Callchain, UserPart, type JunkInDeferred } from './callchain';
import { FrameTable, UNMAPPED_HYPERVISOR, UNMAPPED_KERNEL, UNMAPPED_USER } from './frame-table';

const UNKNOWN_MARKER = -100;
const space = new AddressSpace();

function viewOf(words: readonly number[]): DataView {
  const view = new DataView(new ArrayBuffer(words.length * 8));
  words.forEach((word, i) => view.setBigInt64(i * 8, BigInt(word), true));
  return view;
}

function sampleOf(words: readonly number[]): Sample {
  const sample = new Sample();
  sample.view = viewOf(words);
  sample.callchainOffset = 0;
  sample.callchainCount = words.length;
  return sample;
}

function deferredOf(words: readonly number[]): DeferredCallchain {
  const view = viewOf(words);
  return { cookieLow: 1, cookieHigh: 0, view, littleEndian: true, offset: 0, count: words.length };
}

function make(limit = 127, junk?: JunkInDeferred) {
  const frames = new FrameTable();
  const chain = new Callchain(frames, new AddressSpace(), limit, junk);
  const shown = (): [string, number][] =>
    Array.from(chain.frames.subarray(0, chain.count), (frame) => [
      formatHalves(frames.addressLow[frame], frames.addressHigh[frame]),
      frames.mapping[frame],
    ]);
  return { chain, shown };
}

test('markers say whose addresses follow; they are not frames', () => {
  const { chain, shown } = make();
  const words = [PERF_CONTEXT_HV, 0x10, PERF_CONTEXT_KERNEL, -0x1000, PERF_CONTEXT_USER, 0x400000];
  chain.appendRecorded(sampleOf(words), space);
  expect(shown()).toEqual([
    ['10', UNMAPPED_HYPERVISOR],
    ['fffffffffffff000', UNMAPPED_KERNEL],
    ['400000', UNMAPPED_USER],
  ]);
  expect(chain.userPart).toBe(UserPart.Recorded);
});

test('an unknown marker discards what came before it, and what is appended later', () => {
  const { chain, shown } = make();
  chain.appendRecorded(sampleOf([PERF_CONTEXT_USER, 0x400000, UNKNOWN_MARKER, 0x400010]), space);
  chain.appendDeferred(deferredOf([0x400020]), space);
  expect(shown()).toEqual([]);
});

test('as many recorded addresses as were asked for', () => {
  const { chain, shown } = make(2);
  chain.appendRecorded(sampleOf([PERF_CONTEXT_USER, 1, 2, 3]), space);
  expect(shown().map(([address]) => address)).toEqual(['1', '2']);
});

describe('junk in a deferred callchain', () => {
  const append = (marker: number, junk?: JunkInDeferred): [string, number][] => {
    const { chain, shown } = make(127, junk);
    chain.appendDeferred(deferredOf([0x400000, marker, 0x400010]), space);
    return shown();
  };

  test.each([PERF_CONTEXT_HV, UNKNOWN_MARKER])('ends it (%i)', (marker) => {
    expect(append(marker)).toEqual([['400000', UNMAPPED_USER]]);
  });

  test('is taken for the marker that it reads as, or discards all, where that is wanted', () => {
    expect(append(PERF_CONTEXT_HV, 'is-a-marker')).toEqual([
      ['400000', UNMAPPED_USER],
      ['400010', UNMAPPED_HYPERVISOR],
    ]);
    expect(append(UNKNOWN_MARKER, 'is-a-marker')).toEqual([]);
  });
});
