import { startService } from '@meistras/testing/start-service';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { learningRecords } from '../src/data-source.js';

/** A key for tests alone. */
const signingKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
};

export const issuer = 'http://meistras.test/learning-records/v1';

export function startLearningRecords(): ServiceUnderTest {
  return startService(learningRecords, features, {
    CREDENTIAL_SIGNING_KEY: JSON.stringify(signingKey),
    CREDENTIAL_ISSUER: issuer,
  });
}
