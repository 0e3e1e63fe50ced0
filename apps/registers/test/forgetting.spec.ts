import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { ForgettingService } from '../src/erasures/forgetting.service.js';
import { aLearner, everyRow, registrar, startRegisters } from './builders.js';
import { importFile, reportOf } from './imports.js';

const archivist: Caller = {
  ...registrar,
  scopes: [...registrar.scopes, 'registers.erasures:write'],
  clientId: 'archivist',
};

describe('what names persons only because it was once sent', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set(new Date().toISOString()));
  const daysPass = (days: number): void => {
    api.clock.set(new Date(Date.now() + days * 86_400_000).toISOString());
  };
  const forget = async (): Promise<void> => {
    while ((await api.app.get(ForgettingService).forget()) > 0);
  };
  const holding = (word: string): Promise<string[]> =>
    everyRow(api, async (tx) => {
      const rows: { place: string }[] = await tx.query(
        `SELECT 'answer' AS place FROM idempotency_key WHERE body::text LIKE $1
         UNION ALL SELECT 'row' FROM import_row WHERE row::text LIKE $1 ORDER BY 1`,
        [`%${word}%`],
      );
      return rows.map(({ place }) => place);
    });
  const refused = (familyName: string): object[] => [aLearner({ familyName, homeMunicipalityCode: 'LT-99' })];

  it('is forgotten after the days of the policy; keys and faults stay', async () => {
    const familyName = 'Pamirštama';
    const [body, key] = [aLearner({ familyName }), { 'idempotency-key': 'forgotten-0001' }];
    const { body: first } = await api.as(registrar).post('/learners', body, key).expect(201);
    const job = await importFile(api, 'learners', refused(familyName), 'application/x-ndjson');
    daysPass(29);
    await forget();
    expect(await holding(familyName)).toEqual(['answer', 'row']);
    expect((await api.as(registrar).post('/learners', body, key).expect(201)).body).toEqual(first);
    daysPass(31);
    await forget();
    expect(await holding(familyName)).toEqual([]);
    const { body: problem } = await api.as(registrar).post('/learners', body, key).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:registers:idempotency-answer-forgotten');
    await api.as(registrar).post('/learners', aLearner(), key).expect(422);
    const found = await everyRow(api, (tx) => tx.query('SELECT 1 FROM learner WHERE family_name = $1', [familyName]));
    expect(found).toHaveLength(1);
    expect(await reportOf(api, job)).toEqual({ '/homeMunicipalityCode UNKNOWN_CODE': 1 });
  });

  it('is forgotten at once of a person who is erased, and of nobody else', async () => {
    const [familyName, other] = ['Trinama-dabar', 'Kita-lieka'];
    const made = await api
      .as(registrar)
      .post('/learners', aLearner({ familyName: 'Trinama-mergautinė' }))
      .expect(201);
    const { id, givenName, birthOn, sex } = made.body;
    const named = { givenName, familyName, birthOn, sex };
    await api.as(registrar).put(`/learners/${id}`, named, { 'if-match': '"1"' }).expect(200);
    await api
      .as(registrar)
      .post('/learners', aLearner({ familyName: other }))
      .expect(201);
    const rows = [familyName, 'TRINAMA-MERGAUTINĖ', other].flatMap((each) =>
      refused(each).map((row) => ({ ...row, givenName })),
    );
    await importFile(api, 'learners', rows, 'application/x-ndjson');
    expect(await holding('rinama-')).toEqual(['answer', 'row']);
    const erasure = { learnerId: id, ground: 'REGISTERED_BY_MISTAKE', legalBasis: 'V-7' };
    await api.as(archivist).post('/erasures', erasure).expect(201);
    for (const name of ['rinama-', 'TRINAMA-']) expect(await holding(name)).toEqual([]);
    expect(await holding(other)).toEqual(['answer', 'row']);
  });
});
