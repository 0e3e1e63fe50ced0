import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { testIssuer } from '@meistras/testing/tokens';
import type { Caller } from '@meistras/testing/tokens';
import type { PublicKeyDto, RegisterClientDto } from '../src/clients/clients.dto.js';

export const environment = { KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64') };

export const admin: Caller = { scopes: ['identity.clients:read', 'identity.clients:write'], national: true };

export function aClient(facts: Partial<RegisterClientDto> = {}): RegisterClientDto {
  return {
    name: 'Mokinių registro sąsaja',
    scopes: ['registers.learners:read', 'registers.institutions:read'],
    institutions: [randomUUID()],
    authMethod: 'client_secret_basic',
    ...facts,
  };
}

export interface KeyOfClient {
  privateKey: KeyObject;
  publicKey: PublicKeyDto;
}

export function aKey(kid: string = randomUUID()): KeyOfClient {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: { ...publicKey.export({ format: 'jwk' }), kid } as PublicKeyDto };
}

export function anRsaKey(modulusLength = 2_048): KeyOfClient {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { privateKey, publicKey: { ...publicKey.export({ format: 'jwk' }), kid: 'rsa' } as PublicKeyDto };
}

/** A client assertion (RFC 7523, 3); `claims` and `header` override what a right one has. */
export function anAssertion(
  clientId: string,
  key: { privateKey: KeyObject; publicKey: PublicKeyDto },
  { claims = {}, header = {} }: { claims?: object; header?: object } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: testIssuer,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  })
    .setProtectedHeader({
      alg: key.publicKey.kty === 'EC' ? 'ES256' : 'RS256',
      ...(key.publicKey.kid === undefined ? {} : { kid: key.publicKey.kid }),
      ...header,
    })
    .sign(key.privateKey);
}

/** Asks for a token by a secret (`[clientId, secret]`) or an assertion. */
export function askToken(
  app: NestFastifyApplication,
  proof: [string, string] | string,
  params: Record<string, string> = {},
): supertest.Test {
  const form = { grant_type: 'client_credentials', ...params };
  const request = supertest(app.getHttpServer()).post('/oauth/token').type('form');
  if (typeof proof !== 'string') return request.auth(...proof).send(form);
  return request.send({
    ...form,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: proof,
  });
}
