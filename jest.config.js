// `unit` beside the code (no network, no containers); `pipeline` in test/ against a real Kafka and a real Postgres; `cluster` against three brokers of its own, minutes of mostly waiting.
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest'],
    // Node loads this module's ESM by require; Jest's own loader cannot.
    'node_modules/@marcbachmann/cel-js/.+\\.js$': ['@swc/jest', { module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/cel-js/)'],
  moduleNameMapper: {
    '^@vong-gac/(domain|contracts|kafka|database|policy|runtime)$': '<rootDir>/libs/$1/src/index.ts',
    // A module that is loaded when first asked for is named as the build names it.
    '^\\./schema\\.js$': '<rootDir>/libs/database/src/schema.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.local'],
  setupFiles: ['reflect-metadata'],
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/*.spec.ts'] },
    {
      ...shared,
      displayName: 'pipeline',
      testMatch: ['<rootDir>/test/!(cluster)/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/timeout.js'],
      globalSetup: '<rootDir>/test/support/global-setup.mjs',
      globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
    },
    { ...shared, displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/*.spec.ts'] },
  ],
};
