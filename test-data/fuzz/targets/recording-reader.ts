/** Everything that is decoded of a recording, for fuzzing: records, samples and features, whoever would ask for them. */

import { MemoryByteSource } from '../../../parser';
import * as c from '../../../parser/perf-data/constants';
import { Recording } from '../../../parser/perf-data/container/recording';
import type { ZstdFactory } from '../../../parser/perf-data/container/zstd-stream';
import * as features from '../../../parser/perf-data/features/features';
import { parseBpfPrograms, parseBtfs } from '../../../parser/perf-data/features/features-bpf';
import * as system from '../../../parser/perf-data/features/features-system';
import { findDeferredCallchain } from '../../../parser/perf-data/records/deferred-samples';
import { visitReadValues } from '../../../parser/perf-data/records/read-values';
import * as records from '../../../parser/perf-data/records/records';
import * as others from '../../../parser/perf-data/records/records-other';
import { Sample } from '../../../parser/perf-data/records/sample';
import { SampleStatus } from '../../../parser/perf-data/records/sample-layout';
import { RecordingBuilder } from '../../../parser/perf-data/test-support/recording-builder';
import { attempt } from '../target';

/** Decodes all that a recording says, and returns how many records it delivered. */
export function readEverything(
  bytes: Uint8Array,
  dataFiles: readonly Uint8Array[],
  zstd: ZstdFactory | undefined,
): number {
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

export function readFeatures(recording: Recording): void {
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
      assertThat(reader.littleEndian === little, 'byte order');
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
    assertThat(end <= place.start + place.sizeBytes, 'callchain beyond the record');
    assertThat(
      sample.stackOffset + sample.stackSizeBytes <= place.start + place.sizeBytes,
      'stack beyond the record',
    );
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

/** What decoding promises, whatever the bytes. */
function assertThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** Every record type once, of a size that suits most, with every sample field. */
export function allRecordTypes(littleEndian: boolean): RecordingBuilder {
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
