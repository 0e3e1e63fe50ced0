import { describe, expect, it } from '@jest/globals';

import { Institution } from '../src/institutions/institution.entity.js';
import { aJarCode, anInstitution, registrar, startRegisters } from './builders.js';

describe('POST /institutions', () => {
  const api = startRegisters();

  it('registers the institution and announces it', async () => {
    const body = anInstitution({ countyCode: 'LT-KU', latitude: 54.9, longitude: 23.9 });
    const { body: created, headers } = await api.as(registrar).post('/institutions', body).expect(201);
    expect(created).toMatchObject({ ...body, version: 1, state: 'REGISTERED' });
    expect(headers['etag']).toBe('"1"');
    expect(await api.db.manager.findOneBy(Institution, { id: created.id })).toMatchObject(body);
    expect(await api.events()).toEqual([
      {
        type: 'registers.institution.registered.v1',
        key: created.id,
        version: 1,
        payload: {
          institutionId: created.id,
          version: 1,
          codeScheme: 'JAR',
          code: body.code,
          countyCode: 'LT-KU',
          state: 'REGISTERED',
        },
      },
    ]);
  });

  it('answers the same when the request is repeated, and does nothing', async () => {
    const body = anInstitution();
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(registrar).post('/institutions', body, key).expect(201);
    const again = await api.as(registrar).post('/institutions', body, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await api.db.manager.countBy(Institution, { code: body.code })).toBe(1);
  });

  it('refuses a second institution with the same code', async () => {
    const body = anInstitution();
    await api.as(registrar).post('/institutions', body).expect(201);
    const { body: problem } = await api.as(registrar).post('/institutions', body).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:registers:institution-code-taken');
  });

  it('lists all faults at once', async () => {
    const body = { codeScheme: 'JAR', code: '188603092', name: '', latitude: 91, colour: 'red' };
    const { body: problem } = await api.as(registrar).post('/institutions', body).expect(422);
    expect(
      problem.errors.map((fault: { pointer: string; code: string }) => `${fault.pointer} ${fault.code}`).sort(),
    ).toEqual(['/code WRONG_CHECK_DIGIT', '/colour UNKNOWN', '/latitude IS_LATITUDE', '/name MIN_LENGTH']);
  });

  it('is closed without a token, without the scope, and to clients of one institution', async () => {
    const body = anInstitution({ code: aJarCode() });
    await api.anonymous().post('/institutions', body).expect(401);
    await api
      .as({ scopes: ['registers.institutions:read'], national: true })
      .post('/institutions', body)
      .expect(403);
    await api
      .as({ scopes: registrar.scopes, institutions: ['0198c0de-0000-7000-8000-000000000001'] })
      .post('/institutions', body)
      .expect(403);
  });
});
