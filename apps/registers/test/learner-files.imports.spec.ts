import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { aLearner, aPersonalCode, everyRow, forTeaching, matcher, startRegisters } from './builders.js';
import { importFile, reportOf } from './imports.js';
import { fileScopes, files, guardian } from './learner-files.js';

const officer: Caller = { ...matcher, scopes: [...matcher.scopes, 'registers.protected:write', ...fileScopes] };

describe('import of what is kept of learners', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  const register = async (facts = {}): Promise<string> =>
    (await api.as(officer).post('/learners', aLearner(facts)).expect(201)).body.id;
  const read = async (id: string, file: string) =>
    (await api.as(officer).get(`/learners/${id}/${file}`, forTeaching).expect(200)).body;
  const imported = (file: string, rows: object[], format = 'application/x-ndjson', as: Caller = officer) =>
    importFile(api, `learner-${file}`, rows, format, as);
  const versionsOf = async (id: string): Promise<number[]> =>
    (await api.events('registers.learner')).filter(({ key }) => key === id).map(({ version }) => version);

  it.each(files)(
    '%s: by id or personal code; again it changes nothing; a change keeps its history',
    async (file, first, second) => {
      const personalCode = aPersonalCode();
      const [coded, plain] = [await register({ personalCode }), await register()];
      const rows = [
        { personalCode, ...first },
        { learnerId: plain, ...first },
      ];
      expect(await imported(file, rows)).toMatchObject({ state: 'DONE', created: 2, failed: 0 });
      expect(await read(coded, file)).toMatchObject({ ...first, version: 1, provider: 'matcher' });
      expect(await imported(file, rows)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
      expect(await versionsOf(coded)).toEqual([1, 2]);
      api.clock.set('2026-02-10T10:00:00Z');
      const twice = [...rows, { learnerId: coded, ...second }];
      expect(await imported(file, twice)).toMatchObject({ updated: 1, unchanged: 2 });
      expect(await read(coded, file)).toMatchObject({ ...second, version: 2 });
      expect(await versionsOf(coded)).toEqual([1, 2, 3]);
      const { body } = await api.as(officer).get(`/learners/${coded}/${file}/history`, forTeaching).expect(200);
      expect(body.items).toHaveLength(3);
    },
  );

  it('takes contacts as a table, and leads from who was merged to who was kept', async () => {
    const [kept, lost] = [await register(), await register({ birthOn: '2008-05-15' })];
    const { body: review } = await api
      .as(matcher)
      .post('/match-reviews', { learnerIds: [kept, lost] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: kept, reason: 'Seen' };
    await api.as(matcher).put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
    const rows = [{ learnerId: lost, phone: '+37060000002', address: 'Pramonės g. 1' }];
    expect(await imported('contacts', rows, 'text/csv')).toMatchObject({ created: 1 });
    expect(await read(kept, 'contacts')).toMatchObject({ phone: '+37060000002', address: 'Pramonės g. 1' });
  });

  it('refuses who is unknown, who is protected alike, and shows no content in the report', async () => {
    const personalCode = aPersonalCode();
    const id = await register({ personalCode });
    await api
      .as(officer)
      .put(`/learners/${id}/protection`, { category: 'ADOPTION' }, { 'if-match': '"1"' })
      .expect(200);
    const content = { guardians: [guardian] };
    const rows = [
      { personalCode, ...content },
      { personalCode: aPersonalCode(), ...content },
      { learnerId: id, ...content },
      { learnerId: randomUUID(), ...content },
      content,
      { learnerId: id, guardians: [{ ...guardian, relation: 'FRIEND' }] },
      { learnerId: id, ...content, globejas: 'Globėja-2' },
    ];
    const job = await imported('guardians', rows);
    expect(job).toMatchObject({ state: 'DONE', created: 0, failed: 7 });
    expect(await reportOf(api, job, officer)).toEqual({
      '/learnerId UNKNOWN': 5,
      '/guardians/0/relation IS_IN': 1,
      '/globejas UNKNOWN': 1,
    });
    const { text } = await api.as(officer).get(`/imports/${job.id}/report`).expect(200);
    const kept = await everyRow(api, (tx) => tx.query('SELECT r::text AS row FROM import_row r'));
    for (const secret of ['Glob', personalCode]) {
      expect(text).not.toContain(secret);
      expect(JSON.stringify(kept)).not.toContain(secret);
    }
    expect((await api.as(officer).get(`/learners/${id}/guardians`, forTeaching)).status).toBe(404);
    const keeper = { ...officer, scopes: [...officer.scopes, 'registers.protected:read'], clientId: 'keeper' };
    expect(await imported('guardians', rows.slice(0, 1), undefined, keeper)).toMatchObject({ created: 1 });
  });

  it('needs the scope of its file', async () => {
    const file = JSON.stringify({ learnerId: randomUUID(), needs: [] });
    const one = { ...officer, scopes: ['registers.guardians:write'] };
    const type = { 'content-type': 'application/x-ndjson' };
    await api.as(one).post('/imports?kind=learner-special-needs', file, type).expect(403);
    await api.as(one).post('/imports?kind=learner-guardians', file, type).expect(202);
  });
});
