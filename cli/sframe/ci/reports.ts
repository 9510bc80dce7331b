/**
 * Findings in the forms that CI systems show: SARIF 2.1.0 (OASIS), workflow commands of GitHub Actions, JUnit's XML. None of
 * them has an address or a function, so that these are in the messages.
 */

import { hostname } from 'node:os';
import type { FailedFile } from '../files/elf-files';
import type { FileFinding } from './file-findings';

export const reportFormats = ['text', 'json', 'sarif', 'github', 'junit'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface RunResult {
  /** Files that were looked at. */
  readonly files: readonly string[];
  /** Without those that are accepted. */
  readonly findings: readonly FileFinding[];
  readonly failed: readonly FailedFile[];
}

/** The report in a form; of text and JSON, which are printed file by file, none. */
export function formatReport(result: RunResult, format: ReportFormat): string {
  if (format === 'sarif') return formatSarif(result);
  if (format === 'github') return formatGitHub(result);
  return format === 'junit' ? formatJUnit(result) : '';
}

const UNREADABLE = 'unreadable';

function allOf({ findings, failed }: RunResult): { file: string; kind: string; message: string }[] {
  return [
    ...findings.map(({ file, kind, message }) => ({ file, kind, message })),
    ...failed.map(({ path, message }) => ({ file: path, kind: UNREADABLE, message })),
  ];
}

function formatSarif(result: RunResult): string {
  const all = allOf(result);
  const rules = [...new Set(all.map(({ kind }) => kind))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'perf-sframe', rules: rules.map((id) => ({ id })) } },
        results: all.map(({ file, kind, message }) => ({
          ruleId: kind,
          level: 'error',
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) } } }],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** ::error file=…,title=…::message, with %, line ends and, in properties, : and , escaped. */
function formatGitHub(result: RunResult): string {
  const data = (text: string) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const property = (text: string) => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
  return allOf(result)
    .map(
      ({ file, kind, message }) =>
        `::error file=${property(file)},title=${property(`sframe verify: ${kind}`)}::${data(message)}\n`,
    )
    .join('');
}

/**
 * A test case for each file; its findings are one failure, that it cannot be read an error. As the schema of Apache Ant has it,
 * which is the strictest there is: every member is there, and a test case has one failure at most.
 */
function formatJUnit({ files, findings, failed }: RunResult): string {
  const cases = files.map((file) => {
    const own = findings.filter((finding) => finding.file === file);
    if (own.length === 0) return testCase(file, '');
    const [{ kind, message }] = own;
    const title = own.length === 1 ? message : `${own.length} findings`;
    const lines = own.map((finding) => `${finding.kind}: ${finding.message}`);
    return testCase(file, outcome('failure', kind, title, lines));
  });
  for (const { path, message } of failed) {
    cases.push(testCase(path, outcome('error', UNREADABLE, message, [message])));
  }
  const badFiles = new Set(findings.map(({ file }) => file)).size;
  const attributes = Object.entries({
    name: 'sframe verify',
    package: 'perf-sframe',
    id: 0,
    timestamp: new Date().toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
    hostname: hostname() || 'localhost',
    tests: cases.length,
    failures: badFiles,
    errors: failed.length,
    time: process.uptime().toFixed(3),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${attributes.map(([name, value]) => `${name}="${xml(String(value))}"`).join(' ')}>`,
    '    <properties/>',
    ...cases,
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
    '</testsuites>\n',
  ].join('\n');
}

/** Files are not timed one by one. */
function testCase(file: string, content: string): string {
  return `    <testcase classname="sframe.verify" name="${xml(file)}" time="0">${content}</testcase>`;
}

function outcome(element: string, type: string, title: string, lines: readonly string[]): string {
  return `<${element} type="${xml(type)}" message="${xml(title)}">${xml(lines.join('\n'))}</${element}>`;
}

/** Text, in an attribute, too; characters that XML 1.0 has none for are left out. */
function xml(text: string): string {
  const codes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return (
    text
      // eslint-disable-next-line no-control-regex -- the characters that XML does not have
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, (character) => codes[character])
  );
}
