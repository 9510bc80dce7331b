/**
 * What the package yargs asks of Node.js. build.mjs puts this in the place of the package's own module, which loads `assert`
 * and makes the stream of standard output as the program starts, looks for a package.json and for translations, and throws an
 * error to itself where it finds none: a tenth of the processor time of a small run.
 *
 * Left out: what no command here uses (folders of commands, options in package.json, translations).
 */

import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { format, inspect } from 'node:util';
import cliui from 'cliui';
import parser from 'yargs-parser';
import asciiWidth from './ascii-width';

function unused(): never {
  throw new Error('a part of yargs that is left out of the program');
}

export default {
  assert: {
    notStrictEqual(actual: unknown, expected: unknown, message?: string): void {
      if (Object.is(actual, expected)) throw new Error(message);
    },
    strictEqual(actual: unknown, expected: unknown, message?: string): void {
      if (!Object.is(actual, expected)) throw new Error(message);
    },
  },
  cliui,
  findUp: (): undefined => undefined,
  getEnv: (name: string): string | undefined => process.env[name],
  inspect,
  getProcessArgvBin: (): string => process.argv[1],
  // Where the search for a package.json would begin.
  mainFilename: '/',
  Parser: parser,
  path: { basename, dirname, extname, join, relative, resolve },
  process: {
    argv: (): readonly string[] => process.argv,
    cwd: (): string => process.cwd(),
    emitWarning: (warning: string, type?: string): void => process.emitWarning(warning, type),
    execPath: (): string => process.execPath,
    exit: unused,
    nextTick: (action: () => void): void => process.nextTick(action),
    stdColumns: null,
  },
  readFileSync,
  readdirSync,
  require: unused,
  getCallerFile: unused,
  stringWidth: asciiWidth,
  y18n: {
    __: (text: string, ...values: unknown[]): string => format(text, ...values),
    __n(singular: string, plural: string, count: number, ...values: unknown[]): string {
      const text = count === 1 ? singular : plural;
      return text.includes('%d') ? format(text, count, ...values) : format(text, ...values);
    },
    getLocale: (): string => 'en',
    setLocale: (): void => undefined,
    updateLocale: (): void => undefined,
  },
};
