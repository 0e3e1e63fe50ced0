import { beforeEach, describe, expect, it } from '@jest/globals';
import { Registers } from '../src/register/registers.js';
import { aJarCode, anInstitution, faultsOf, registrar, startRegisters } from './builders.js';

interface Answer {
  id: string;
  version: number;
  name: string;
  state: string;
}

describe('the two times of an institution', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  const register = async (name = 'A', validFrom = '2026-02-01'): Promise<Answer> =>
    (await client().post('/institutions', anInstitution({ name, validFrom })).expect(201)).body as Answer;
  const put = async (entry: Answer, facts: object): Promise<Answer> => {
    const headers = { 'if-match': `"${entry.version}"` };
    return (await client().put(`/institutions/${entry.id}`, facts, headers).expect(200)).body as Answer;
  };
  const nameOf = async (id: string, query: string): Promise<string> => {
    const { status, body } = await client().get(`/institutions/${id}?${query}`);
    return status === 200 ? (body as Answer).name : String(status);
  };
  const listed = async (query: string, id: string): Promise<string | undefined> => {
    const { body } = await client().get(`/institutions?limit=500&${query}`).expect(200);
    return (body.items as Answer[]).find((each) => each.id === id)?.name;
  };
  const announced = async (id: string): Promise<string[]> =>
    (await api.events()).filter(({ key }) => key === id).map(({ type, version }) => `${type.split('.')[2]} ${version}`);

  it('answers as of both, always the same (R-REG-26, F-REG-4)', async () => {
    const first = await register('A');
    api.clock.set('2026-03-05T10:00:00Z');
    await put(first, { name: 'B', validFrom: '2026-02-01', reason: 'Entered by mistake' });
    api.clock.set('2026-04-01T10:00:00Z');
    const asked: [string, string, string][] = [
      ['2026-02-15', '2026-02-20', 'A'],
      ['2026-02-15', '2026-03-10', 'B'],
      ['2026-02-15', '2026-01-01', '404'],
      ['2026-01-20', '2026-03-10', '404'],
    ];
    for (const [validOn, knownOn, name] of asked) {
      const query = `validOn=${validOn}&knownOn=${knownOn}`;
      expect([query, await nameOf(first.id, query)]).toEqual([query, name]);
      expect([query, await listed(query, first.id)]).toEqual([query, name === '404' ? undefined : name]);
    }
  });

  it('says of one entry what it says of it in a list, whatever the days, also around midnight', async () => {
    const changes = [
      { at: '2026-03-05T22:30:00Z', name: 'B', validFrom: '2026-02-01', reason: 'Entered by mistake' },
      { at: '2026-03-06T21:59:59Z', name: 'C', validFrom: '2026-02-20', reason: 'Once more' },
      { at: '2026-03-06T22:00:00Z', name: 'D', validFrom: '2026-02-10', reason: 'And again' },
    ];
    let entry = await register('A');
    const never = await register('Never changed');
    for (const { at, ...facts } of changes) {
      api.clock.set(at);
      entry = await put(entry, facts);
    }
    api.clock.set('2026-04-01T10:00:00Z');
    const valid = ['2026-01-31', '2026-02-01', '2026-02-09', '2026-02-10', '2026-02-19', '2026-02-20', '2026-03-01'];
    const known = ['2026-01-09', '2026-01-10', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-07', '2026-04-01'];
    const told = new Set<string>();
    for (const [id, validOn, knownOn] of [entry.id, never.id].flatMap((each) =>
      valid.flatMap((v) => known.map((k) => [each, v, k] as const)),
    )) {
      const query = `validOn=${validOn}&knownOn=${knownOn}`;
      const inList = (await listed(query, id)) ?? '404';
      expect([query, await nameOf(id, query)]).toEqual([query, inList]);
      told.add(inList);
    }
    expect([...told].toSorted()).toEqual(['404', 'A', 'B', 'C', 'D', 'Never changed']);
  });

  it('reads an entry that never changed as of both, too', async () => {
    const { id } = await register('A');
    expect(await nameOf(id, 'validOn=2026-02-01')).toBe('A');
    expect(await nameOf(id, 'validOn=2026-01-31')).toBe('404');
    expect(await nameOf(id, 'validOn=2026-02-01&knownOn=2026-01-09')).toBe('404');
  });

  it('keeps what was believed before a correction, and says who, when and why (R-REG-27)', async () => {
    const first = await register('A', '2026-01-01');
    api.clock.set('2026-03-05T10:00:00Z');
    await put(first, { name: 'B', validFrom: '2026-02-01', reason: 'Entered by mistake', legalBasis: 'V-7' });
    const { body } = await client().get(`/institutions/${first.id}/history`).expect(200);
    const told = body.items.map(({ validFrom, validTo, supersededAt, reason, facts, changes }: never) => ({
      ...{ validFrom, validTo, reason, name: (facts as Answer).name, changes },
      believed: supersededAt === undefined,
    }));
    expect(told).toEqual([
      {
        ...{ validFrom: '2026-02-01', validTo: undefined, reason: 'Entered by mistake', name: 'B', believed: true },
        changes: [{ property: 'name', before: 'A', after: 'B' }],
      },
      { validFrom: '2026-01-01', validTo: '2026-02-01', reason: undefined, name: 'A', believed: true, changes: [] },
      { validFrom: '2026-01-01', validTo: undefined, reason: undefined, name: 'A', believed: false, changes: [] },
    ]);
  });

  it('refuses a correction without a reason', async () => {
    const first = await register('A', '2026-01-01');
    const { body } = await client()
      .put(`/institutions/${first.id}`, { name: 'B', validFrom: '2026-01-05' }, { 'if-match': '"1"' })
      .expect(422);
    expect(faultsOf(body)).toEqual(['/reason REQUIRED']);
    expect(await announced(first.id)).toEqual(['registered 1']);
  });

  it('lets a change for a later day take effect on it, and announces it then', async () => {
    const first = await register('A', '2026-01-01');
    const planned = await put(first, { name: 'B', validFrom: '2026-09-01' });
    expect(planned).toMatchObject({ name: 'A', version: 2, validTo: '2026-09-01' });
    expect(await nameOf(first.id, 'validOn=2026-09-01')).toBe('B');
    const registers = api.app.get(Registers);
    api.clock.set('2026-08-31T20:59:00Z');
    await registers.turn();
    expect(await nameOf(first.id, '')).toBe('A');
    api.clock.set('2026-08-31T21:00:00Z'); // midnight in Vilnius
    await registers.turn();
    await registers.turn();
    const { body } = await client().get(`/institutions/${first.id}`).expect(200);
    expect(body).toMatchObject({ name: 'B', version: 3, validFrom: '2026-09-01' });
    expect(await announced(first.id)).toEqual(['registered 1', 'changed 2', 'changed 3']);
  });

  it('forgets a plan that was replaced: only the newest takes effect, and nothing is left waiting', async () => {
    const first = await register('A', '2026-01-01');
    const planned = await put(first, { name: 'B', validFrom: '2026-09-01' });
    await put(planned, { name: 'C', validFrom: '2026-09-01' });
    api.clock.set('2026-09-01T10:00:00Z');
    await api.app.get(Registers).turn();
    expect(await nameOf(first.id, '')).toBe('C');
    const waiting = 'SELECT 1 FROM register_period WHERE entry_id = $1 AND pending';
    expect(await api.db.query(waiting, [first.id])).toEqual([]);
  });

  it('lets no two believed periods overlap: the database refuses them', async () => {
    const first = await register('A', '2026-01-01');
    await put(first, { name: 'B' });
    const copy = `INSERT INTO register_period SELECT gen_random_uuid(), register, entry_id, valid_from, valid_to, recorded_at,
      superseded_at, pending, facts, provider, legal_basis, reason FROM register_period WHERE entry_id = $1 AND superseded_at IS NULL`;
    await expect(api.db.query(copy, [first.id])).rejects.toThrow('register_period_overlaps');
  });

  it('cannot be asked for what will be known', async () => {
    const { body } = await client().get('/institutions?knownOn=2026-01-11').expect(400);
    expect(faultsOf(body)).toEqual(['?knownOn IN_FUTURE']);
  });

  it('closes with its successor; old days show it open', async () => {
    const [closing, successor] = [await register('A', '2026-01-01'), await register('S', '2026-01-01')];
    const headers = { 'if-match': '"1"' };
    const closure = { validFrom: '2026-01-10', successorIds: [successor.id], legalBasis: 'V-9' };
    const { body } = await client().put(`/institutions/${closing.id}/closure`, closure, headers).expect(200);
    expect(body).toMatchObject({ state: 'CLOSED', version: 2, successorIds: [successor.id], legalBasis: 'V-9' });
    const { body: before } = await client().get(`/institutions/${closing.id}?validOn=2026-01-09`).expect(200);
    expect(before).toMatchObject({ state: 'REGISTERED', successorIds: [] });
    const again = { 'if-match': '"2"' };
    await client().put(`/institutions/${closing.id}/closure`, closure, again).expect(409);
    const { body: refused } = await client()
      .put(`/institutions/${successor.id}/closure`, { validFrom: '2026-01-10', successorIds: [successor.id] }, headers)
      .expect(422);
    expect(faultsOf(refused)).toEqual(['/successorIds/0 UNKNOWN']);
  });

  it('changes its code, keeps both and announces both (R-REG-31)', async () => {
    const first = await client()
      .post('/institutions', anInstitution({ validFrom: '2026-01-01' }))
      .expect(201);
    const { id, code: old } = first.body as { id: string; code: string };
    const code = aJarCode();
    await client().put(`/institutions/${id}/code`, { codeScheme: 'JAR', code }, { 'if-match': '"1"' }).expect(200);
    const [, event] = (await api.events()).filter(({ key }) => key === id);
    expect(event).toMatchObject({
      type: 'registers.institution.key-changed.v1',
      payload: { code, previousCode: old, previousCodeScheme: 'JAR' },
    });
    const { body } = await client().get(`/institutions?code=${old}&validOn=2026-01-09`).expect(200);
    expect(body.items).toMatchObject([{ id, code: old }]);
  });
});
