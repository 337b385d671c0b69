import type { Config } from 'jest';

const gateway = '<rootDir>/../../node_modules';

const config: Config = {
  testMatch: ['<rootDir>/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': './strip-types.ts' },
  // The suite must see the classes of the Apollo and the graphql that the gateway runs on.
  moduleNameMapper: {
    '^graphql$': `${gateway}/graphql/index.js`,
    '^@apollo/server$': `${gateway}/@apollo/server/dist/esm/index.js`,
    '^@apollo/server/errors$': `${gateway}/@apollo/server/dist/esm/errors/index.js`,
    '^@apollo/server/plugin/(.*)$': `${gateway}/@apollo/server/dist/esm/plugin/$1/index.js`,
  },
};

export default config;
