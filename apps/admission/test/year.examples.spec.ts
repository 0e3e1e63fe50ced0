import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ministry, startAdmission } from './builders.js';

interface Example {
  year: number;
  planAct: string;
  stages: Record<string, string | number>[];
}

const example = (year: number): Example =>
  JSON.parse(readFileSync(new URL(`../examples/campaign-${year}.json`, import.meta.url), 'utf8')) as Example;
const inVilnius = (instant: unknown): string =>
  new Date(String(instant)).toLocaleString('sv-SE', { timeZone: 'Europe/Vilnius' }).slice(0, 16);

describe('a year as data', () => {
  const admission = startAdmission();
  const { api } = admission;

  async function planned(year: number): Promise<Record<string, unknown>[]> {
    admission.at(`${year}-01-02T08:00:00Z`);
    const { body } = await api.as(ministry).post('/campaigns', example(year)).expect(201);
    expect(body).toEqual(expect.objectContaining({ year, planAct: example(year).planAct }));
    return (await api.as(ministry).get(`/stages?campaignId=${body.id}`).expect(200)).body.items;
  }

  it('2021: six cycles for free places, two preferences after the main stage (R-ADM-11, R-ADM-13)', async () => {
    const stages = await planned(2021);
    expect(stages.map(({ type, preferenceLimit }) => `${type as string} ${preferenceLimit as number}`)).toEqual([
      ...['WINTER 2', 'SUMMER 3', 'ADDITIONAL 2'],
      ...Array.from({ length: 6 }, () => 'FREE_PLACES 2'),
    ]);
    const cycle = stages[3]!;
    const names = ['applyFrom', 'applyUntil', 'suitabilityUntil', 'inviteFrom', 'signUntil'];
    expect(names.map((name) => inVilnius(cycle[name]))).toEqual([
      ...['2021-09-07 08:00', '2021-09-13 00:00', '2021-09-13 17:00', '2021-09-14 09:00', '2021-09-16 00:00'],
    ]);
    expect(cycle['state']).toBe('PLANNED');
  });

  it('2023: a window of its own for module applicants, and no more days to sign (R-ADM-04, R-ADM-30)', async () => {
    const [, summer, additional] = await planned(2023);
    expect(['applyFrom', 'applyUntil', 'inviteFrom', 'signFrom'].map((name) => inVilnius(summer![name]))).toEqual([
      ...['2023-06-01 08:00', '2023-08-08 00:00', '2023-08-11 09:00', '2023-08-14 08:00'],
    ]);
    expect(summer!['groupWindows']).toEqual([
      { group: 'MODULE', step: 'APPLY', opensAt: '2023-06-12T05:00:00Z', closesAt: '2023-07-03T11:00:00Z' },
    ]);
    expect(inVilnius(additional!['signUntil'])).toBe('2023-08-31 17:00');
    const extensionOn = async (day: string) =>
      (await api.as(ministry).get(`/policy-parameters?code=adm.sign.extension&validOn=${day}`)).body.items[0].value;
    expect(await extensionOn('2021-08-20')).toEqual({ ADDITIONAL: { over: 300, days: 1 } });
    expect(await extensionOn('2023-08-21')).toEqual({});
  });

  it('is refused whole, with the faults of every stage', async () => {
    const { year, ...rest } = example(2023);
    const stages = rest.stages.map((stage) => ({ ...stage, applyUntil: stage['applyFrom'] }));
    const { body } = await api
      .as(ministry)
      .post('/campaigns', { ...rest, year: year + 1, stages })
      .expect(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(['/stages/0/applyUntil', '/stages/1/applyUntil', '/stages/2/applyUntil']),
    );
    expect((await api.as(ministry).get(`/campaigns?year=${year + 1}`)).body.items).toEqual([]);
  });
});
