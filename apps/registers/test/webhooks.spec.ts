import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientChangedV1, ClientRevokedV1 } from '@meistras/contracts/events/identity/client';
import { createService } from '@meistras/platform/bootstrap/bootstrap';
import { Bus } from '@meistras/platform/bus/bus';
import { startService } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import { features } from '../src/app.module.js';
import { registers } from '../src/data-source.js';
import { RegistersConfig } from '../src/registers.config.js';
import { aLearner, anEmployer, anInstitution, keys, registrar, school } from './builders.js';
import { isGenuine, Receiver } from './webhook-receiver.js';

interface Hook {
  id: string;
  secret: string;
  path: string;
  by: Caller;
}

describe('webhooks', () => {
  const api = startService(registers, features, { ...keys, WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' });
  const receiver = new Receiver();
  beforeAll(() => receiver.start());
  afterAll(() => receiver.stop());

  /** A webhook at a path of its own. Its client has no other. */
  async function hook(topics: string[], { caller = registrar, after = '' } = {}): Promise<Hook> {
    const by = { ...caller, clientId: `client-${randomUUID()}` };
    const path = `/${randomUUID()}`;
    const facts = { url: receiver.url(path), topics, ...(after === '' ? {} : { after }) };
    const { body } = await api.as(by).post('/webhooks', facts).expect(201);
    return { id: body.id, secret: body.secret, path, by };
  }
  const register = async (path: string, body: object): Promise<string> =>
    (await api.as(registrar).post(path, body).expect(201)).body.id;
  const stateOf = async ({ id, by }: Hook) => (await api.as(by).get(`/webhooks/${id}`).expect(200)).body;
  const deliveriesOf = async ({ id, by }: Hook) =>
    (await api.as(by).get(`/webhooks/${id}/deliveries`).expect(200)).body.items;
  async function untilState(hooked: Hook, wanted: object): Promise<Record<string, unknown>> {
    for (;;) {
      const state = await stateOf(hooked);
      if (Object.entries(wanted).every(([name, value]) => state[name] === value)) return state;
    }
  }
  let ahead = 0;
  const later = (hours: number): void =>
    api.clock.set(new Date(Date.now() + (ahead += hours * 3_600_000)).toISOString());

  it('sends what the feeds show, in their order, signed, ids alone', async () => {
    const hooked = await hook(['registers.institution', 'registers.employer']);
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      ids.push(await register('/institutions', anInstitution()), await register('/employers', anEmployer()));
      await api
        .as(registrar)
        .put(`/institutions/${ids.at(-2)!}`, { name: `Name ${i}` }, { 'if-match': '"1"' })
        .expect(200);
    }
    await receiver.has(hooked.path, 15);
    const said = receiver.said(hooked.path);
    const seen = said.map(({ type, data }) => `${type} ${data.id} ${data.version}`);
    const announced = (await api.events()).filter(({ key }) => ids.includes(key));
    expect(seen).toEqual(announced.map(({ type, key, version }) => `${type} ${key} ${version}`));
    expect(said.map(({ data }) => Object.keys(data).toSorted())).toEqual(Array(15).fill(['id', 'version']));
    const messages = receiver.at(hooked.path);
    expect(messages.every((message) => isGenuine(message, hooked.secret))).toBe(true);
    expect(messages.some((message) => isGenuine({ ...message, body: `${message.body} ` }, hooked.secret))).toBe(false);
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(15);
    expect(await stateOf(hooked)).toMatchObject({ state: 'ACTIVE', failures: 0 });
  });

  it('sends a school the changes that its feed shows, and no others', async () => {
    const [own, other] = [
      await register('/institutions', anInstitution()),
      await register('/institutions', anInstitution()),
    ];
    const hooked = await hook(['registers.learner'], { caller: school(own) });
    const everything = await hook(['registers.learner']);
    const learners: string[] = [];
    for (const institutionId of [other, own, other, own])
      learners.push(await register('/learners', aLearner({ institutionId })));
    await receiver.has(everything.path, 4);
    await receiver.has(hooked.path, 2);
    const { body } = await api.as(hooked.by).get('/learners/changes').expect(200);
    expect(receiver.said(hooked.path).map(({ data }) => data.id)).toEqual(
      body.items.map(({ id }: { id: string }) => id),
    );
    expect(receiver.said(everything.path).map(({ data }) => data.id)).toEqual(learners);
  });

  it('begins where it is told to', async () => {
    const { body } = await api.as(registrar).get('/institutions/changes?limit=2').expect(200);
    const { body: rest } = await api.as(registrar).get(`/institutions/changes?limit=500&after=${body.highWatermark}`);
    const hooked = await hook(['registers.institution'], { after: body.highWatermark });
    await receiver.has(hooked.path, rest.items.length);
    expect(receiver.said(hooked.path).map(({ data }) => data.id)).toEqual(
      rest.items.map(({ id }: { id: string }) => id),
    );
  });

  it('tries again after a pause when the receiver fails, with the same message, and keeps the order', async () => {
    const hooked = await hook(['registers.institution']);
    receiver.answer = (response, { path }) => void response.writeHead(path === hooked.path ? 503 : 204).end();
    const ids = [await register('/institutions', anInstitution()), await register('/institutions', anInstitution())];
    expect(await untilState(hooked, { failures: 1 })).toMatchObject({
      state: 'FAILING',
      nextAttemptAt: expect.any(String),
    });
    later(1);
    await untilState(hooked, { failures: 2 });
    receiver.answer = (response) => void response.writeHead(200).end();
    later(1);
    await receiver.has(hooked.path, 4);
    expect(receiver.said(hooked.path).map(({ data }) => data.id)).toEqual([ids[0], ids[0], ids[0], ids[1]]);
    const messages = receiver.at(hooked.path).map(({ headers }) => headers['webhook-id']);
    expect(new Set(messages.slice(0, 3)).size).toBe(1);
    await untilState(hooked, { state: 'ACTIVE' });
    expect((await deliveriesOf(hooked)).map(({ status }: { status: number }) => status)).toEqual([200, 200, 503, 503]);
  });

  it('is parked when it has failed for three days, and goes on when its client asks', async () => {
    const hooked = await hook(['registers.institution']);
    receiver.answer = (response, { path }) => void response.writeHead(path === hooked.path ? 500 : 204).end();
    const id = await register('/institutions', anInstitution());
    await untilState(hooked, { state: 'FAILING' });
    later(73);
    expect(await untilState(hooked, { state: 'PARKED' })).not.toHaveProperty('nextAttemptAt');
    receiver.answer = (response) => void response.writeHead(204).end();
    const sent = receiver.at(hooked.path).length;
    const other = await hook(['registers.institution']);
    await register('/institutions', anInstitution());
    await receiver.has(other.path, 1);
    expect(receiver.at(hooked.path)).toHaveLength(sent);
    const { body } = await api.as(hooked.by).post(`/webhooks/${hooked.id}/redeliveries`, {}).expect(200);
    expect(body).toMatchObject({ state: 'ACTIVE', failures: 0 });
    await receiver.has(hooked.path, sent + 2);
    expect(receiver.said(hooked.path)[sent]!.data.id).toBe(id);
  });

  it('is not held up by a receiver that does not answer, and sends again what nobody answered when it is stopped', async () => {
    const [slow, quick] = [await hook(['registers.institution']), await hook(['registers.institution'])];
    receiver.answer = (response, { path }) => (path === slow.path ? undefined : void response.writeHead(204).end());
    const ids = [await register('/institutions', anInstitution()), await register('/institutions', anInstitution())];
    await Promise.all([receiver.has(slow.path, 1), receiver.has(quick.path, 2)]);
    expect(receiver.at(slow.path)).toHaveLength(1);
    // Another instance takes over where the first one left off in the middle of a delivery.
    const config = api.app.get(RegistersConfig);
    await api.app.close();
    receiver.answer = (response) => void response.writeHead(204).end();
    api.app = await createService(registers, features, config, { clock: api.clock, bus: api.app.get(Bus) });
    await api.app.init();
    await api.app.getHttpAdapter().getInstance().ready();
    await receiver.has(slow.path, 3);
    expect(receiver.said(slow.path).map(({ data }) => data.id)).toEqual([ids[0], ids[0], ids[1]]);
    expect(receiver.said(quick.path).map(({ data }) => data.id)).toEqual(ids);
  });

  it('follows no redirect', async () => {
    const hooked = await hook(['registers.institution']);
    receiver.answer = (response, { path }) =>
      void response.writeHead(path === hooked.path ? 307 : 204, { location: receiver.url('/elsewhere') }).end();
    const { body } = await api.as(hooked.by).post(`/webhooks/${hooked.id}/ping`).expect(200);
    expect(body).toMatchObject({ status: 307, type: 'meistras.ping.v1' });
    expect(receiver.at('/elsewhere')).toEqual([]);
    receiver.answer = (response) => void response.writeHead(204).end();
  });

  it('is pinged', async () => {
    const hooked = await hook(['registers.institution']);
    const { body } = await api.as(hooked.by).post(`/webhooks/${hooked.id}/ping`).expect(200);
    const [message] = receiver.at(hooked.path);
    expect(isGenuine(message!, hooked.secret)).toBe(true);
    expect(body).toMatchObject({ status: 204, messageId: message!.headers['webhook-id'] });
    expect(await deliveriesOf(hooked)).toMatchObject([{ id: body.id, type: 'meistras.ping.v1' }]);
  });

  it('belongs to its client alone, which is shown the secret once', async () => {
    const by = { ...registrar, clientId: 'client-of-secret' };
    const facts = { url: receiver.url(), topics: ['registers.institution'] };
    const key = { 'idempotency-key': 'webhook-of-secret-1' };
    const { body } = await api.as(by).post('/webhooks', facts, key).expect(201);
    expect((await api.as(by).post('/webhooks', facts, key).expect(201)).body).toEqual(body);
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret, ...shown } = body;
    expect((await api.as(by).get('/webhooks').expect(200)).body.items).toMatchObject([{ id: shown.id }]);
    expect((await api.as(by).get(`/webhooks/${shown.id}`).expect(200)).body).not.toHaveProperty('secret');
    const kept = await api.db.query(`SELECT w::text FROM webhook w UNION ALL SELECT k::text FROM idempotency_key k`);
    expect(JSON.stringify(kept)).not.toContain(secret.slice(6, 30));
    for (const path of ['', '/deliveries']) await api.as(registrar).get(`/webhooks/${shown.id}${path}`).expect(404);
    for (const path of ['/ping', '/redeliveries'])
      await api.as(registrar).post(`/webhooks/${shown.id}${path}`, {}).expect(404);
    await api.as(registrar).delete(`/webhooks/${shown.id}`).expect(404);
    await api.as(by).delete(`/webhooks/${shown.id}`).expect(204);
    await api.as(by).get(`/webhooks/${shown.id}`).expect(404);
  });

  it('is refused for a feed that the token does not open, or that is none', async () => {
    const reader: Caller = { scopes: ['registers.programmes:read'], national: true };
    const facts = { url: receiver.url(), topics: ['registers.learner'] };
    expect((await api.as(reader).post('/webhooks', facts).expect(403)).body.type).toContain('scope-missing');
    const { body } = await api
      .as(reader)
      .post('/webhooks', { ...facts, topics: ['registers.people'] })
      .expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/topics/0', code: 'UNKNOWN_TOPIC' }]);
  });

  it('dies with its client, and waits when its client may do something else', async () => {
    const [revoked, changed] = [await hook(['registers.institution']), await hook(['registers.institution'])];
    const client = (hooked: Hook, state: 'ACTIVE' | 'REVOKED') => ({
      clientId: hooked.by.clientId!,
      version: 2,
      state,
    });
    await api.consume(ClientRevokedV1, client(revoked, 'REVOKED'));
    later(1);
    await api.consume(ClientChangedV1, client(changed, 'ACTIVE'));
    await api.as(revoked.by).get(`/webhooks/${revoked.id}`).expect(404);
    expect(await stateOf(changed)).toMatchObject({ state: 'PARKED' });
    const less = { ...changed.by, scopes: ['registers.programmes:read'] };
    await api.as(less).post(`/webhooks/${changed.id}/redeliveries`, {}).expect(403);
    await api.as(changed.by).post(`/webhooks/${changed.id}/redeliveries`, {}).expect(200);
  });
});

describe('webhooks where private addresses are closed', () => {
  const api = startService(registers, features, keys);
  const topics = ['registers.institution'];

  it.each([
    'http://school.example.lt/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://a:b@school.example.lt/',
    'ftp://x/',
  ])('are refused at %s', async (url) => {
    const { body } = await api.as(registrar).post('/webhooks', { url, topics }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/url', code: 'URL' }]);
  });

  it('do not go to a name that leads to this machine', async () => {
    const { body } = await api.as(registrar).post('/webhooks', { url: 'https://localhost:9/', topics }).expect(201);
    const { body: pinged } = await api.as(registrar).post(`/webhooks/${body.id}/ping`).expect(200);
    expect(pinged).toMatchObject({ error: 'CLOSED_ADDRESS' });
    expect(pinged).not.toHaveProperty('status');
  });
});
