/**
 * What a run of `sframe verify` accepts: by `--allow KIND[:SECTION|FUNCTION]`, and by a baseline, which is a file of the findings
 * of an earlier run:
 *
 *   { "schema": "perf-sframe/sframe-baseline", "version": 1,
 *     "findings": [ { "file": "lib/x.so", "kind": "wrong-cfa", "section": ".plt.got", "function": "f@plt" } ] }
 *
 * Files are named as they were in that run; addresses are not kept, since every build moves them.
 */

import { readFileSync } from 'node:fs';
import { ParseError } from '../../../parser';
import { UsageError } from '../../../profile';
import type { FileFinding } from './file-findings';

const SCHEMA = 'perf-sframe/sframe-baseline';

interface BaselineEntry {
  readonly file: string;
  readonly kind: string;
  readonly section: string;
  readonly function: string | null;
}

export class Accepted {
  private readonly keys: ReadonlySet<string>;

  private constructor(
    private readonly allowed: readonly (readonly [kind: string, place: string | undefined])[],
    baseline: readonly BaselineEntry[],
  ) {
    this.keys = new Set(baseline.map(keyOf));
  }

  /**
   * @param allow values of --allow
   * @param baselinePath of a file that {@link formatBaseline} made
   * @throws UsageError when a value names no kind; ParseError when the file is not a baseline; the system's error when it cannot be read
   */
  static from(allow: readonly string[], baselinePath: string | undefined): Accepted {
    const allowed = allow.map((text) => {
      const [, kind, place] = /^([\w-]+)(?::(.+))?$/.exec(text) ?? [];
      if (kind === undefined) {
        throw new UsageError(
          `--allow takes KIND, KIND:SECTION or KIND:FUNCTION, such as wrong-cfa:.plt.got, not '${text}'`,
        );
      }
      return [kind, place] as const;
    });
    return new Accepted(allowed, baselinePath === undefined ? [] : readBaseline(baselinePath));
  }

  accepts(finding: FileFinding): boolean {
    const { kind, section, functionName } = finding;
    if (this.keys.has(keyOf(entryOf(finding)))) return true;
    return this.allowed.some(
      ([wanted, place]) =>
        wanted === kind && (place === undefined || place === section || place === functionName),
    );
  }
}

/** The text of a baseline that accepts these findings. */
export function formatBaseline(findings: readonly FileFinding[]): string {
  const lines = findings.map((finding) => `    ${JSON.stringify(entryOf(finding))}`);
  return `{\n  "schema": "${SCHEMA}",\n  "version": 1,\n  "findings": [\n${[...new Set(lines)].join(',\n')}\n  ]\n}\n`;
}

function entryOf({ file, kind, section, functionName }: FileFinding): BaselineEntry {
  return { file, kind, section, function: functionName?.startsWith('0x') ? null : (functionName ?? null) };
}

function keyOf(entry: BaselineEntry): string {
  return JSON.stringify([entry.file, entry.kind, entry.section, entry.function]);
}

function readBaseline(path: string): readonly BaselineEntry[] {
  const text = readFileSync(path, 'utf8');
  try {
    const { schema, findings } = JSON.parse(text) as {
      schema?: unknown;
      findings?: readonly BaselineEntry[];
    };
    if (schema === SCHEMA && Array.isArray(findings)) return findings as readonly BaselineEntry[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ParseError({
    what: 'baseline of sframe verify',
    where: path,
    expected: `JSON of schema ${SCHEMA}`,
    hint: 'Make one by --write-baseline',
  });
}
