import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, locked, ministry, signing, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

describe('open data of a stage', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let wide: OfferingAt;
  let narrow: OfferingAt;

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    wide = await admission.anOffering({ stageId, fundedSeats: 6, fieldCode: '0713' });
    narrow = await admission.anOffering({ stageId, fundedSeats: 1, fieldCode: '1013' });
    const third = await admission.anOffering({ stageId, fundedSeats: 9, fieldCode: '0213' });
    await admission.setPools(stageId, { '07': 6, '10': 1, '02': 9 });
    admission.at(during);
    for (let i = 0; i < 8; i += 1) await admission.anApplication(stageId, 10 - (i % 4), [wide, 'VF']);
    for (let i = 0; i < 2; i += 1) await admission.anApplication(stageId, 7, [narrow, 'VF']);
    for (let i = 0; i < 7; i += 1) await admission.anApplication(stageId, 7, [third, 'VF']);
    for (const { institutionId } of [wide, narrow, third]) await admission.allSuitable(institutionId);
    admission.at(locked);
  });

  const statistics = (by: string) => api.anonymous().get(`/stages/${stageId}/statistics?by=${by}`);

  it('is there once the results are', async () => {
    await statistics('field').expect(404);
    await api.anonymous().get(`/stages/${stageId}/cut-offs`).expect(404);
    await admission.publish((await admission.run(stageId))['id']);
    admission.at(signing);
    await statistics('colour').expect(400);
    const { body } = await statistics('field').expect(200);
    expect(body).toMatchObject({ stageId, by: 'field', smallestCell: 5 });
  });

  it('shows nobody who could be recognised', async () => {
    const { body } = await statistics('field').expect(200);
    expect(body.items).toEqual([
      // Two applicants and one invited are few; one hidden figure alone would follow from the total, so the next goes too.
      { key: '02', applicants: null, invited: 7, agreements: 0 },
      { key: '07', applicants: 8, invited: null, agreements: 0 },
      { key: '10', applicants: null, invited: null, agreements: 0 },
    ]);
    const { body: cutOffs } = await api.anonymous().get(`/stages/${stageId}/cut-offs?limit=100`).expect(200);
    const of = ({ id }: OfferingAt) =>
      cutOffs.items.find(
        ({ offeringId, fundingType }: Record<string, string>) => offeringId === id && fundingType === 'VF',
      );
    expect(of(wide)).toEqual({ offeringId: wide.id, fundingType: 'VF', places: 6, taken: 6, score: 8 });
    expect(of(narrow)).toEqual({ offeringId: narrow.id, fundingType: 'VF', places: 1, taken: null });
  });

  it('pages its cut-offs', async () => {
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { body } = await api.anonymous().get(`/stages/${stageId}/cut-offs?limit=2${after}`).expect(200);
      seen.push(...body.items.map((one: Record<string, string>) => `${one['offeringId']} ${one['fundingType']}`));
      if (body.next === undefined) break;
      after = `&after=${body.next}`;
    }
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    expect((await api.as(ministry).get(`/offerings?stageId=${stageId}`)).body.items).toHaveLength(3);
  });
});
