/** Build ids (note NT_GNU_BUILD_ID): as text, compared, and as the folders that files are kept in under them. */

/** Lower-case hexadecimal digits. */
export function formatBuildId(buildId: Uint8Array): string {
  let text = '';
  for (const byte of buildId) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Size of a SHA-1, which the fields of perf's records have room for. */
const FIELD_SIZE_BYTES = 20;

/**
 * Whether a file's build id is the recorded one. Old recordings give 20 bytes whatever the size was: the rest is
 * zeros then.
 */
export function isSameBuildId(recorded: Uint8Array, found: Uint8Array): boolean {
  if (recorded.length !== found.length) {
    if (recorded.length !== FIELD_SIZE_BYTES || found.length > recorded.length) return false;
    if (recorded.subarray(found.length).some((byte) => byte !== 0)) return false;
  }
  return found.every((byte, i) => byte === recorded[i]);
}

/** "ab/cdef…": the two levels of a .build-id folder. */
export function buildIdFolders(buildId: Uint8Array): string {
  const digits = formatBuildId(buildId);
  return `${digits.slice(0, 2)}/${digits.slice(2)}`;
}
