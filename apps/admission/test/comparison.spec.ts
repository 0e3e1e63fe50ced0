import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { before, during, locked, ministry, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

interface Place {
  id: string;
  offering: string;
  type: string;
}
type Filled = { places: number; taken: number; score?: number };

/** A stage of chance, a final run of it and trials; every figure is counted anew from the rows, one applicant at a time. */
describe('the comparison of two runs', () => {
  const admission = startAdmission();
  const { api } = admission;
  const runs: Record<string, string> = {};
  let stageId = '';
  let offerings: OfferingAt[] = [];

  const trial = async (body: object): Promise<string> => {
    const { body: run } = await api.as(ministry).post(`/stages/${stageId}/trial-runs`, body).expect(202);
    await admission.settleTrials();
    return run.id as string;
  };

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage({ preferenceLimit: 4 });
    offerings = [];
    for (let o = 0; o < 6; o += 1) {
      const fieldCode = ['0713', '0213', '1013'][o % 3]!;
      offerings.push(
        await admission.anOffering({ stageId, fieldCode, fundedSeats: 1 + (o % 3), nonFundedSeats: o % 2 }),
      );
    }
    await admission.setPools(stageId, { '07': 3, '02': 2, '10': 4 });
    admission.at(during);
    const applicant = fc.record({
      grade: fc.integer({ min: 6, max: 9 }),
      list: fc.uniqueArray(fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('VF', 'VF', 'VNF')), {
        ...{ selector: String, minLength: 1, maxLength: 4 },
      }),
    });
    for (const { grade, list } of fc.sample(applicant, { numRuns: 30, seed: 20_260_805 }))
      await admission.anApplication(
        ...([stageId, grade] as const),
        ...list.map(([o, type]): [OfferingAt, string] => [offerings[o]!, type]),
      );
    for (const { institutionId } of offerings) await admission.allSuitable(institutionId);
    admission.at(locked);
    runs['final'] = String((await admission.run(stageId))['id']);
    runs['asIs'] = await trial({});
    const { body: asIs } = await api.as(ministry).get(`/trial-runs/${runs['asIs']}`).expect(200);
    const more = { places: [{ offeringId: offerings[0]!.id, funded: 4 }], quotas: [{ fieldCode: '07', quota: 7 }] };
    runs['more'] = await trial({ ...more, seed: asIs.seed });
    runs['crowded'] = await trial({ demand: [{ percent: 180 }], seed: asIs.seed });
    runs['few'] = await trial({ demand: [{ percent: 60 }], places: [{ offeringId: offerings[1]!.id, nonFunded: 3 }] });
  });

  const tableOf = (name: string): string => (name === 'final' ? 'placement' : 'trial_placement');
  const placesOf = (name: string): Promise<Place[]> =>
    api.db.query(
      `SELECT application_id AS id, offering_id AS offering, funding_type AS type FROM ${tableOf(name)} WHERE run_id = $1`,
      [runs[name]],
    );
  const compare = (first: string, second: string) =>
    api.as(ministry).get(`/runs/${runs[first]!}/comparison?with=${runs[second]!}`);
  const everyPage = async (first: string, second: string): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    for (let after = ''; ;) {
      const path = `/runs/${runs[first]!}/comparison/offerings?with=${runs[second]!}&limit=5${after}`;
      const { body } = await api.as(ministry).get(path).expect(200);
      items.push(...body.items);
      if (body.next === undefined) return items;
      after = `&after=${String(body.next)}`;
    }
  };

  async function naive(first: string, second: string): Promise<Record<string, number>> {
    const lists = new Map<string, string[]>();
    const listed: { id: string; option: string }[] = await api.db.query(
      `SELECT p.application_id AS id, p.offering_id || ' ' || p.funding_type AS option FROM preference p
         JOIN application a ON a.id = p.application_id WHERE a.stage_id = $1 ORDER BY p.application_id, p.rank`,
      [stageId],
    );
    for (const { id, option } of listed) lists.set(id, [...(lists.get(id) ?? []), option]);
    const [one, other] = [await placesOf(first), await placesOf(second)].map(
      (places) => new Map(places.map(({ id, offering, type }) => [id, `${offering} ${type}`])),
    );
    const counts = { placedInBoth: 0, onlyInFirst: 0, onlyInSecond: 0, samePlace: 0 };
    const moved = { betterInSecond: 0, worseInSecond: 0, notComparable: 0 };
    for (const [id, list] of lists) {
      const [here, there] = [one!.get(id), other!.get(id)];
      if (here !== undefined && there !== undefined) {
        counts.placedInBoth += 1;
        if (here === there) counts.samePlace += 1;
        else if (list.indexOf(there) < list.indexOf(here)) moved.betterInSecond += 1;
        else moved.worseInSecond += 1;
      } else if (here !== undefined) counts.onlyInFirst += 1;
      else if (there !== undefined) counts.onlyInSecond += 1;
    }
    return { ...counts, ...moved };
  }

  const pairs = [
    ['final', 'asIs'],
    ['asIs', 'more'],
    ['more', 'asIs'],
    ['asIs', 'crowded'],
    ['few', 'crowded'],
    ['final', 'few'],
  ] as const;

  it.each(pairs)('counts the applicants of %s and %s as one by one', async (first, second) => {
    const { body } = await compare(first, second).expect(200);
    expect(body.applicants).toEqual(await naive(first, second));
  });

  it.each(pairs)('counts the places of %s and %s as one by one', async (first, second) => {
    const { body } = await compare(first, second).expect(200);
    const fields = body.fields as { fieldCode: string; first: Filled; second: Filled }[];
    const items = (await everyPage(first, second)) as unknown as {
      offeringId: string;
      fundingType: string;
      first: Filled;
      second: Filled;
    }[];
    expect(items).toHaveLength(2 * offerings.length);
    expect(new Set(items.map(({ offeringId, fundingType }) => `${offeringId} ${fundingType}`)).size).toBe(items.length);
    for (const [side, name] of [
      ['first', first],
      ['second', second],
    ] as const) {
      const places = await placesOf(name);
      for (const item of items)
        expect([item.offeringId, item[side].taken]).toEqual([
          item.offeringId,
          places.filter(({ offering, type }) => offering === item.offeringId && type === item.fundingType).length,
        ]);
      const codes = ['07', '02', '10'];
      for (const field of fields) {
        const own = offerings.filter((_, o) => codes[o % 3] === field.fieldCode).map(({ id }) => id);
        expect(field[side].taken).toBe(
          places.filter(({ offering, type }) => type === 'VF' && own.includes(offering)).length,
        );
      }
      const funded = places.filter(({ type }) => type === 'VF').length;
      const quotas = fields.reduce((sum, field) => sum + field[side].places, 0);
      const paid = items
        .filter(({ fundingType }) => fundingType === 'VNF')
        .reduce((sum, item) => sum + item[side].places, 0);
      expect(body[side]).toMatchObject({
        ...{ kind: name === 'final' ? 'FINAL' : 'TRIAL', runId: runs[name], placed: places.length },
        funded: { places: quotas, taken: funded, unfilled: quotas - funded },
        nonFunded: { places: paid, taken: places.length - funded, unfilled: paid - places.length + funded },
      });
    }
  });

  it('tells the score of the last one taken where a limit is full, and only there', async () => {
    const holders: { score: number; pool: string; option: string }[] = await api.db.query(
      `SELECT a.score, o.pool_code AS pool, o.id || ' ' || p.funding_type AS option FROM trial_placement p
         JOIN application a ON a.id = p.application_id JOIN offering o ON o.id = p.offering_id WHERE p.run_id = $1`,
      [runs['asIs']],
    );
    const lastOf = (of: typeof holders): number => Math.min(...of.map(({ score }) => score)) / 10_000;
    const { fields } = (await compare('asIs', 'more').expect(200)).body as {
      fields: { fieldCode: string; first: Filled }[];
    };
    const items = (await everyPage('asIs', 'more')) as unknown as {
      offeringId: string;
      fundingType: string;
      first: Filled;
    }[];
    const limits: [Filled, typeof holders][] = [
      ...fields.map(({ fieldCode, first }): [Filled, typeof holders] => [
        first,
        holders.filter(({ pool, option }) => pool === fieldCode && option.endsWith(' VF')),
      ]),
      ...items.map(({ offeringId, fundingType, first }): [Filled, typeof holders] => [
        first,
        holders.filter(({ option }) => option === `${offeringId} ${fundingType}`),
      ]),
    ];
    const full = limits.filter(([{ places, taken }]) => places > 0 && taken === places);
    expect(full.length).toBeGreaterThan(2);
    for (const [limit, own] of limits)
      expect(limit.score).toBe(full.some(([each]) => each === limit) ? lastOf(own) : undefined);
  });

  it('says whether one lottery drew both', async () => {
    expect((await compare('asIs', 'more')).body.sameLottery).toBe(true);
    expect((await compare('final', 'asIs')).body.sameLottery).toBe(false);
    expect(JSON.stringify((await compare('final', 'asIs')).body)).not.toContain('seed');
  });

  it('cannot rank a place that is no longer on the list', async () => {
    const [moved] = (await placesOf('few')).filter(({ id }) => id[14] !== '8');
    const other = offerings.find(({ id }) => id !== moved!.offering)!;
    const [one, two] = [await trial({}), await trial({})];
    for (const [id, offering] of [
      [one, moved!.offering],
      [two, other.id],
    ] as const) {
      await api.db.query('DELETE FROM trial_placement WHERE run_id = $1', [id]);
      await api.db.query(`INSERT INTO trial_placement VALUES ($1, $2, $3, 'XX')`, [id, moved!.id, offering]);
    }
    const { body } = await api.as(ministry).get(`/runs/${one}/comparison?with=${two}`).expect(200);
    expect(body.applicants).toMatchObject({ placedInBoth: 1, notComparable: 1, betterInSecond: 0, worseInSecond: 0 });
  });

  it('is of computed runs of one stage', async () => {
    const missing = '01a222f3-0000-7000-8000-000000000000';
    await api.as(ministry).get(`/runs/${runs['final']!}/comparison?with=${missing}`).expect(404);
    await api.as(ministry).get(`/runs/${runs['final']!}/comparison`).expect(400);
    const { body: waiting } = await api.as(ministry).post(`/stages/${stageId}/trial-runs`, {}).expect(202);
    const { body: early } = await api
      .as(ministry)
      .get(`/runs/${runs['final']!}/comparison?with=${String(waiting.id)}`)
      .expect(409);
    expect(early.type).toContain('run-state');
    const first = runs['final']!;
    admission.at(before);
    stageId = await admission.aStage();
    admission.at(locked);
    const { body: other } = await api.as(ministry).post(`/stages/${stageId}/trial-runs`, {}).expect(202);
    await admission.settleTrials();
    const { body } = await api
      .as(ministry)
      .get(`/runs/${first}/comparison?with=${String(other.id)}`)
      .expect(400);
    expect(body).toMatchObject({ errors: [{ pointer: '?with', code: 'OTHER_STAGE' }] });
  });
});
