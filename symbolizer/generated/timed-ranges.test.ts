import { TimedRanges, type LivingRanges } from './timed-ranges';

interface Range {
  readonly start: number;
  readonly end: number;
  readonly fromNs: number;
  readonly untilNs: number;
}

class CountedRanges implements LivingRanges {
  steps = 0;
  readonly count: number;

  constructor(private readonly all: readonly Range[]) {
    this.count = all.length;
  }

  start(index: number): number {
    return this.at(index).start;
  }

  end(index: number): number {
    return this.at(index).end;
  }

  fromNs(index: number): number {
    return this.at(index).fromNs;
  }

  untilNs(index: number): number {
    return this.at(index).untilNs;
  }

  private at(index: number): Range {
    this.steps++;
    return this.all[index];
  }
}

/** What is asked for, by looking at every range. */
function findAmongAll(all: readonly Range[], avma: number, timeNs: number): number {
  const alive = [...all.keys()].filter((i) => {
    const { start, end, fromNs, untilNs } = all[i];
    return start <= avma && avma < end && fromNs <= timeNs && (untilNs > timeNs || untilNs === Infinity);
  });
  return alive.sort((a, b) => all[b].fromNs - all[a].fromNs || b - a)[0] ?? -1;
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('finds what looking at every range finds', () => {
  const below = random(7);
  for (let round = 0; round < 60; round++) {
    const all = Array.from({ length: below(30) }, (): Range => {
      const start = below(40) - 20;
      const fromNs = below(20);
      return {
        start,
        end: start + below(15),
        fromNs,
        untilNs: below(3) === 0 ? Infinity : fromNs + below(15),
      };
    });
    const ranges = new TimedRanges(new CountedRanges(all));
    const places = Array.from({ length: 62 }, (_, i) => i - 22).flatMap((avma) =>
      [-1, 0, 5, 10, 19, 40, Infinity].map((timeNs) => [avma, timeNs] as const),
    );
    expect(places.map(([avma, timeNs]) => ranges.find(avma, timeNs))).toEqual(
      places.map(([avma, timeNs]) => findAmongAll(all, avma, timeNs)),
    );
  }
});

const shapes: Readonly<Record<string, (i: number, count: number) => Range>> = {
  'one place, over and over': (i) => ({ start: 0, end: 64, fromNs: i, untilNs: Infinity }),
  'moved to and fro': (i) => ({ start: (i & 1) * 64, end: (i & 1) * 64 + 64, fromNs: i, untilNs: i + 1 }),
  'lives within lives, all over': (i, count) => ({ start: 0, end: 64, fromNs: i, untilNs: 2 * count - i }),
  'ranges within ranges': (i, count) => ({ start: i, end: 2 * count - i, fromNs: i, untilNs: Infinity }),
};

test.each(Object.keys(shapes))('steps for each range grow as a logarithm: %s', (shape) => {
  const stepsOf = (count: number): number => {
    const counted = new CountedRanges(Array.from({ length: count }, (_, i) => shapes[shape](i, count)));
    const ranges = new TimedRanges(counted);
    for (let i = 0; i < count; i++) ranges.find(i % 128, 3 * count - i);
    return counted.steps;
  };
  const steps = stepsOf(1000);
  // n log n: 16 times as many ranges are 16 * 14/10 times the steps; looking at every one would be 256 times.
  expect(stepsOf(16_000)).toBeLessThan(steps * 16 * 1.6);
});
