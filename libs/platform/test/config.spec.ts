import { expect, it } from '@jest/globals';
import { loadConfig, ServiceConfig } from '../src/config/config.js';

const complete = {
  DATABASE_URL: 'postgres://app:secret@127.0.0.1/registers',
  MIGRATOR_DATABASE_URL: 'postgres://migrator:secret@127.0.0.1/registers',
  BUS_DATABASE_URL: 'postgres://bus:secret@127.0.0.1/bus',
  AUTH_ISSUER: 'http://127.0.0.1:8080',
  AUTH_JWKS_URL: 'http://127.0.0.1:8080/oauth/jwks',
};

it('a complete environment becomes a configuration with defaults', () => {
  expect(loadConfig(ServiceConfig, { ...complete, PORT: '4001' })).toMatchObject({
    PORT: 4001,
    BUS: 'postgres',
    TIME_ZONE: 'Europe/Vilnius',
  });
});

it('an incomplete environment is refused with everything that it lacks', () => {
  expect(() => loadConfig(ServiceConfig, { PORT: 'x', BUS: 'kafka' })).toThrow(
    /(?=[^]*DATABASE_URL)(?=[^]*MIGRATOR_DATABASE_URL)(?=[^]*PORT)(?=[^]*KAFKA_BROKERS)(?=[^]*AUTH_ISSUER)(?=[^]*AUTH_JWKS_URL)/,
  );
});
