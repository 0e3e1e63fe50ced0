import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { Clock } from '../time/clock.js';
import { ServiceTokens } from './service-token.js';

class SetClock extends Clock {
  seconds = 0;
  override now(): Date {
    return new Date(Date.UTC(2026, 8, 1) + this.seconds * 1_000);
  }
}

describe('a service’s own token', () => {
  let issuer: Server;
  let tokenUrl: string;
  let asked: { authorization: string | undefined; form: URLSearchParams }[] = [];
  let refuse = 0;
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    asked.push({ authorization: request.headers.authorization, form: new URLSearchParams(await text(request)) });
    if (refuse > 0) return [refuse, { error: 'invalid_client' }];
    return [200, { access_token: `token-${asked.length}`, token_type: 'Bearer', expires_in: 600 }];
  };

  beforeAll(async () => {
    issuer = createServer((request, response) => {
      void answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/oauth/token`;
  });
  afterAll(() => void issuer.close());
  beforeEach(() => {
    asked = [];
    refuse = 0;
  });

  it('is asked for with the encoded secret and kept until 80 % of its life has passed', async () => {
    const clock = new SetClock();
    const tokens = new ServiceTokens({ tokenUrl, clientId: 'gateway', clientSecret: 'a:b c', scope: 'a:read' }, clock);
    expect(await tokens.token()).toBe('token-1');
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('gateway:a%3Ab%20c').toString('base64')}`);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({ grant_type: 'client_credentials', scope: 'a:read' });
    clock.seconds = 479;
    expect(await tokens.token()).toBe('token-1');
    clock.seconds = 480;
    expect(await tokens.token()).toBe('token-2');
  });

  it('is asked for once by many at the same time', async () => {
    const tokens = new ServiceTokens({ tokenUrl, clientId: 'gateway', clientSecret: 'secret' });
    const values = await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    expect(values).toEqual(['token-1', 'token-1', 'token-1']);
    expect(asked).toHaveLength(1);
  });

  it('is asked for anew once it is forgotten', async () => {
    const tokens = new ServiceTokens({ tokenUrl, clientId: 'gateway', clientSecret: 'secret' });
    await tokens.token();
    tokens.forget();
    expect(await tokens.token()).toBe('token-2');
  });

  it('is asked for with an assertion when there is a private key (RFC 7523)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'mine' };
    const issuerName = 'https://issuer.test';
    const tokens = new ServiceTokens({ tokenUrl, clientId: 'gateway', privateKey: key, issuer: issuerName });
    await tokens.token();
    const [{ authorization, form } = { authorization: '', form: new URLSearchParams() }] = asked;
    expect(authorization).toBeUndefined();
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion') ?? '', publicKey, {
      issuer: 'gateway',
      subject: 'gateway',
      audience: issuerName,
    });
    expect(protectedHeader.kid).toBe('mine');
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
    expect(payload.jti).toBeDefined();
  });

  it('is missing, with a reason, when the issuer refuses or is away; a failure is not kept', async () => {
    const tokens = new ServiceTokens({ tokenUrl, clientId: 'gateway', clientSecret: 'secret' });
    refuse = 401;
    await expect(tokens.token()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('401'),
    });
    refuse = 0;
    expect(await tokens.token()).toBe('token-2');
    const away = new ServiceTokens({ tokenUrl: 'http://127.0.0.1:1/', clientId: 'gateway', clientSecret: 'secret' });
    await expect(away.token()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
