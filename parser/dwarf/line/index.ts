export type { LineRow } from './line-rows';
export { LineTable } from './line-table';
