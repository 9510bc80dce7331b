/** The data of the page, as it stands in it. */

import { unpackColumns, type PageColumns, type PageHeader } from '../../page-format';

export interface ProfileData extends PageHeader {
  readonly columns: PageColumns;
}

/** Reads the data that page-document.ts put into the page. */
export async function readProfileData(document: Document): Promise<ProfileData> {
  const textOf = (id: string): string => document.getElementById(id)?.textContent ?? '';
  const header = JSON.parse(textOf('header-data')) as PageHeader;
  const packed = bytesOf(atob(textOf('column-data')));
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const block = new Uint8Array(await new Response(inflated).arrayBuffer());
  return { ...header, columns: sortedByNode(unpackColumns(block, header.lengths)) };
}

/** Of a text whose characters are bytes: a page of a million samples has 30 million of them. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * The samples in the order of their nodes: what is counted goes through memory from one end to the other then, which takes a
 * fifth of the time where there are a million of each.
 */
export function sortedByNode(columns: PageColumns): PageColumns {
  const { sampleNode, nodeParent } = columns;
  const starts = new Int32Array(nodeParent.length + 1);
  for (const node of sampleNode) starts[node + 1]++;
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  const order = new Int32Array(sampleNode.length);
  for (let sample = 0; sample < order.length; sample++) order[starts[sampleNode[sample]]++] = sample;
  return {
    ...columns,
    sampleNode: inOrder(sampleNode, order),
    sampleThread: inOrder(columns.sampleThread, order),
    sampleEvent: inOrder(columns.sampleEvent, order),
    sampleStop: inOrder(columns.sampleStop, order),
    sampleTimeUs: inOrder(columns.sampleTimeUs, order),
    samplePeriod: inOrder(columns.samplePeriod, order),
    sampleCount: inOrder(columns.sampleCount, order),
  };
}

function inOrder<Column extends Int32Array | Uint8Array | Float64Array>(
  column: Column,
  order: Int32Array,
): Column {
  const sorted = column.slice() as Column;
  for (let i = 0; i < order.length; i++) sorted[i] = column[order[i]];
  return sorted;
}
