import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  aLearner,
  anInstitution,
  forTeaching,
  officer,
  person,
  registrar,
  school,
  startRegisters,
} from './builders.js';

describe('who looked', () => {
  const api = startRegisters();
  const name = 'Įstaiga, kuri žiūri';
  let [own, other] = ['', ''];

  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(
        async () => (await api.as(registrar).post('/institutions', anInstitution({ name })).expect(201)).body.id,
      ),
    );
  });

  const inCharge = (id: string) => ({ ...school(id), scopes: ['registers.access-log:read'] });
  const aLearnerOf = async (institutionId: string): Promise<string> =>
    (await api.as(registrar).post('/learners', aLearner({ institutionId })).expect(201)).body.id;
  const look = (id: string, headers = {}) =>
    api
      .as(school(own))
      .get(`/learners/${id}`, { ...forTeaching, 'x-road-userid': 'LT38505051234', ...headers })
      .expect(200);

  it('is shown to the officer in charge, newest first; looking is recorded', async () => {
    const id = await aLearnerOf(own);
    await look(id, { 'x-request-id': 'the-first-look' });
    await api.as(registrar).get(`/learners/${id}`).expect(200);
    const { body } = await api.as(officer).get(`/learners/${id}/access-log`).expect(200);
    expect(body.items).toEqual([
      expect.objectContaining({ clientId: 'test-client', national: true, institutions: [], purpose: 'UNSTATED' }),
      {
        id: expect.any(String),
        recordedAt: expect.stringMatching(/Z$/),
        clientId: 'school-system',
        national: false,
        institutions: [{ id: own, name }],
        operation: 'getLearner',
        purpose: 'TEACHING',
        employee: expect.stringMatching(/^[\w-]{43}$/),
        requestId: 'the-first-look',
      },
    ]);
    const again = await api.as(officer).get(`/learners/${id}/access-log`).expect(200);
    expect(again.body.items[0]).toMatchObject({ clientId: 'officer', operation: 'listLearnerAccesses' });
    expect(again.body.items).toHaveLength(3);
  });

  it('is shown to a school of its own learners alone; a foreign one answers as an unknown one does', async () => {
    const foreign = await aLearnerOf(other);
    await api.as(inCharge(other)).get(`/learners/${foreign}/access-log`).expect(200);
    const answers = await Promise.all(
      [foreign, randomUUID()].map((id) => api.as(inCharge(own)).get(`/learners/${id}/access-log`).expect(404)),
    );
    const [known, unknown] = answers.map(({ body }) => ({ ...body, instance: '', requestId: '' }));
    expect(known).toEqual(unknown);
    const { body } = await api.as(inCharge(other)).get(`/learners/${foreign}/access-log`).expect(200);
    expect(body.items).toHaveLength(1);
  });

  it('is empty for a learner at whom nobody looked', async () => {
    const id = await aLearnerOf(own);
    expect((await api.as(inCharge(own)).get(`/learners/${id}/access-log`).expect(200)).body).toEqual({ items: [] });
  });

  it('is shown to the person: the institution and its client, when and why, and no employee (CJEU C-579/21)', async () => {
    const id = await aLearnerOf(own);
    await look(id);
    const { body, text } = await api.as(person(id)).get('/me/access-log').expect(200);
    expect(body.items).toEqual([
      {
        id: expect.any(String),
        recordedAt: expect.any(String),
        clientId: 'school-system',
        national: false,
        institutions: [{ id: own, name }],
        operation: 'getLearner',
        purpose: 'TEACHING',
      },
    ]);
    expect(text).not.toMatch(/employee|38505051234/);
    const again = await api.as(person(id)).get('/me/access-log?limit=1').expect(200);
    expect(again.body.items).toEqual([
      expect.objectContaining({ clientId: 'portal', operation: 'listMyAccesses', purpose: 'PERSON_REQUEST' }),
    ]);
  });

  it('is shown to nobody else: a token that names no person is refused', async () => {
    const portal = { scopes: ['registers.me:read'], national: true };
    const { body } = await api.as(portal).get('/me/access-log').expect(403);
    expect(body.type).toBe('urn:meistras:problem:registers:person-missing');
    await api.as(person('no-uuid')).get('/me/access-log').expect(403);
    await api.as(person(randomUUID())).get('/me/access-log').expect(404);
    await api
      .as({ ...person(randomUUID()), scopes: ['registers.learners:read'] })
      .get('/me/access-log')
      .expect(403);
  });

  it('comes in pages, whatever is recorded meanwhile', async () => {
    const id = await aLearnerOf(own);
    for (let i = 0; i < 5; i += 1) await look(id, { 'x-request-id': `look-${i}` });
    const seen: string[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { body, headers } = await api.as(officer).get(`/learners/${id}/access-log?limit=2${after}`).expect(200);
      seen.push(...body.items.map(({ requestId }: { requestId: string }) => requestId));
      expect(headers['link'] === undefined).toBe(body.next === undefined);
      next = body.next;
    }
    expect(seen).toEqual(['look-4', 'look-3', 'look-2', 'look-1', 'look-0']);
  });

  it.each(['/learners/no-uuid/access-log', `/learners/${randomUUID()}/access-log?after=x`, '/me/access-log?limit=0'])(
    '%s is refused as malformed',
    async (path) => {
      await api
        .as({ ...person(randomUUID()), scopes: ['registers.me:read', 'registers.access-log:read'] })
        .get(path)
        .expect(400);
    },
  );
});
