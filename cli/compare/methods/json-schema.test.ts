/** The JSON against the document: every field that is printed is documented, with its type, and the other way round. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../../../test-data/test-support/places';
import { COMPARISON_SCHEMA_VERSION } from './comparison-report';
import { runCompare } from '../test-support/run-compare';

const document = readFileSync(join(repositoryFolder, 'docs/compare.md'), 'utf8');
const recordings = join(repositoryFolder, 'test-data/recordings');

/** Types by field, of the table below a heading of the document. */
function documentedFields(kind: string): Map<string, string[]> {
  const start = document.indexOf(`\`kind: "${kind}"\``);
  const table = document.slice(start).split('\n\n')[1];
  const rows = table.split('\n').map((line) => /^\| `([^`]+)` \| ([^|]+) \|/.exec(line));
  return new Map(rows.flatMap((row) => (row ? [[row[1], row[2].trim().split(' or ')] as const] : [])));
}

/** Notes the types of all fields that values have. */
function collectFields(
  value: unknown,
  path: string,
  methods: readonly string[],
  into: Map<string, Set<string>>,
): void {
  if (Array.isArray(value)) {
    for (const element of value) collectFields(element, `${path}[]`, methods, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      const name = path.endsWith('.samples') && methods.includes(key) ? 'METHOD' : key;
      collectFields(field, path === '' ? name : `${path}.${name}`, methods, into);
    }
  } else {
    let types = into.get(path);
    if (!types) into.set(path, (types = new Set()));
    types.add(value === null ? 'null' : typeof value);
  }
}

function printedFields(runs: readonly (readonly string[])[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const names of runs) {
    const paths = names.map((name) => (name.startsWith('-') ? name : join(recordings, name)));
    const args = [...paths, '--symfs', join(recordings, 'root'), '--format', 'json'];
    const report = JSON.parse(runCompare(args).stdout) as { methods?: { name: string }[] };
    collectFields(report, '', report.methods?.map(({ name }) => name) ?? [], fields);
  }
  for (const common of ['schema', 'version', 'kind']) fields.delete(common);
  return fields;
}

test.each([
  ['methods', [['own-signals-nofp.data', '--kernel-rules'], ['blur-image-nofp.short-stack.data']]],
  [
    'recordings',
    [
      ['blur-image-fp.data', 'blur-image-nofp.data'],
      ['shapes-fp.data', 'blur-image-nofp.data'],
    ],
  ],
] as const)('kind %s: the fields and their types are those of docs/compare.md', (kind, runs) => {
  const documented = documentedFields(kind);
  const printed = printedFields(runs);
  expect([...printed.keys()].sort()).toEqual([...documented.keys()].sort());
  for (const [field, types] of printed) {
    const undocumented = [...types].filter((type) => !documented.get(field)!.includes(type));
    expect({ field, undocumented }).toEqual({ field, undocumented: [] });
  }
});

test('the document names the version', () => {
  expect(document).toContain(
    `\`schema\` is \`"perf-sframe-compare"\`, \`version\` ${COMPARISON_SCHEMA_VERSION};`,
  );
});
