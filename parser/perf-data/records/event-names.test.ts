import { MemoryByteSource } from '../../bytes';
import type { AttrFlag } from './event-attr';
import { Recording } from '../container/recording';
import { RecordingBuilder, type EventSpec } from '../test-support/recording-builder';

const u: AttrFlag = 'exclude_kernel';
const k: AttrFlag = 'exclude_user';
const noHypervisor: AttrFlag = 'exclude_hv';

/** What `perf evlist` of perf 7.2 printed for files with such an attribute and no name for it. */
const names: readonly (readonly [name: string, event: EventSpec])[] = [
  ['cycles', { type: 0, config: 0 }],
  ['ref-cycles:uh', { type: 0, config: 9, flags: [u] }],
  ['unknown-hardware', { type: 0, config: 10 }],
  ['instructions:kppp', { type: 0, config: 1, flags: [k, noHypervisor, 'precise_ip_0', 'precise_ip_1'] }],
  ['cache-references:G', { type: 0, config: 2, flags: ['exclude_host'] }],
  ['cache-misses:uhppH', { type: 0, config: 3, flags: ['exclude_guest', u, 'precise_ip_1'] }],
  ['cpu-clock:u', { type: 1, config: 0, flags: [u, noHypervisor] }],
  ['dummy', { type: 1, config: 9 }],
  ['unknown-software', { type: 1, config: 10 }],
  ['page-faults', { type: 1, config: 2 }],
  ['L1-dcache-loads', { type: 3, config: 0 }],
  ['L1-dcache-load-misses', { type: 3, config: 0x10000 }],
  ['LLC-prefetches', { type: 3, config: 0x0202 }],
  ['dTLB-prefetch-misses', { type: 3, config: 0x010203 }],
  ['branch-load-misses', { type: 3, config: 0x10005 }],
  ['iTLB-load-misses:uh', { type: 3, config: 0x10004, flags: [u] }],
  ['invalid-cache', { type: 3, config: 0x101 }],
  ['unknown-ext-hardware-cache-type', { type: 3, config: 7 }],
  ['unknown-ext-hardware-cache-op', { type: 3, config: 0x300 }],
  ['unknown-ext-hardware-cache-result', { type: 3, config: 0x20000 }],
  ['raw 0x1a8', { type: 4, config: 0x1a8 }],
  ['raw 0x0:uh', { type: 4, config: 0, flags: [u] }],
  ['mem:0x401000:x', { type: 5, config1: 0x401000, bpType: 4 }],
  ['mem:0xffffffff81000000:rw:kh', { type: 5, config1: 0xffffffff81000000n, bpType: 3, flags: [k] }],
  ['mem:0x0:', { type: 5 }],
  ['unknown event PMU=77 config=0x12', { type: 77, config: 0x12 }],
  ['unknown event PMU=-1 config=0', { type: 0xffffffff, config: 0 }],
];

test.each(names)('%s', (name, event) => {
  for (const littleEndian of [true, false]) {
    const file = new RecordingBuilder(littleEndian).event(event).finishedRound().toFile();
    expect(Recording.open(new MemoryByteSource('test', file)).events[0].name).toBe(name);
  }
});
