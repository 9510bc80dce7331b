/**
 * The page that `flamegraph` writes. Its script draws the tree: a box for each function below its caller, as wide as what
 * was counted under it, heaviest first.
 *
 * The tree is data in the page, nodes in preorder, three or four numbers each: depth, label, and what was counted in
 * the function itself, by recording.
 */

import type { FlameKind, FlameNode, FlameTree } from '../../profile';
import { formatHtmlPage } from '../text/html-page';

export interface FlamePage {
  readonly title: string;
  readonly subtitle: string;
  /** What is counted, behind a number. */
  readonly unit: string;
  readonly tree: FlameTree;
}

const kinds: readonly FlameKind[] = ['thread', 'user', 'inlined', 'generated', 'kernel', 'unknown'];

/** The whole document. */
export function formatFlamePage({ title, subtitle, unit, tree }: FlamePage): string {
  const data = {
    unit,
    recordings: tree.recordings,
    kinds,
    labels: tree.labels.map(({ name, binary, kind }) => [name, binary, kinds.indexOf(kind)]),
    nodes: listNodes(tree),
  };
  // In a script nothing but "</script" or "<!--" ends the data, and both begin so.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const legend = tree.recordings === 1 ? kindLegend(tree) : differenceLegend;
  const content = `<div id="tools">
<input id="search" type="search" placeholder="Search functions ( / )" aria-label="Search functions">
<button type="button" id="reset">Whole graph</button>
<button type="button" id="invert" aria-pressed="false" title="functions that were sampled, and below each its callers">Inverted</button>
<button type="button" id="turn" aria-pressed="false" title="callers below, as flamegraph.pl draws">Root below</button>
<span id="matched"></span>
<span id="legend">${legend}</span>
</div>
<div id="graph"></div>
<div id="details" role="status">&nbsp;</div>
<script type="application/json" id="data">${json}</script>`;
  return formatHtmlPage({ title, subtitle, content, style, script });
}

/** The nodes below the root in preorder, as numbers. */
function listNodes(tree: FlameTree): number[] {
  const numbers: number[] = [];
  const pending: { node: FlameNode; depth: number }[] = [{ node: tree.root, depth: -1 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    if (depth >= 0) numbers.push(depth, node.label, ...node.self);
    for (const child of node.children.values()) pending.push({ node: child, depth: depth + 1 });
  }
  return numbers;
}

function kindLegend({ labels }: FlameTree): string {
  const used = new Set(labels.map(({ kind }) => kind));
  return kinds
    .filter((kind) => used.has(kind) && kind !== 'thread')
    .map((kind) => `<span class="key ${kind}"></span>${kindNames[kind]}`)
    .join(' ');
}

const kindNames: Record<FlameKind, string> = {
  thread: 'thread',
  user: 'program',
  inlined: 'inlined',
  generated: 'generated code',
  kernel: 'kernel',
  unknown: 'no symbol',
};

const differenceLegend = '<span class="key less"></span>less <span class="key more"></span>more of the whole';

const style = `
header, main { max-width: none; }
#tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 14px 0; }
#search { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; width: 260px; }
#tools button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; cursor: pointer; }
#tools button:hover, #tools button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
#legend { margin-left: auto; color: var(--faint); }
.key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin: 0 4px 0 10px; vertical-align: -1px; background: hsl(var(--hue) var(--vivid) 68%); }
#graph { position: relative; overflow: hidden; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.box { position: absolute; height: 17px; padding: 0 4px; border: 0; border-radius: 2px; overflow: hidden; white-space: nowrap; text-align: left;
  text-overflow: ellipsis; font: 11.5px/17px ui-monospace, monospace; color: #17130a; cursor: pointer;
  background: hsl(calc(var(--hue) + var(--shift) * var(--spread)) var(--vivid) calc(64% + var(--shift) * 14%)); }
.box.narrow { padding: 0; }
.box.above { opacity: .55; }
.box:hover, .box:focus-visible { outline: 2px solid var(--text); outline-offset: -1px; z-index: 1; }
.box.match { background: #e05ae8; }
.thread { --hue: 215; --spread: 10; --vivid: 25%; }
.user { --hue: 22; --spread: 28; --vivid: 88%; }
.inlined { --hue: 165; --spread: 25; --vivid: 50%; }
.generated { --hue: 95; --spread: 30; --vivid: 55%; }
.kernel { --hue: 350; --spread: 18; --vivid: 75%; }
.unknown { --hue: 40; --spread: 0; --vivid: 6%; }
.more { --hue: 4; --vivid: 85%; }
.less { --hue: 215; --vivid: 75%; }
.box.changed { background: hsl(var(--hue) var(--vivid) calc(88% - var(--change) * 36%)); }
#details { position: sticky; bottom: 0; background: var(--back); padding: 8px 2px; min-height: 3.6em; font: 12.5px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
#details span { color: var(--faint); }
`;

const script = `
const data = JSON.parse(document.getElementById('data').textContent);
const ROW = 18;
const last = data.recordings - 1;
const graph = document.getElementById('graph');
const details = document.getElementById('details');
const search = document.getElementById('search');
const percent = (part, whole) => (whole === 0 ? '0.00' : (100 * part / whole).toFixed(2)) + '%';
const grouped = (value) => value.toLocaleString('en-US');

const makeNode = (label, parent) =>
  ({ label, parent, depth: parent ? parent.depth + 1 : 0, self: new Array(data.recordings).fill(0), total: null, children: new Map() });
function childOf(node, label) {
  let child = node.children.get(label);
  if (!child) node.children.set(label, child = makeNode(label, node));
  return child;
}
// Sums up, and orders children: heaviest first.
function settle(root) {
  const order = [root];
  for (const node of order) order.push(...node.children.values());
  for (const node of order.reverse()) {
    node.total = [...node.self];
    for (const child of node.children.values()) child.total.forEach((value, i) => node.total[i] += value);
    const nameOf = (child) => data.labels[child.label][0];
    node.list = [...node.children.values()].sort((a, b) => b.total[last] - a.total[last] || (nameOf(a) < nameOf(b) ? -1 : 1));
  }
  return root;
}
function readTree() {
  const path = [makeNode(-1, null)];
  const { nodes, recordings } = data;
  for (let i = 0; i < nodes.length; i += 2 + recordings) {
    const node = childOf(path[nodes[i]], nodes[i + 1]);
    for (let r = 0; r < recordings; r++) node.self[r] += nodes[i + 2 + r];
    path[nodes[i] + 1] = node;
  }
  return settle(path[0]);
}
// Each function that was sampled, and below it its callers.
function invertTree(root) {
  const inverted = makeNode(-1, null);
  const pending = [root];
  for (const node of pending) {
    pending.push(...node.children.values());
    if (node.parent === null || node.self.every((value) => value === 0)) continue;
    let at = inverted;
    for (let caller = node; caller.parent !== null; caller = caller.parent) at = childOf(at, caller.label);
    node.self.forEach((value, i) => at.self[i] += value);
  }
  return settle(inverted);
}

const callees = readTree();
let callers = null;
let root = callees;
let focus = root;
let boxes = [];

function hash(text) {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) % 9973;
  return value / 9973;
}
const shareOf = (node, r) => (root.total[r] === 0 ? 0 : node.total[r] / root.total[r]);
const changeOf = (node) => shareOf(node, 1) - shareOf(node, 0);
const isMatch = (node, word) => node.label >= 0 && data.labels[node.label][0].toLowerCase().includes(word);

function draw() {
  const width = graph.clientWidth;
  const word = search.value.trim().toLowerCase();
  const isTurned = document.getElementById('turn').getAttribute('aria-pressed') === 'true';
  boxes = [];
  const path = [];
  for (let node = focus; node; node = node.parent) path.unshift(node);
  for (const node of path.slice(0, -1)) boxes.push({ node, left: 0, width, isAbove: true });
  const pending = [{ node: focus, left: 0, width }];
  for (const box of pending) {
    boxes.push(box);
    let left = box.left;
    for (const child of box.node.list) {
      const size = width * child.total[last] / Math.max(1, focus.total[last]);
      if (size >= 0.4) pending.push({ node: child, left, width: size });
      left += size;
    }
  }
  let largestChange = 1e-9;
  if (last === 1) for (const { node } of boxes) largestChange = Math.max(largestChange, Math.abs(changeOf(node)));
  const rows = Math.max(...boxes.map(({ node }) => node.depth)) + 1;
  graph.style.height = rows * ROW + 'px';
  graph.replaceChildren(...boxes.map(({ node, left, width, isAbove }, i) => {
    const [name, , kind] = node.label < 0 ? ['all', '', 0] : data.labels[node.label];
    const box = document.createElement('button');
    box.type = 'button';
    box.className = 'box ' + data.kinds[kind];
    box.dataset.box = i;
    if (width < 12) box.classList.add('narrow');
    else box.textContent = name;
    box.style.left = left + 'px';
    box.style.width = Math.max(0.4, width - (width > 3 ? 1 : 0)) + 'px';
    box.style.top = (isTurned ? rows - 1 - node.depth : node.depth) * ROW + 'px';
    box.style.setProperty('--shift', hash(name).toFixed(3));
    if (isAbove) box.classList.add('above');
    if (last === 1) {
      const change = changeOf(node);
      box.classList.add('changed', Math.abs(change) < 1e-4 ? 'unknown' : change > 0 ? 'more' : 'less');
      box.style.setProperty('--change', (Math.abs(changeOf(node)) / largestChange).toFixed(3));
    }
    if (word && isMatch(node, word)) box.classList.add('match');
    return box;
  }));
  showMatched(word);
}
// Of functions that match below one that matches, only the outer one counts.
function showMatched(word) {
  const matched = document.getElementById('matched');
  matched.textContent = '';
  if (!word) return;
  let sum = 0;
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (isMatch(node, word)) sum += node.total[last];
    else pending.push(...node.list);
  }
  matched.textContent = 'matched: ' + percent(sum, root.total[last]);
}
function describe(node) {
  const [name, binary] = node.label < 0 ? ['all', ''] : data.labels[node.label];
  const counts = [['', last]];
  if (last === 1) counts.splice(0, 1, ['before ', 0], ['after ', 1]);
  const parts = counts.map(([when, r]) => when + percent(node.total[r], root.total[r]) + ' (' + grouped(node.total[r]) + ' ' + data.unit
    + (root === callees && node.self[r] > 0 ? ', ' + percent(node.self[r], root.total[r]) + ' in itself' : '') + ')');
  if (last === 1) parts.push((changeOf(node) < 0 ? '' : '+') + (100 * changeOf(node)).toFixed(2) + ' points');
  const place = document.createElement('span');
  place.textContent = binary;
  details.replaceChildren(name + ' ', place, document.createElement('br'), parts.join(', '));
}
const nodeAt = (event) => {
  const box = event.target.closest('.box');
  return box && boxes[box.dataset.box].node;
};
const setFocus = (node) => { focus = node; draw(); describe(node); };
function toggle(id, change) {
  const button = document.getElementById(id);
  button.addEventListener('click', () => {
    const isPressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', isPressed);
    change(isPressed);
    draw();
  });
}
for (const kind of ['mouseover', 'focusin']) graph.addEventListener(kind, (event) => {
  const node = nodeAt(event);
  if (node) describe(node);
});
graph.addEventListener('click', (event) => {
  const node = nodeAt(event);
  if (node) setFocus(node);
});
document.getElementById('reset').addEventListener('click', () => setFocus(root));
toggle('turn', () => {});
toggle('invert', (isPressed) => {
  callers = callers ?? invertTree(callees);
  focus = root = isPressed ? callers : callees;
});
search.addEventListener('input', draw);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  if (event.key === 'Escape') { if (search.value) { search.value = ''; draw(); } else setFocus(root); }
});
addEventListener('resize', draw);
draw();
describe(root);
`;
