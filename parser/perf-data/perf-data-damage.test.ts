/**
 * Mutation fuzzing of whole recordings: whatever is damaged, reading ends, memory stays bounded, and nothing but a
 * ParseError is thrown. Everything that is decoded of a recording is decoded here.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryByteSource, ParseError } from '../bytes';
import { announceSeed, mutate, Random } from '../dwarf/test-support/mutation';
import * as c from './constants';
import { findDeferredCallchain } from './records/deferred-samples';
import * as features from './features/features';
import { parseBpfPrograms, parseBtfs } from './features/features-bpf';
import * as system from './features/features-system';
import { visitReadValues } from './records/read-values';
import { Recording } from './container/recording';
import * as records from './records/records';
import * as others from './records/records-other';
import { Sample } from './records/sample';
import { SampleStatus } from './records/sample-layout';
import { RecordingBuilder } from './test-support/recording-builder';
import { loadZstd, type ZstdFactory } from './container/zstd-stream';

const folder = join(__dirname, '../../test-data/recordings');
const ROUNDS_PER_RECORDING = Number(process.env.FUZZ_ROUNDS ?? 60);

let zstd: ZstdFactory;
beforeAll(async () => {
  zstd = await loadZstd();
});

/** Decodes all that a recording says, and returns how many records it delivered. */
function readEverything(bytes: Uint8Array, dataFiles: readonly Uint8Array[]): number {
  const recording = Recording.open(new MemoryByteSource('fuzzed', bytes), {
    dataFiles: dataFiles.map((file, i) => new MemoryByteSource(`data.${i}`, file)),
  });
  recording.zstd = zstd;
  readFeatures(recording);
  const sample = new Sample();
  let count = 0;
  recording.readRecords('time', (place) => {
    count++;
    attempt(() => readRecord(recording, place, sample));
  });
  return count;
}

function readFeatures(recording: Recording): void {
  const little = recording.littleEndian;
  const parsers: Partial<
    Record<number, (reader: NonNullable<ReturnType<Recording['openFeature']>>) => unknown>
  > = {
    [features.Feature.EVENT_DESC]: features.parseEventDescriptions,
    [features.Feature.BUILD_ID]: features.parseBuildIds,
    [features.Feature.CMDLINE]: features.parseCommandLine,
    [features.Feature.CLOCK_DATA]: features.parseClockData,
    [features.Feature.COMPRESSED]: features.parseCompressionFacts,
    [features.Feature.NRCPUS]: system.parseCpuCounts,
    [features.Feature.CPU_TOPOLOGY]: (reader) => system.parseCpuTopology(reader, 1 << 20),
    [features.Feature.NUMA_TOPOLOGY]: system.parseNumaTopology,
    [features.Feature.PMU_MAPPINGS]: system.parsePmuMappings,
    [features.Feature.CACHE]: system.parseCaches,
    [features.Feature.MEM_TOPOLOGY]: system.parseMemoryTopology,
    [features.Feature.HYBRID_TOPOLOGY]: system.parseHybridTopology,
    [features.Feature.CPU_PMU_CAPS]: system.parseCapabilities,
    [features.Feature.PMU_CAPS]: system.parsePmuCapabilities,
    [features.Feature.CPU_DOMAIN_INFO]: (reader) => system.parseSchedulingDomains(reader, 2),
    [features.Feature.BPF_PROG_INFO]: (reader) => parseBpfPrograms(reader, new Map()),
    [features.Feature.BPF_BTF]: parseBtfs,
  };
  for (const number of recording.features.numbers) {
    attempt(() => {
      const reader = recording.openFeature(number)!;
      expect(reader.littleEndian).toBe(little);
      (parsers[number] ?? features.readFeatureString)(reader);
    });
  }
  attempt(() => recording.tracingData());
}

function readRecord(recording: Recording, place: records.RecordPlace, sample: Sample): void {
  const little = recording.littleEndian;
  const { type } = place;
  if (type === c.RecordType.SAMPLE) {
    if (recording.decodeSampleInto(place, sample) !== SampleStatus.Ok) return;
    const end = sample.callchainOffset + sample.callchainCount * 8;
    expect(end).toBeLessThanOrEqual(place.start + place.sizeBytes);
    expect(sample.stackOffset + sample.stackSizeBytes).toBeLessThanOrEqual(place.start + place.sizeBytes);
    const event = recording.events[sample.eventIndex];
    visitReadValues(sample, event.attr.readFormat, () => undefined);
    return;
  }
  if (type < c.FIRST_USER_RECORD_TYPE) recording.decodeTrailerInto(place, sample);
  if (type === c.RecordType.MMAP || type === c.RecordType.MMAP2) records.parseMmap(place, little);
  if (type === c.RecordType.COMM) records.parseComm(place, little);
  if (type === c.RecordType.FORK || type === c.RecordType.EXIT) records.parseTask(place, little);
  if (type === c.RecordType.LOST) records.parseLostCount(place, little);
  if (type === c.RecordType.KSYMBOL) records.parseKsymbol(place, little);
  if (type === c.RecordType.NAMESPACES) others.parseNamespaces(place, little);
  if (type === c.RecordType.CGROUP) others.parseCgroup(place, little);
  if (type === c.RecordType.SWITCH_CPU_WIDE) others.parseSwitchPartner(place, little);
  if (type === c.RecordType.BPF_EVENT) others.parseBpfEvent(place, little);
  if (type === c.RecordType.TEXT_POKE) others.parseTextPoke(place, little);
  if (type === c.RecordType.BPF_METADATA) others.parseBpfMetadata(place, little);
  if (type === c.RecordType.CALLCHAIN_DEFERRED) findDeferredCallchain(place, little);
}

/** Runs what may meet damage. @throws anything but a ParseError */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Every record type once, of a size that suits most, with every sample field. */
function allRecordTypes(littleEndian: boolean): RecordingBuilder {
  const everything = 0x1ffffff & ~c.PERF_SAMPLE_WEIGHT_STRUCT;
  const builder = new RecordingBuilder(littleEndian).event({
    sampleType: everything,
    readFormat: 31,
    sampleRegsUser: 0xffn,
    sampleStackUser: 64,
    branchSampleType: c.PERF_SAMPLE_BRANCH_HW_INDEX | c.PERF_SAMPLE_BRANCH_COUNTERS,
    ids: [1],
  });
  for (const type of [...Object.values(c.RecordType), 99, 0xffffffff]) {
    builder.record(type, (bytes) =>
      bytes.u64(...Array.from({ length: 100 }, (_, i) => (i % 7 === 0 ? 1 : 0))),
    );
  }
  return builder;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

interface Subject {
  readonly name: string;
  readonly main: Uint8Array;
  readonly dataFiles: readonly Uint8Array[];
}

function readBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

function findSubjects(): Subject[] {
  const files = readdirSync(folder, { withFileTypes: true });
  const subjects: Subject[] = files
    .filter((file) => file.isFile() && file.name.endsWith('.data'))
    .map(({ name }) => ({ name, main: readBytes(join(folder, name)), dataFiles: [] }));
  const directory = join(folder, 'blur-image-nofp.directory.data');
  subjects.push({
    name: 'blur-image-nofp.directory',
    main: readBytes(join(directory, 'data')),
    dataFiles: [0, 1].map((i) => readBytes(join(directory, `data.${i}`))),
  });
  for (const littleEndian of [true, false]) {
    const builder = allRecordTypes(littleEndian);
    const name = `all record types, ${littleEndian ? 'little' : 'big'} endian`;
    subjects.push({ name, main: builder.toFile(), dataFiles: [] });
    subjects.push({ name: `${name}, pipe`, main: builder.toPipe(), dataFiles: [builder.toData()] });
  }
  return subjects;
}

test.each(findSubjects())('damaged recordings: $name', ({ name, main, dataFiles }) => {
  expect(readEverything(main, dataFiles)).toBeGreaterThan(10);
  const random = new Random(announceSeed(name, ROUNDS_PER_RECORDING));
  for (let round = 0; round < ROUNDS_PER_RECORDING; round++) {
    // Half of the damage goes to the header and the first records, which matter most and are least of the file.
    const head = Math.min(main.length, 1024);
    const damaged =
      random.below(2) === 0
        ? mutate(main, random)
        : concat(mutate(main.subarray(0, head), random), main.subarray(head));
    attempt(() =>
      readEverything(
        damaged,
        dataFiles.map((file) => (file.length > 0 ? mutate(file, random) : file)),
      ),
    );
  }
});
