import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import supertest from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { ClientSeed } from '../src/clients/client-seed.service.js';
import { identity } from '../src/data-source.js';
import { Issuer } from '../src/issuer/issuer.service.js';
import { Seal } from '../src/issuer/seal.service.js';
import { SigningKeys } from '../src/issuer/signing-keys.service.js';
import { IdentityConfig } from '../src/identity.config.js';
import { askToken, environment } from './builders.js';

describe('signing keys', () => {
  const api = startService(identity, features, environment);
  const find = <T>(type: new (...args: never[]) => T): T => api.app.get<T>(type, { strict: false });
  const at = async (instant: string): Promise<{ published: string[]; signing: string | undefined }> => {
    api.clock.set(instant);
    await find(Issuer).refresh();
    const { body } = await supertest(api.app.getHttpServer()).get('/oauth/jwks').expect(200);
    const { body: answer } = await askToken(api.app, ['demo', 'a-secret-of-a-demo']).expect(200);
    return {
      published: body.keys.map(({ kid }: { kid: string }) => kid),
      signing: decodeProtectedHeader(answer.access_token).kid,
    };
  };

  it('are followed by a new one that is published before it signs; the old one stays until its tokens have expired', async () => {
    const seed = { clientId: 'demo', clientSecret: 'a-secret-of-a-demo', name: 'D', scopes: ['finance.rates:read'] };
    await find(ClientSeed).plant([{ ...seed, national: true }]);
    const start = Date.now();
    const day = 86_400_000;
    const plus = (ms: number): string => new Date(start + ms).toISOString();
    const first = await at(plus(day));
    expect(first.published).toEqual([first.signing]);

    const due = await at(plus(31 * day));
    expect(due.published).toHaveLength(2);
    expect(due.signing).toBe(first.signing);

    const after = await at(plus(31 * day + 6 * 60_000));
    expect(after.published).toEqual(due.published);
    expect(after.signing).not.toBe(first.signing);

    const gone = await at(plus(31 * day + 17 * 60_000));
    expect(gone.published).toEqual([after.signing]);
  });

  it('are made once, however many instances start at the same time', async () => {
    await api.db.query('DELETE FROM signing_key');
    const sets = await Promise.all(Array.from({ length: 4 }, () => find(SigningKeys).current()));
    expect(new Set(sets.map(({ signingKid }) => signingKid)).size).toBe(1);
    expect(await api.db.query('SELECT kid FROM signing_key')).toHaveLength(1);
  });

  it('do not open under another key-encryption key', () => {
    const other = Object.assign(new IdentityConfig(), { KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') });
    const sealed = find(Seal).close('private', 'kid');
    expect(find(Seal).open(sealed, 'kid')).toBe('private');
    expect(() => find(Seal).open(sealed, 'another kid')).toThrow();
    expect(() => new Seal(other).open(sealed, 'kid')).toThrow();
  });
});
