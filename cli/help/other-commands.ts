/** What is answered to commands that perf and other profilers have and this program has not. */

import { existsSync } from 'node:fs';
import { nearestWord } from './near-words';

const recordsNothing = 'nothing is recorded here: record with';

/** By the command's name; `FILES` stands for the words after it. */
const answers: Readonly<Record<string, string>> = {
  record: `${recordsNothing} perf record --call-graph dwarf PROGRAM, then look with perf-sframe report`,
  top: `${recordsNothing} perf record --call-graph dwarf -a sleep 10, then look with perf-sframe report`,
  stat: `${recordsNothing} perf stat`,
  trace: `${recordsNothing} perf trace`,
  annotate:
    'functions are not annotated here: perf-sframe report --sort sym,srcline FILES says which lines take the time',
  diff: 'two recordings are compared by perf-sframe compare FILES',
  evlist: 'perf-sframe info FILES says which events were recorded',
  'buildid-list': 'perf-sframe info FILES lists the binaries; perf buildid-list prints their build ids',
  archive: 'perf archive packs binaries; perf-sframe reads them below --symfs',
  convert: 'perf-sframe export -o FILE writes other formats',
  data: 'perf-sframe export -o FILE writes other formats',
  collapse: 'stacks are folded by perf-sframe fold FILES',
  'collapse-perf': 'stacks are folded by perf-sframe fold FILES',
  stackcollapse: 'stacks are folded by perf-sframe fold FILES',
  load: 'a recording is shown in the browser by perf-sframe view FILES',
  open: 'a recording is shown in the browser by perf-sframe view FILES',
  web: 'a recording is shown in the browser by perf-sframe view FILES',
  serve: 'a recording is shown in the browser by perf-sframe view FILES; the page needs no server',
  tree: 'callers and callees are printed by perf-sframe report -g caller FILES',
  dump: 'the table of a binary is printed by perf-sframe sframe dump FILES',
  coverage: 'how much code SFrame covers is said by perf-sframe sframe coverage FILES',
  verify: 'SFrame is held against .eh_frame by perf-sframe sframe verify FILES',
  make: 'a section is made by perf-sframe sframe make FILES',
};

/**
 * The message for a word that is not a command.
 * @param rest the words after it
 */
export function describeUnknownCommand(
  word: string,
  rest: readonly string[],
  commands: Iterable<string>,
): string {
  const answer = Object.hasOwn(answers, word) ? answers[word] : undefined;
  if (answer !== undefined) {
    const files = rest.join(' ');
    return `${word}: ${answer.replace(' FILES', files === '' ? '' : ` ${files}`)}`;
  }
  const near = nearestWord(word, commands);
  if (near !== undefined) return `there is no command '${word}'. Did you mean ${near}?`;
  if (existsSync(word)) return `say what to do with ${word}: perf-sframe report ${word}, or another command`;
  return `there is no command '${word}' (perf-sframe --help lists all)`;
}
