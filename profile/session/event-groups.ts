/**
 * Groups of events that were counted together (`perf record -e '{a,b}'`): the feature GROUP_DESC.
 *
 *   u32 number of groups, then for each: string name | u32 index of its first event | u32 number of events
 */

import { Feature, readFeatureString, type Recording } from '../../parser';

export interface EventGroup {
  /** Undefined for a group without name. */
  readonly name: string | undefined;
  /** Indexes of its events, the leader first. */
  readonly events: readonly number[];
}

const NO_NAME = '{anon_group}';

/** The groups of a recording, of two events or more. @throws ParseError where the section is damaged */
export function readEventGroups(recording: Recording): EventGroup[] {
  const reader = recording.openFeature(Feature.GROUP_DESC);
  if (!reader) return [];
  const groups: EventGroup[] = [];
  const count = reader.readU32();
  for (let i = 0; i < count; i++) {
    const name = readFeatureString(reader);
    const first = reader.readU32();
    const size = Math.min(reader.readU32(), recording.events.length - first);
    if (size < 2) continue;
    const events = Array.from({ length: size }, (_, member) => first + member);
    groups.push({ name: name === NO_NAME ? undefined : name, events });
  }
  return groups;
}
