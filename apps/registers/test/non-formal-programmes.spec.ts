import { beforeEach, describe, expect, it } from '@jest/globals';
import { aNonFormalProgramme, faultsOf, registrar, startRegisters } from './builders.js';
import { importFile } from './imports.js';

describe('non-formal programmes', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  it('run in two municipalities are two entries with their own codes (R-REG-16)', async () => {
    const one = aNonFormalProgramme({ municipalityCode: 'LT-16' });
    const other = aNonFormalProgramme({ municipalityCode: 'LT-57' });
    for (const stated of [one, other]) await client().post('/non-formal-programmes', stated).expect(201);
    const { body: taken } = await client()
      .post('/non-formal-programmes', { ...one, municipalityCode: 'LT-58' })
      .expect(409);
    expect(taken.type).toBe('urn:meistras:problem:registers:non-formal-programme-code-taken');
    const { body } = await client().get('/non-formal-programmes?municipalityCode=LT-57').expect(200);
    expect(body.items).toMatchObject([{ code: other.code, state: 'REGISTERED' }]);
  });

  it.each(['PROVIDER_REQUEST', 'NOT_RUN_FOR_TWO_YEARS', 'REGISTRAR_DECISION', 'MERGED'])(
    'are taken off the register for the reason %s (R-REG-17)',
    async (deregistrationReason) => {
      const { body: first } = await client()
        .post('/non-formal-programmes', aNonFormalProgramme({ validFrom: '2026-01-01' }))
        .expect(201);
      const path = `/non-formal-programmes/${first.id}/deregistration`;
      const end = { validFrom: '2026-01-10', deregistrationReason };
      const { body } = await client().put(path, end, { 'if-match': '"1"' }).expect(200);
      expect(body).toMatchObject({ state: 'DEREGISTERED', deregistrationReason });
      const events = (await api.events('registers.non-formal-programme')).filter(({ key }) => key === first.id);
      expect(events.at(-1)).toMatchObject({ payload: { state: 'DEREGISTERED', deregistrationReason } });
    },
  );

  it('are not taken off for another reason, or without one (R-REG-17)', async () => {
    const { body: first } = await client().post('/non-formal-programmes', aNonFormalProgramme()).expect(201);
    const path = `/non-formal-programmes/${first.id}/deregistration`;
    for (const reason of [{}, { deregistrationReason: 'TIRED' }]) {
      const { body } = await client()
        .put(path, { validFrom: '2026-01-10', ...reason }, { 'if-match': '"1"' })
        .expect(422);
      expect(faultsOf(body)).toEqual(['/deregistrationReason IS_IN']);
    }
  });

  it('are refused with a provider’s wrong code and an unknown municipality', async () => {
    const wrong = aNonFormalProgramme({ providerCode: '188603092', municipalityCode: 'LT-99' });
    const { body } = await client().post('/non-formal-programmes', wrong).expect(422);
    expect(faultsOf(body)).toEqual(['/municipalityCode UNKNOWN_CODE', '/providerCode WRONG_CHECK_DIGIT']);
  });

  it('come from a table, and the same table again changes nothing', async () => {
    const rows = [aNonFormalProgramme(), aNonFormalProgramme({ providerCode: '1' })];
    const first = await importFile(api, 'non-formal-programmes', rows);
    expect(first).toMatchObject({ state: 'DONE', created: 1, failed: 1 });
    const again = await importFile(api, 'non-formal-programmes', rows);
    expect(again).toMatchObject({ state: 'DONE', unchanged: 1, failed: 1 });
  });
});
