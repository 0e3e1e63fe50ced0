import { beforeEach, describe, expect, it } from '@jest/globals';
import { setReach } from '@meistras/platform/database/reach';
import { Registers } from '../src/register/registers.js';
import { aLearner, anInstitution, faultsOf, registrar, school, startRegisters } from './builders.js';

interface Answer {
  id: string;
  version: number;
  familyName: string;
  birthOn: string;
  sex: string;
}

describe('the two times of a learner', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  const register = async (facts = {}): Promise<Answer> =>
    (
      await client()
        .post('/learners', aLearner({ validFrom: '2026-02-01', familyName: 'Alfa', ...facts }))
        .expect(201)
    ).body as Answer;
  const put = async (learner: Answer, facts: object, status = 200): Promise<Answer> => {
    const { familyName, birthOn, sex } = learner;
    const body = { givenName: 'Vardas', familyName, birthOn, sex, ...facts };
    const headers = { 'if-match': `"${learner.version}"` };
    return (await client().put(`/learners/${learner.id}`, body, headers).expect(status)).body as Answer;
  };
  const nameOf = async (id: string, query: string): Promise<string> => {
    const { status, body } = await client().get(`/learners/${id}?${query}`);
    return status === 200 ? (body as Answer).familyName : String(status);
  };
  const listed = async (query: string, id: string): Promise<string | undefined> => {
    const { body } = await client().get(`/learners?limit=500&${query}`).expect(200);
    return (body.items as Answer[]).find((each) => each.id === id)?.familyName;
  };
  const announced = async (id: string): Promise<string[]> =>
    (await api.events()).filter(({ key }) => key === id).map(({ type, version }) => `${type.split('.')[2]} ${version}`);

  it('answers as of both, always the same (R-REG-26, F-REG-4)', async () => {
    const first = await register();
    api.clock.set('2026-03-05T10:00:00Z');
    await put(first, { familyName: 'Beta', validFrom: '2026-02-01', reason: 'Entered by mistake' });
    api.clock.set('2026-04-01T10:00:00Z');
    const asked: [string, string, string][] = [
      ['2026-02-15', '2026-02-20', 'Alfa'],
      ['2026-02-15', '2026-03-10', 'Beta'],
      ['2026-02-15', '2026-01-01', '404'],
      ['2026-01-20', '2026-03-10', '404'],
    ];
    for (const [validOn, knownOn, name] of asked) {
      const query = `validOn=${validOn}&knownOn=${knownOn}`;
      expect([query, await nameOf(first.id, query)]).toEqual([query, name]);
      expect([query, await listed(query, first.id)]).toEqual([query, name === '404' ? undefined : name]);
    }
    expect(await listed('familyName=alf&validOn=2026-02-15&knownOn=2026-02-20', first.id)).toBe('Alfa');
    expect(await listed('familyName=alf&validOn=2026-02-15', first.id)).toBeUndefined();
  });

  it('answers reads of different times that arrive together each as of its own', async () => {
    const first = await register({ validFrom: '2026-01-01' });
    api.clock.set('2026-03-05T10:00:00Z');
    await put(first, { familyName: 'Beta', validFrom: '2026-03-05' });
    const queries = ['', 'validOn=2026-02-01', 'validOn=2026-03-05', 'validOn=2025-01-01'];
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => nameOf(first.id, queries[i % 4]!)));
    answers.forEach((name, i) => expect(name).toBe(['Beta', 'Alfa', 'Beta', '404'][i % 4]));
  });

  it('refuses a correction without a reason (R-REG-27)', async () => {
    const first = await register({ validFrom: '2026-01-01' });
    const problem = await put(first, { familyName: 'Beta', validFrom: '2026-01-05' }, 422);
    expect(faultsOf(problem as never)).toEqual(['/reason REQUIRED']);
  });

  it('takes a new name on its day by itself, found by it then, and announces it then', async () => {
    const first = await register({ validFrom: '2026-01-01' });
    await put(first, { familyName: 'Gama', validFrom: '2026-02-01' });
    expect(await nameOf(first.id, '')).toBe('Alfa');
    expect(await announced(first.id)).toEqual(['registered 1', 'changed 2']);
    api.clock.set('2026-02-01T10:00:00Z');
    await api.app.get(Registers).turn();
    expect(await nameOf(first.id, '')).toBe('Gama');
    expect(await listed('familyName=gam', first.id)).toBe('Gama');
    expect(await listed('familyName=alf', first.id)).toBeUndefined();
    expect(await announced(first.id)).toEqual(['registered 1', 'changed 2', 'changed 3']);
  });

  it('tells people its history, with the day on which a code came to a possibly foreign person (section 8)', async () => {
    const personalCode = '50905149902';
    const foreign = await register({ validFrom: '2026-01-01', birthOn: '2009-05-14', sex: 'M' });
    api.clock.set('2026-03-05T10:00:00Z');
    await put(foreign, { personalCode, reason: 'A code was given' });
    const { body, text } = await client().get(`/learners/${foreign.id}/history`).expect(200);
    expect(body.items[0]).toMatchObject({ validFrom: '2026-03-05', reason: 'A code was given' });
    expect(body.items[0].changes).toContainEqual({ property: 'possiblyForeign', before: true, after: false });
    expect(text).not.toContain(personalCode);
    expect(text).not.toMatch(/Key|Sealed|Index/);
    expect((await client().get(`/learners/${foreign.id}?validOn=2026-02-01`).expect(200)).body.possiblyForeign).toBe(
      true,
    );
  });

  it('shows a school the history of its own learners alone, by the service and by the database', async () => {
    const schools = await Promise.all(
      [1, 2].map(async () => (await client().post('/institutions', anInstitution()).expect(201)).body.id as string),
    );
    const first = await register({ validFrom: '2026-01-01', institutionId: schools[0] });
    api.clock.set('2026-03-05T10:00:00Z');
    await put(first, { familyName: 'Beta' });
    await api.as(school(schools[0]!)).get(`/learners/${first.id}/history`).expect(200);
    await api.as(school(schools[1]!)).get(`/learners/${first.id}/history`).expect(404);
    await api.as(school(schools[1]!)).get(`/learners/${first.id}?validOn=2026-02-01`).expect(404);
    const periodsSeenBy = (reach: string[]): Promise<unknown[]> =>
      api.db.transaction(async (tx) => {
        await setReach(tx, reach);
        return tx.query('SELECT id FROM register_period WHERE entry_id = $1', [first.id]);
      });
    expect(await periodsSeenBy([schools[0]!])).toHaveLength(3);
    expect(await periodsSeenBy([schools[1]!])).toEqual([]);
    expect(await api.db.query('SELECT id FROM register_period WHERE entry_id = $1', [first.id])).toEqual([]);
  });
});
