/**
 * Call graphs built the slow way, chain after chain: the radix tree that perf builds (tools/perf/util/callchain.c), as the
 * oracle for graphs that are merged from a call tree. Chains are words; equal words are equal frames.
 */

export interface RadixNode {
  words: string[];
  /** Of chains that end here. */
  hits: number;
  ends: number;
  children: RadixNode[];
}

export function emptyTree(): RadixNode {
  return { words: [], hits: 0, ends: 0, children: [] };
}

export function appendChain(root: RadixNode, chain: readonly string[], hits: number): void {
  if (chain.length === 0) return;
  const node = root.children.find((child) => child.words[0] === chain[0]);
  if (!node) {
    root.children.push({ words: [...chain], hits, ends: 1, children: [] });
    return;
  }
  let common = 0;
  while (common < node.words.length && node.words[common] === chain[common]) common++;
  if (common < node.words.length) {
    const tail = { ...node, words: node.words.slice(common) };
    Object.assign(node, { words: node.words.slice(0, common), hits: 0, ends: 0, children: [tail] });
  }
  if (common < chain.length) appendChain(node, chain.slice(common), hits);
  else {
    node.hits += hits;
    node.ends++;
  }
}

function totalHits(node: RadixNode): number {
  return node.children.reduce((sum, child) => sum + totalHits(child), node.hits);
}

/** One line for each node, by name within its parent: what must agree, whatever the order of equals. */
export function describe(node: RadixNode, depth = 0): string[] {
  return [...node.children]
    .sort((a, b) => (a.words[0] < b.words[0] ? -1 : 1))
    .flatMap((child) => [
      `${' '.repeat(depth)}${child.words.join(' ')} ${child.hits}+${totalHits(child) - child.hits}`,
      ...describe(child, depth + 1),
    ]);
}
