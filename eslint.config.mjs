import { existsSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** Which top-level folders a folder may import, and only through their index (docs/architecture.md). */
const mayImport = {
  parser: [],
  unwinder: ['parser'],
  symbolizer: ['parser'],
  sframe: ['parser', 'unwinder', 'symbolizer'],
  profile: ['parser', 'unwinder', 'symbolizer'],
  cli: ['parser', 'unwinder', 'symbolizer', 'sframe', 'profile'],
  library: ['parser', 'unwinder', 'symbolizer', 'sframe', 'profile'],
};
const rooms = Object.keys(mayImport);

/** Parts that need Node.js: they have an entry of their own, and only their like and cli may import it. */
const nodeParts = { parser: 'io', profile: 'node' };
/** The package's entry for Node.js, a file. */
const nodeEntry = 'library/node.ts';

const testFiles = ['**/*.test.ts', '**/test-support/**'];

/** Rules for one top-level folder; its part for Node.js has its own. */
function roomRules(room) {
  const part = nodeParts[room] && `${room}/${nodeParts[room]}/**/*.ts`;
  const rules = [restrictImports(room, [`${room}/**/*.ts`], part ? [part] : [nodeEntry], room === 'cli')];
  if (part) rules.push(restrictImports(room, [part], [], true));
  if (room === 'library') rules.push(restrictImports(room, [nodeEntry], [], true));
  return rules;
}

/** No import of a folder above, none past another folder's index.ts, and no file system where Node.js is not used. */
function restrictImports(room, files, ignored, usesNode) {
  const patterns = mayImport[room].map((other) => {
    const entries = ['index$', ...(usesNode && nodeParts[other] ? [`${nodeParts[other]}$`] : [])];
    return {
      regex: `^(\\.\\./)+${other}/(?!${entries.join('|')}).+`,
      message: `import ${other} by its entry`,
    };
  });
  for (const other of rooms.filter((name) => name !== room && !mayImport[room].includes(name))) {
    // parser/sframe is one step up from the parser's other inner rooms.
    const steps = existsSync(`${import.meta.dirname}/${room}/${other}`) ? '{2,}' : '+';
    patterns.push({
      regex: `^(\\.\\./)${steps}${other}(/|$)`,
      message: `${room} must not import ${other}`,
    });
  }
  const restricted = { patterns };
  if (!usesNode) {
    const own = nodeParts[room];
    if (own)
      patterns.push({
        regex: `^\\.\\.?/(.*/)?${own}(/|$)`,
        message: `${room}/${own} is an entry of its own`,
      });
    patterns.push({ regex: '^node:', message: 'this folder runs in a browser, too' });
  }
  return {
    files,
    ignores: [...ignored, ...testFiles],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', restricted] },
  };
}

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.toolchain/**',
      'test-data/.work/**',
      'bench/.work/**',
      '**/*.cjs',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSEnumDeclaration[const=true]',
          message: 'consumers with isolatedModules cannot use it; esbuild puts in the values of any enum',
        },
      ],
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver': { node: { extensions: ['.ts'] } },
    },
  },
  ...rooms.flatMap(roomRules),
  {
    files: rooms.map((room) => `${room}/**/*.ts`),
    ignores: testFiles,
    rules: { 'max-params': ['error', 5] },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['bin/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', setImmediate: 'readonly', Buffer: 'readonly', __dirname: 'readonly' },
    },
  },
);
