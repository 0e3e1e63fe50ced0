import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { asAdmin } from '@meistras/testing/test-database';
import { AccessAlarm } from '../src/access-log/access-alarm.entity.js';
import { AccessWatchService } from '../src/access-log/access-watch.service.js';
import { aLearner, anInstitution, officer, registrar, school, startRegisters } from './builders.js';

const reached = { SCHOOL: 3, NATIONAL: null };

describe('a mass look-up', () => {
  const api = startRegisters();
  let institutionId: string;
  let ids: string[];
  let serial = 0;
  let caller: Caller;

  const asOwner = async (sql: string, values: unknown[]): Promise<void> => {
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    await asAdmin((admin) => admin.query(sql, values), row?.name);
  };
  /** The limit comes into force when the reads are done, so that the service's own look finds nothing before. */
  const setLimit = (value: object): Promise<void> =>
    asOwner(`UPDATE policy_parameter SET value = $1 WHERE code = 'reg.access.alarm.learners'`, [JSON.stringify(value)]);
  const look = async (limit: object = reached): Promise<void> => {
    await setLimit(limit);
    await api.app.get(AccessWatchService).look();
    await setLimit({ SCHOOL: 2000, NATIONAL: null });
  };
  const read = async (some: string[], by = caller): Promise<void> => {
    for (const id of some) await api.as(by).get(`/learners/${id}`).expect(200);
  };
  const alarms = (): Promise<AccessAlarm[]> =>
    api.db.manager.find(AccessAlarm, { where: { clientId: caller.clientId! }, order: { firstAt: 'ASC' } });
  const events = async () =>
    (await api.events('registers.access')).filter(({ payload }) => payload['clientId'] === caller.clientId);

  beforeAll(async () => {
    institutionId = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id;
    ids = [];
    for (let i = 0; i < 5; i += 1)
      ids.push((await api.as(registrar).post('/learners', aLearner({ institutionId })).expect(201)).body.id);
  });
  beforeEach(() => {
    serial += 1;
    caller = { ...school(institutionId), clientId: `curious-${serial}` };
    api.clock.set(`2027-01-${String(10 + serial).padStart(2, '0')}T08:00:00Z`);
  });
  afterEach(() => setLimit({ SCHOOL: 2000, NATIONAL: null }));

  it('raises an alarm: a row, an event and a place in the list of the ministry', async () => {
    await read(ids.slice(0, 2));
    api.clock.set(api.clock.now().toISOString().replace('08:00', '08:09'));
    await read(ids.slice(2));
    await look();
    const [alarm, ...others] = await alarms();
    expect(others).toEqual([]);
    const facts = { clientId: caller.clientId, learners: 5, limit: 3, windowMinutes: 10 };
    expect(alarm).toMatchObject(facts);
    const day = alarm!.firstAt.toISOString().slice(0, 10);
    const instants = { firstAt: `${day}T08:00:00.000Z`, lastAt: `${day}T08:09:00.000Z` };
    expect(await events()).toEqual([
      {
        type: 'registers.access.alarm-raised.v1',
        key: alarm!.id,
        version: 1,
        payload: { version: 1, alarmId: alarm!.id, ...facts, ...instants },
      },
    ]);
    const { body } = await api.as(officer).get('/access-alarms').expect(200);
    expect(body.items[0]).toEqual({ id: alarm!.id, ...facts, ...instants, raisedAt: instants.lastAt });
    await api
      .as({ ...officer, national: false })
      .get('/access-alarms')
      .expect(403);
  });

  it('raises one alarm for a client and window, and another in the next', async () => {
    await read(ids.slice(0, 4));
    await look();
    await read(ids);
    await look();
    expect(await alarms()).toHaveLength(1);
    api.clock.set(api.clock.now().toISOString().replace('08:00', '08:11'));
    await read(ids.slice(0, 3));
    await look();
    expect(await alarms()).toHaveLength(1);
    await read(ids.slice(3));
    await look();
    expect((await alarms()).map(({ learners }) => learners)).toEqual([4, 5]);
    expect(await events()).toHaveLength(2);
  });

  it('is none at the limit, of the same learners again, or across the edge of a window', async () => {
    await read([...ids.slice(0, 3), ...ids.slice(0, 3)]);
    await look();
    api.clock.set(api.clock.now().toISOString().replace('08:00', '08:10'));
    await read(ids.slice(3, 4));
    await look();
    expect(await alarms()).toEqual([]);
  });

  it('is seen in lists as in reads', async () => {
    await api.as(caller).get('/learners').expect(200);
    await look();
    expect(await alarms()).toMatchObject([{ learners: 5 }]);
  });

  it('is none of a national client, unless the policy gives it a limit', async () => {
    const national = { ...caller, national: true };
    await read(ids, national);
    await look();
    expect(await alarms()).toEqual([]);
    await look({ SCHOOL: null, NATIONAL: 4 });
    expect(await alarms()).toMatchObject([{ learners: 5, limit: 4 }]);
  });

  it('is an export of everybody, once in a window, where the policy limits national clients', async () => {
    const scopes = ['registers.learner-exports:read'];
    const exporter = { ...caller, national: true, institutions: [], scopes };
    const send = (who: Caller) => api.as(who).get('/learners/export', { 'x-purpose': 'STATISTICS' }).expect(200);
    await send(exporter);
    await look();
    expect(await alarms()).toEqual([]);
    await look({ SCHOOL: null, NATIONAL: 4 });
    expect(await alarms()).toMatchObject([{ learners: 5, limit: 4 }]);
    await send(exporter);
    await look({ SCHOOL: null, NATIONAL: 4 });
    expect(await alarms()).toHaveLength(1);
    expect(await events()).toHaveLength(1);
  });

  it('is an export of a school, as a list is', async () => {
    await api
      .as({ ...caller, scopes: ['registers.learner-exports:read'] })
      .get('/learners/export', { 'x-purpose': 'TEACHING' })
      .expect(200);
    await look();
    expect(await alarms()).toMatchObject([{ learners: 5, limit: 3 }]);
  });

  it('is found though nobody looked for a while, and by one of many that look at once', async () => {
    await read(ids);
    api.clock.set(api.clock.now().toISOString().replace('T08:00', 'T10:00'));
    await setLimit(reached);
    await Promise.all(Array.from({ length: 4 }, () => api.app.get(AccessWatchService).look()));
    expect(await alarms()).toHaveLength(1);
    expect(await events()).toHaveLength(1);
  });
});

describe('GET /policy-parameters', () => {
  const api = startRegisters();

  it('shows everybody the limits of a day, to be kept for some minutes', async () => {
    const { body, headers } = await api.anonymous().get('/policy-parameters?validOn=2026-09-01').expect(200);
    expect(headers['cache-control']).toBe('public, max-age=300');
    const alarms = body.items.filter(({ code }: { code: string }) => code.startsWith('reg.access.'));
    expect(alarms).toEqual([
      {
        code: 'reg.access.alarm.learners',
        value: { SCHOOL: 2000, NATIONAL: null },
        unit: 'learners',
        validFrom: '2000-01-01',
        legalBasis: expect.any(String),
      },
      expect.objectContaining({ code: 'reg.access.alarm.window', value: 10, unit: 'minutes' }),
    ]);
    expect((await api.anonymous().get('/policy-parameters?validOn=1999-12-31').expect(200)).body).toEqual({
      items: [],
    });
    const { body: one } = await api.anonymous().get('/policy-parameters?code=reg.access.alarm.window').expect(200);
    expect(one.items).toHaveLength(1);
  });

  it.each(['validOn=2026-02-30', 'validOn=x', 'colour=red', `code=${'x'.repeat(61)}`])('refuses ?%s', async (query) => {
    await api.anonymous().get(`/policy-parameters?${query}`).expect(400);
  });
});
