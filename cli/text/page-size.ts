/** Sizes of pages of memory. */

const units = ['B', 'K', 'M', 'G'];

/** "4K", "2M", and "1024M", as perf has it; "N/A" where it is not known (perf 7.2: util/event.c, get_page_size_name). */
export function formatPageSize(sizeBytes: number): string {
  if (sizeBytes === 0) return 'N/A';
  let unit = 0;
  let size = sizeBytes;
  while (size >= 2048 && unit < units.length - 1) {
    size = Math.floor(size / 1024);
    unit++;
  }
  return `${size}${units[unit]}`;
}
