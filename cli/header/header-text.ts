/**
 * The header of a recording as `perf script --header` and `perf report --header` print it (tools/perf/util/header.c,
 * perf 7.2: perf_header__fprintf_info and the print_ functions). Of a pipe perf prints the features after the header.
 */

import {
  Feature,
  parseBpfPrograms,
  parseBtfs,
  parseCaches,
  parseCapabilities,
  parseClockData,
  parseCommandLine,
  parseCompressionFacts,
  parseCpuCounts,
  parseCpuTopology,
  ParseError,
  parseEventDescriptions,
  parseHybridTopology,
  parseMemoryTopology,
  parseNumaTopology,
  parsePmuCapabilities,
  parsePmuMappings,
  parseSchedulingDomains,
  readFeatureString,
  type ByteReader,
  type Capability,
  type Recording,
} from '../../parser';
import { readEventGroups } from '../../profile';
import { formatAttr, type AttrNames } from './attr-text';
import { formatDate, formatDateTime } from './local-time';
import { shown } from '../text/printable';

export interface HeaderTextOptions {
  /** Everything (-I): topologies and caches too. */
  readonly full: boolean;
  /** The name of a tracepoint, as "system:name". */
  readonly tracepointName: (id: bigint) => string | undefined;
}

const HEADER_VERSION = 1;

/** Features that are long, and printed only where all is asked for. */
const fullOnly = new Set<number>([
  Feature.CPU_TOPOLOGY,
  Feature.NUMA_TOPOLOGY,
  Feature.CACHE,
  Feature.MEM_TOPOLOGY,
  Feature.HYBRID_TOPOLOGY,
  Feature.CPU_DOMAIN_INFO,
]);

const featureNames = new Map<number, string>(Object.entries(Feature).map(([name, number]) => [number, name]));

const clockNames = new Map([
  [0, 'realtime'],
  [1, 'monotonic'],
  [4, 'monotonic_raw'],
  [7, 'boottime'],
  [11, 'tai'],
]);

/** The whole header, with the lines that frame it. */
export function formatHeader(recording: Recording, options: HeaderTextOptions): string {
  const { header, features } = recording;
  let text = '# ========\n';
  if (recording.writtenAt) text += `# captured on    : ${formatDate(recording.writtenAt)}\n`;
  text += `# header version : ${HEADER_VERSION}\n`;
  const dataOffset = header.isPipe ? 0 : header.data.offset;
  text += `# data offset    : ${dataOffset}\n`;
  text += `# data size      : ${header.data.sizeBytes}\n`;
  text += `# feat offset    : ${dataOffset + header.data.sizeBytes}\n`;
  if (!header.isPipe) {
    for (const feature of features.numbers) text += formatFeature(recording, feature, options);
    const missing = [...featureNames].filter(([number]) => !features.numbers.includes(number));
    text += `# missing features: ${missing.map(([, name]) => `${name} `).join('')}\n`;
  }
  return `${text}# ========\n#\n`;
}

/** The features of a pipe, as perf prints them when it comes across them. */
export function formatPipeHeader(recording: Recording, options: HeaderTextOptions): string {
  return recording.features.numbers.map((feature) => formatFeature(recording, feature, options)).join('');
}

function formatFeature(recording: Recording, feature: number, options: HeaderTextOptions): string {
  const name = featureNames.get(feature);
  if (name === undefined) return '';
  if (fullOnly.has(feature) && !options.full) return `# ${name} info available, use -I to display\n`;
  try {
    const reader = recording.openFeature(feature)!;
    return featureTexts[feature]?.(reader, recording, options) ?? '';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return `# ${name}: damaged (${error.message})\n`;
  }
}

type FeatureText = (reader: ByteReader, recording: Recording, options: HeaderTextOptions) => string;

/** A line of a feature that is one string. */
function stringLine(label: string): FeatureText {
  return (reader) => `# ${label} : ${shown(readFeatureString(reader))}\n`;
}

const featureTexts: Record<number, FeatureText> = {
  [Feature.HOSTNAME]: stringLine('hostname'),
  [Feature.OSRELEASE]: stringLine('os release'),
  [Feature.VERSION]: stringLine('perf version'),
  [Feature.ARCH]: stringLine('arch'),
  [Feature.CPUDESC]: stringLine('cpudesc'),
  [Feature.CPUID]: stringLine('cpuid'),
  [Feature.NRCPUS]: (reader) => {
    const { online, available } = parseCpuCounts(reader);
    return `# nrcpus online : ${online}\n# nrcpus avail : ${available}\n`;
  },
  [Feature.TOTAL_MEM]: (reader) => `# total memory : ${reader.readBigU64()} kB\n`,
  [Feature.CMDLINE]: (reader) => {
    const parts = parseCommandLine(reader).map((part) => `${shown(part).replaceAll("'", "\\'")} `);
    return `# cmdline : ${parts.join('')}\n`;
  },
  [Feature.EVENT_DESC]: formatEvents,
  [Feature.CPU_TOPOLOGY]: formatCpuTopology,
  [Feature.NUMA_TOPOLOGY]: (reader) =>
    parseNumaTopology(reader)
      .map(
        ({ node, totalKb, freeKb, cpus }) =>
          `# node${node} meminfo  : total = ${totalKb} kB, free = ${freeKb} kB\n# node${node} cpu list : ${shown(cpus)}\n`,
      )
      .join(''),
  [Feature.BRANCH_STACK]: () => '# contains samples with branch stack\n',
  [Feature.AUXTRACE]: () => '# contains AUX area data (e.g. instruction trace)\n',
  [Feature.STAT]: () => '# contains stat data\n',
  [Feature.PMU_MAPPINGS]: (reader) => {
    const mappings = parsePmuMappings(reader);
    if (mappings.length === 0) return '# pmu mappings: not available\n';
    return `# pmu mappings: ${mappings.map(({ name, type }) => `${shown(name)} = ${type}`).join(', ')}\n`;
  },
  [Feature.GROUP_DESC]: (_reader, recording) =>
    readEventGroups(recording)
      .map(({ name, events }) => {
        const members = events.map((index) => shown(recording.events[index].name));
        return `# group: ${shown(name ?? '')}{${members.join(',')}}\n`;
      })
      .join(''),
  [Feature.CACHE]: (reader) => {
    const lines = parseCaches(reader).map(({ level, type, size, cpus }) => {
      const words = [shown(type).padEnd(15), shown(size).padStart(8), `[${shown(cpus)}]`];
      return `#  L${level | 0} ${words.join(' ')}\n`;
    });
    return `# CPU cache info:\n${lines.join('')}`;
  },
  [Feature.SAMPLE_TIME]: (reader) => {
    const first = reader.readBigU64();
    const last = reader.readBigU64();
    const duration = (Number(BigInt.asUintN(64, last - first)) / 1e6).toFixed(3).padStart(10);
    return (
      `# time of first sample : ${formatSeconds(first)}\n# time of last sample : ${formatSeconds(last)}\n` +
      `# sample duration : ${duration} ms\n`
    );
  },
  [Feature.MEM_TOPOLOGY]: formatMemoryTopology,
  [Feature.CLOCKID]: (reader) => `# clockid frequency: ${reader.readBigU64() * 1000n} MHz\n`,
  [Feature.DIR_FORMAT]: (reader) => `# directory data version : ${reader.readBigU64()}\n`,
  [Feature.BPF_PROG_INFO]: formatBpfPrograms,
  [Feature.BPF_BTF]: (reader) => {
    const ids = [...parseBtfs(reader).keys()].sort((a, b) => a - b);
    return ids.length === 0 ? '# btf info empty\n' : ids.map((id) => `# btf info of id ${id}\n`).join('');
  },
  [Feature.COMPRESSED]: (reader) => {
    const { type, level, ratio } = parseCompressionFacts(reader);
    return `# compressed : ${type === 1 ? 'Zstd' : 'Unknown'}, level = ${level | 0}, ratio = ${ratio | 0}\n`;
  },
  [Feature.CPU_PMU_CAPS]: (reader) => formatCapabilities('cpu', parseCapabilities(reader)),
  [Feature.CLOCK_DATA]: formatClockData,
  [Feature.HYBRID_TOPOLOGY]: (reader) => {
    const nodes = parseHybridTopology(reader);
    const lines = nodes.map(({ pmu, cpus }) => `# ${shown(pmu)} cpu list : ${shown(cpus)}\n`);
    return `# hybrid cpu system:\n${lines.join('')}`;
  },
  [Feature.PMU_CAPS]: formatPmuCapabilities,
  [Feature.CPU_DOMAIN_INFO]: formatSchedulingDomains,
  [Feature.E_MACHINE]: (reader) => `# e_machine : ${reader.readU32()}\n#   e_flags : ${reader.readU32()}\n`,
  [Feature.CLN_SIZE]: (reader) => `# cacheline size: ${reader.readU32()}\n`,
};

function formatEvents(reader: ByteReader, recording: Recording, options: HeaderTextOptions): string {
  const mappings = recording.openFeature(Feature.PMU_MAPPINGS);
  const pmus = new Map(mappings ? parsePmuMappings(mappings).map(({ type, name }) => [type, name]) : []);
  const names: AttrNames = {
    pmu: (type) => {
      const name = pmus.get(type);
      return name === undefined ? undefined : shown(name);
    },
    tracepoint: options.tracepointName,
  };
  let text = '';
  for (const { name, ids, attr } of parseEventDescriptions(reader)) {
    const idText = ids.length > 0 ? `, id = {${ids.map((id) => ` ${id}`).join(',')} }` : '';
    text += `# event : name = ${shown(name)}, ${idText}${formatAttr(attr, names)}\n`;
  }
  return text;
}

function formatCpuTopology(reader: ByteReader, recording: Recording): string {
  const counts = recording.openFeature(Feature.NRCPUS);
  const available = counts ? parseCpuCounts(counts).available : 0;
  const topology = parseCpuTopology(reader, available);
  const hasDies = topology.siblingDies.length > 0;
  let text = '';
  for (const cpus of topology.siblingCores) text += `# sibling sockets : ${shown(cpus)}\n`;
  for (const cpus of topology.siblingDies) text += `# sibling dies    : ${shown(cpus)}\n`;
  for (const cpus of topology.siblingThreads) text += `# sibling threads : ${shown(cpus)}\n`;
  if (!topology.cpus) {
    return `${text}# Core ID${hasDies ? ', Die ID' : ''} and Socket ID information is not available\n`;
  }
  topology.cpus.forEach(({ core, die, socket }, cpu) => {
    text += `# CPU ${cpu}: Core ID ${core}, ${hasDies ? `Die ID ${die}, ` : ''}Socket ID ${socket}\n`;
  });
  return text;
}

/** Perf's buffer for the blocks of a memory node holds so many characters. */
const MOST_BLOCK_TEXT = 99;

function formatMemoryTopology(reader: ByteReader): string {
  const { blockSizeBytes, nodes } = parseMemoryTopology(reader);
  let text = `# memory nodes (nr ${nodes.length}, block size 0x${blockSizeBytes.toString(16)}):\n`;
  for (const { node, blocks } of nodes) {
    const count = blocks.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const ranges = blocks
      .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
      .join(',');
    const size = formatUnit(blockSizeBytes * BigInt(count));
    text += `#  ${String(node).padStart(3)} [${size}]: ${ranges.slice(0, MOST_BLOCK_TEXT)}\n`;
  }
  return text;
}

/** A size in the largest of B, K, M, G of which there are at least two. */
function formatUnit(sizeBytes: bigint): string {
  let size = sizeBytes;
  let unit = 0;
  while (size / 1024n > 1n && unit < 3) {
    size /= 1024n;
    unit++;
  }
  return `${size}${'BKMG'[unit]}`;
}

function formatBpfPrograms(reader: ByteReader, recording: Recording): string {
  const btfReader = recording.openFeature(Feature.BPF_BTF);
  const programs = parseBpfPrograms(reader, btfReader ? parseBtfs(btfReader) : new Map<number, Uint8Array>());
  if (programs.length === 0) return '# bpf_prog_info empty\n';
  let text = '';
  for (const { id, functions } of programs) {
    const facts = functions.map(
      ({ name, address, sizeBytes }) => `${shown(name)} addr 0x${address.toString(16)} size ${sizeBytes}\n`,
    );
    if (facts.length === 1) text += `# bpf_prog_info ${id}: ${facts[0]}`;
    else if (facts.length > 1) {
      text += `# bpf_prog_info ${id}:\n`;
      facts.forEach((fact, i) => (text += `# \tsub_prog ${i}: ${fact}`));
    }
  }
  return text;
}

function formatCapabilities(pmu: string, capabilities: readonly Capability[]): string {
  const facts = capabilities.map(({ name, value }) => `${shown(name)}=${shown(value)}`);
  return `# ${shown(pmu)} pmu capabilities: ${facts.length === 0 ? 'not available' : facts.join(', ')}\n`;
}

function formatPmuCapabilities(reader: ByteReader, recording: Recording): string {
  const pmus = parsePmuCapabilities(reader);
  let text = pmus.map(({ pmu, capabilities }) => formatCapabilities(pmu, capabilities)).join('');
  const mappings = recording.openFeature(Feature.PMU_MAPPINGS);
  const hasIbs = mappings !== undefined && parsePmuMappings(mappings).some(({ name }) => name === 'ibs_op');
  // Those of the processor itself have a section of their own, and are here for older versions of perf.
  const ofCpu = recording.openFeature(Feature.CPU_PMU_CAPS);
  const cpu = [
    ...(ofCpu ? parseCapabilities(ofCpu) : []),
    ...pmus.flatMap(({ pmu, capabilities }) => (pmu === 'cpu' ? capabilities : [])),
  ];
  if (hasIbs && cpu.some(({ name, value }) => name === 'max_precise' && parseInt(value, 10) === 0)) {
    text +=
      "# AMD systems uses ibs_op// PMU for some precise events, e.g.: cycles:p, see the 'perf list' man page for further details.\n";
  }
  return text;
}

function formatSchedulingDomains(reader: ByteReader, recording: Recording): string {
  const counts = recording.openFeature(Feature.NRCPUS);
  const { version, mostDomains, cpus } = parseSchedulingDomains(
    reader,
    counts ? parseCpuCounts(counts).online : 0,
  );
  let text = `# schedstat version\t: ${version}\n# Maximum sched domains\t: ${mostDomains}\n`;
  for (const { cpu, domains } of [...cpus].sort((a, b) => a.cpu - b.cpu)) {
    text += `# cpu\t\t: ${cpu}\n# nr_domains\t: ${domains.length}\n`;
    for (const { domain, name, cpuMask, cpuList } of [...domains].sort((a, b) => a.domain - b.domain)) {
      text += `# Domain\t\t: ${domain}\n`;
      if (name !== undefined) text += `# Domain name      : ${shown(name)}\n`;
      text += `# Domain cpu map   : ${shown(cpuMask)}\n# Domain cpu list  : ${shown(cpuList)}\n`;
    }
  }
  return text;
}

function formatClockData(reader: ByteReader): string {
  const { clockId, timeOfDayNs, clockNs } = parseClockData(reader);
  const name = clockNames.get(clockId) ?? '(not found)';
  const seconds = timeOfDayNs / 1_000_000_000n;
  const microseconds = String((timeOfDayNs % 1_000_000_000n) / 1000n).padStart(6, '0');
  const date = formatDateTime(new Date(Number(seconds) * 1000));
  const clock = `${clockNs / 1_000_000_000n}.${String(clockNs % 1_000_000_000n).padStart(9, '0')}`;
  return (
    `# clockid: ${name} (${clockId})\n` +
    `# reference time: ${date}.${microseconds} = ${seconds}.${microseconds} (TOD) = ${clock} (${name})\n`
  );
}

function formatSeconds(timeNs: bigint): string {
  const microseconds = (timeNs % 1_000_000_000n) / 1000n;
  return `${timeNs / 1_000_000_000n}.${String(microseconds).padStart(6, '0')}`;
}
