// Run through tools/test.mjs, which brings up PostgreSQL (and Kafka) first; see CONTRIBUTING.md.
export default {
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/{apps,libs}/*/{src,test}/**/*.spec.ts', '<rootDir>/tools/test/*.spec.mjs'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/jest-typescript.mjs' },
  moduleNameMapper: {
    '^@meistras/(platform|contracts|testing)/(.*)$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testTimeout: 30_000,
  maxWorkers: 2,
};
