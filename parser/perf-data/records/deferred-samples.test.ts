import { DeferredOutcome, DeferredSamples, findDeferredCallchain, type JoinOrder } from './deferred-samples';
import { makePiece } from '../container/piece';
import { RecordPlace } from './records';

/** A CALLCHAIN_DEFERRED record with 32-bit addresses. */
function deferredRecord(
  cookie: bigint,
  addresses: number[],
  littleEndian = true,
  claimed?: bigint,
): RecordPlace {
  const bytes = new Uint8Array(24 + addresses.length * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 22, littleEndian);
  view.setUint16(6, bytes.length, littleEndian);
  view.setBigUint64(8, cookie, littleEndian);
  view.setBigUint64(16, claimed ?? BigInt(addresses.length), littleEndian);
  addresses.forEach((address, i) => view.setBigUint64(24 + i * 8, BigInt(address), littleEndian));
  return placeOf(bytes);
}

/** Some record; its first bytes are its number, by which tests know it again. */
function sampleRecord(number: number, sizeBytes = 16): RecordPlace {
  const bytes = new Uint8Array(sizeBytes);
  bytes[0] = number;
  return placeOf(bytes);
}

function placeOf(bytes: Uint8Array): RecordPlace {
  const place = new RecordPlace();
  place.piece = makePiece(bytes, 0);
  place.sizeBytes = bytes.length;
  return place;
}

/** Deliveries as "NUMBER outcome address,address". */
function collect(order: JoinOrder, mostWaitingBytes?: number) {
  const log: string[] = [];
  const samples = new DeferredSamples<string>(
    order,
    (place, context, outcome, callchain) => {
      const addresses = Array.from({ length: callchain?.count ?? 0 }, (_, i) =>
        Number(callchain!.view.getBigUint64(callchain!.offset + i * 8, callchain!.littleEndian)),
      );
      const number = place.piece.bytes[place.start];
      log.push(`${number}${context} ${DeferredOutcome[outcome]} ${addresses.join(',')}`.trim());
    },
    mostWaitingBytes,
  );
  const sample = (number: number, tid: number, cookieLow: number, cookieHigh = 0): void =>
    samples.addSample(sampleRecord(number), tid, cookieLow, cookieHigh, '');
  const record = (tid: number, cookie: bigint, ...addresses: number[]): void =>
    samples.addCallchain(tid, findDeferredCallchain(deferredRecord(cookie, addresses), true)!);
  return { log, samples, sample, record };
}

describe('DeferredSamples', () => {
  test('several samples of a thread get one record', () => {
    const { log, sample, record } = collect('either');
    sample(1, 7, 0xa);
    sample(2, 8, 0xa);
    sample(3, 7, 0xa);
    expect(log).toEqual([]);
    record(7, 0xan, 100, 200);
    expect(log).toEqual(['1 Joined 100,200', '3 Joined 100,200']);
  });

  test('cookies are compared in all 64 bits', () => {
    const { log, sample, record } = collect('either');
    sample(1, 7, 0xa, 0x1000_0001);
    record(7, 0x1000_0002_0000_000an, 100);
    expect(log).toEqual(['1 Overtaken']);
  });

  test('a late sample gets the record that came before it', () => {
    const { log, sample, record } = collect('either');
    sample(1, 7, 0xa);
    record(7, 0xan, 100);
    record(8, 0xbn, 300);
    sample(2, 7, 0xa);
    sample(3, 7, 0xc);
    record(7, 0xcn, 400);
    expect(log).toEqual(['1 Joined 100', '2 JoinedLate 100', '3 Joined 400']);
  });

  test('as perf does, a late sample waits in vain', () => {
    const { log, sample, record } = collect('forward');
    sample(1, 7, 0xa);
    record(7, 0xan, 100);
    sample(2, 7, 0xa);
    sample(3, 7, 0xc);
    record(7, 0xcn, 400);
    expect(log).toEqual(['1 Joined 100', '2 Overtaken', '3 Joined 400']);
  });

  test('a thread that exits has no record to wait for; perf waits to the end, in order of arrival', () => {
    for (const order of ['either', 'forward'] as const) {
      const { log, samples, sample } = collect(order);
      sample(1, 8, 0xa);
      sample(2, 7, 0xb);
      sample(3, 8, 0xa);
      samples.endThread(7);
      expect(log).toEqual(order === 'forward' ? [] : ['2 ThreadExited']);
      samples.finish();
      expect(log).toEqual(
        order === 'forward'
          ? ['1 RecordingEnded', '2 RecordingEnded', '3 RecordingEnded']
          : ['2 ThreadExited', '1 RecordingEnded', '3 RecordingEnded'],
      );
      expect(samples.waitingCount).toBe(0);
    }
  });

  test('a tid that is given anew does not get the callchain of the old thread', () => {
    const { log, samples, sample, record } = collect('either');
    record(7, 0xan, 100);
    samples.endThread(7);
    sample(1, 7, 0xa);
    samples.finish();
    expect(log).toEqual(['1 RecordingEnded']);
  });

  test('what waits without end is given up, oldest first', () => {
    const { log, samples, sample, record } = collect('either', 4 * 16);
    for (let number = 1; number <= 5; number++) sample(number, number % 2, 0xa);
    expect(log).toEqual(['1 TooManyWaiting', '2 TooManyWaiting', '3 TooManyWaiting']);
    expect(samples.waitingCount).toBe(2);
    record(1, 0xan, 100);
    record(0, 0xan, 200);
    expect(log.slice(3)).toEqual(['5 Joined 100', '4 Joined 200']);
  });

  test('a sample is kept in bytes of its own', () => {
    const { log, samples, record } = collect('either');
    const place = sampleRecord(1);
    samples.addSample(place, 7, 0xa, 0, ' then');
    place.piece.bytes[0] = 99;
    record(7, 0xan);
    expect(log).toEqual(['1 then Joined']);
  });
});

describe('findDeferredCallchain', () => {
  test('reads either byte order', () => {
    for (const littleEndian of [true, false]) {
      const place = deferredRecord(0x1234_5678_9abc_def0n, [0x1000], littleEndian);
      const callchain = findDeferredCallchain(place, littleEndian)!;
      expect(callchain.cookieHigh).toBe(0x12345678);
      expect(callchain.cookieLow).toBe(0x9abcdef0);
      expect(callchain.count).toBe(1);
    }
  });

  test('refuses a count that the record does not hold', () => {
    expect(findDeferredCallchain(deferredRecord(1n, [1, 2], true, 3n), true)).toBeUndefined();
    expect(findDeferredCallchain(deferredRecord(1n, [1, 2], true, 1n << 40n), true)).toBeUndefined();
    expect(findDeferredCallchain(deferredRecord(1n, [1, 2], true, (1n << 64n) - 1n), true)).toBeUndefined();
    expect(findDeferredCallchain(sampleRecord(22, 16), true)).toBeUndefined();
  });
});
