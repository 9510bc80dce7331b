/**
 * What a profile of profiler.firefox.com says of itself: version, categories and kinds of markers. The format is that of
 * firefox-devtools/profiler, src/types/profile.ts and markers.ts, and docs-developer/CHANGELOG-formats.md. Newer front ends
 * read older versions.
 */

/** The version that is written: "preprocessedProfileVersion". */
export const PROCESSED_PROFILE_VERSION = 70;

/** The version of the format that Firefox itself writes ("version"), which has to be there. */
export const GECKO_PROFILE_VERSION = 36;

/** What is in a column for no address, no library, no resource. */
export const NONE = -1;

/** In the order of {@link categories}. The first grey one is that of whatever has none. */
export enum Category {
  Other,
  User,
  Kernel,
  Generated,
  Inlined,
}

export const categories = [
  { name: 'Other', color: 'grey', subcategories: ['Other'] },
  { name: 'User', color: 'yellow', subcategories: ['Other'] },
  { name: 'Kernel', color: 'orange', subcategories: ['Other'] },
  { name: 'JIT', color: 'green', subcategories: ['Other'] },
  { name: 'Inlined', color: 'lightblue', subcategories: ['Other'] },
] as const;

/** ResourceType of the format. */
export const RESOURCE_LIBRARY = 1;

/** MarkerPhase of the format. */
export const PHASE_INSTANT = 0;
export const PHASE_INTERVAL = 1;

/** Kinds of markers, by the "type" of their data. */
export const EVENT_MARKER = 'perf-event';
export const CPU_MARKER = 'perf-cpu';
export const LOST_MARKER = 'perf-lost';

export const markerSchema = [
  {
    name: EVENT_MARKER,
    tooltipLabel: '{marker.name}',
    tableLabel: '{marker.data.period}',
    chartLabel: '{marker.name}',
    display: ['marker-chart', 'marker-table', 'timeline-overview'],
    fields: [{ key: 'period', label: 'Period', format: 'integer' }],
    description: 'A sample of another event than that of the call tree.',
  },
  {
    name: CPU_MARKER,
    tooltipLabel: 'CPU {marker.data.cpu}',
    tableLabel: 'CPU {marker.data.cpu}',
    chartLabel: 'CPU {marker.data.cpu}',
    display: ['marker-chart', 'marker-table'],
    fields: [{ key: 'cpu', label: 'CPU', format: 'integer' }],
    description: 'From the first to the last of the samples that followed each other on one processor.',
  },
  {
    name: LOST_MARKER,
    tooltipLabel: 'Lost records',
    tableLabel: '{marker.data.count} lost',
    chartLabel: 'Lost records',
    display: ['marker-chart', 'marker-table', 'timeline-overview'],
    fields: [{ key: 'count', label: 'Records', format: 'integer' }],
    description: 'Records that the kernel could not write: samples, mostly.',
  },
] as const;
