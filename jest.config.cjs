/** Unit tests beside the code, plus the differential and command tests under test-data. */
module.exports = {
  testEnvironment: 'node',
  // Many tests run a program or a tool: on a busy machine that takes longer than Jest's five seconds.
  testTimeout: 60_000,
  roots: [
    '<rootDir>/cli',
    '<rootDir>/parser',
    '<rootDir>/unwinder',
    '<rootDir>/symbolizer',
    '<rootDir>/profile',
    '<rootDir>/sframe',
    '<rootDir>/test-data',
  ],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test-data/.work/'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.toolchain', '<rootDir>/test-data/.work'],
  // zstddec is an ES module alone; Jest loads it as CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!zstddec/)'],
  transform: {
    '^.+\\.(ts|mjs)$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
