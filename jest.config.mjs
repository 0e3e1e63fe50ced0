// Run through tools/test.mjs, which brings up PostgreSQL (and Kafka) first; see CONTRIBUTING.md.
export default {
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/{apps,libs}/*/{src,test}/**/*.spec.ts', '<rootDir>/tools/test/*.spec.mjs'],
  testEnvironment: 'node',
  testRunner: '<rootDir>/tools/jest/run-spec.mjs',
  testSequencer: '<rootDir>/tools/jest/sequencer.mjs',
  transform: {},
  injectGlobals: false,
  testTimeout: 30_000,
  maxWorkers: 2,
};
