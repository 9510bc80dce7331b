import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/** Which top-level folders a folder may import, and only through their index (docs/architecture.md). */
const mayImport = {
  parser: [],
  unwinder: ['parser'],
  symbolizer: ['parser'],
  cli: ['parser', 'unwinder', 'symbolizer'],
};
const rooms = Object.keys(mayImport);

/** Rules for one top-level folder: no import of a folder above it, none past another folder's index.ts. */
function roomRules(room) {
  const forbidden = rooms.filter((other) => other !== room && !mayImport[room].includes(other));
  const patterns = mayImport[room].map((other) => ({
    regex: `^(\\.\\./)+${other}/(?!index(\\.js)?$).+`,
    message: `import from ${other}/index only`,
  }));
  for (const other of forbidden) {
    patterns.push({ regex: `^(\\.\\./)+${other}(/|$)`, message: `${room} must not import ${other}` });
  }
  const restricted = { patterns };
  if (room !== 'cli') {
    restricted.paths = [
      'fs',
      'node:fs',
      'fs/promises',
      'node:fs/promises',
      'child_process',
      'node:child_process',
    ].map((name) => ({
      name,
      message: 'the file system belongs to parser/io and cli, so that this folder runs in a browser',
    }));
  }
  return {
    files: [`${room}/**/*.ts`],
    ignores: ['parser/io/**', '**/*.test.ts', '**/test-support/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', restricted] },
  };
}

export default tseslint.config(
  {
    ignores: ['dist/**', 'node_modules/**', '.toolchain/**', 'test-data/.work/**', 'bench/.work/**', '*.cjs'],
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
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver': { node: { extensions: ['.ts'] } },
    },
  },
  ...rooms.map(roomRules),
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['bin/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { process: 'readonly', setImmediate: 'readonly', __dirname: 'readonly' },
    },
  },
);
