import { beforeAll, describe, expect, it } from '@jest/globals';
import { SeedSource } from '../src/stages/seed-source.js';
import { ministry, schoolOf, signature, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

/** Draws from a seed (mulberry32): the year is the same each time. */
function drawsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Invited {
  id: string;
  applicationId: string;
  learnerId: string;
  offeringId: string;
  institutionId: string;
  fundingType: string;
}

/** Days of 2031; every stage has the rhythm of a cycle for free places, stretched. */
const calendar = [
  ['WINTER', '01-20', '02-03', '02-20'],
  ['SUMMER', '06-02', '08-06', '09-01'],
  ['ADDITIONAL', '08-18', '08-21', '09-01'],
  ['ADDITIONAL', '08-25', '08-27', '09-01'],
  ['FREE_PLACES', '09-08', '09-12', '09-22'],
  ['FREE_PLACES', '09-22', '09-26', '10-06'],
] as const;
const day = (monthAndDay: string, more = 0): string =>
  new Date(Date.parse(`2031-${monthAndDay}T10:00:00Z`) + more * 86_400_000).toISOString();
const year = 2031;

describe('a year of four stages and two cycles for free places', () => {
  const admission = startAdmission();
  const { api } = admission;
  const draw = drawsFrom(20_310_901);
  const quotas: Record<string, number> = { '07': 40, '10': 12 };
  let campaignId = '';
  let stages: string[] = [];
  let school: OfferingAt[] = [];
  let spares: string[] = [];
  /** The year as the spec keeps it for itself: places by field, and what became of invitations. */
  const left = { ...quotas };
  const ended: Record<string, number> = { signed: 0, declined: 0, annulled: 0, lapsed: 0, terminated: 0 };
  const poolOf = new Map<string, string>();
  let returned = 0;

  beforeAll(async () => {
    api.app.get(SeedSource).draw = () => 'a-seed-of-the-spec';
    admission.at('2031-01-02T08:00:00Z');
    const body = {
      ...{ year, planAct: 'V-1' },
      stages: calendar.map(([type, from, until, startsOn], i) => ({
        ...{ type, sequence: i + 1, startsOn: `2031-${startsOn}`, applyFrom: day(from), applyUntil: day(until) },
        signUntil: day(until, 4),
      })),
    };
    const { body: campaign } = await api.as(ministry).post('/campaigns', body).expect(201);
    campaignId = campaign.id;
    const { body: list } = await api.as(ministry).get(`/stages?campaignId=${campaignId}`).expect(200);
    stages = list.items.map(({ id }: { id: string }) => id);
    school = [
      await admission.anOffering({ stageId: stages[0]!, fundedSeats: 20, nonFundedSeats: 4, fieldCode: '0713' }),
      await admission.anOffering({ stageId: stages[0]!, fundedSeats: 25, nonFundedSeats: 0, fieldCode: '0714' }),
      await admission.anOffering({ stageId: stages[0]!, fundedSeats: 15, nonFundedSeats: 0, fieldCode: '1013' }),
    ];
    await admission.setPools(stages[0]!, quotas);
  });

  /** Who got no place before applies again, with some new ones. */
  async function apply(stageId: string, newcomers: number): Promise<Map<string, string>> {
    const { body } = await api.as(ministry).get(`/offerings?stageId=${stageId}&limit=100`).expect(200);
    const offered = body.items as { id: string; poolCode: string; nonFundedSeats: number }[];
    for (const { id, poolCode } of offered) poolOf.set(id, poolCode);
    const learners = [...spares];
    for (let i = 0; i < newcomers; i += 1) learners.push(await admission.aLearner(undefined, 2010));
    const applications = new Map<string, string>();
    for (const learnerId of learners) {
      const chosen = offered.filter(() => draw() < 0.7).slice(0, 2);
      const choices = (chosen.length > 0 ? chosen : offered.slice(0, 1)).map(({ id, nonFundedSeats }) => ({
        ...{ offeringId: id, fundingType: nonFundedSeats > 0 && draw() < 0.2 ? 'VNF' : 'VF' },
      }));
      const { body: application } = await api
        .as(ministry)
        .post('/applications', {
          ...{ learnerId, stageId, education: 'SECONDARY', preferences: choices },
          grades: [{ scale: 'TEN', value: 4 + Math.floor(draw() * 7) }],
        })
        .expect(201);
      if (draw() < 0.05) await api.as(ministry).post(`/applications/${application.id}/withdraw`).expect(200);
      else applications.set(application.id, learnerId);
    }
    return applications;
  }

  /** Signs, declines, annuls, or leaves an invitation to lapse; keeps the books. */
  async function settle(invited: Invited): Promise<'signed' | 'other'> {
    const { id, institutionId, fundingType, offeringId } = invited;
    const what = draw();
    const at = api.as(schoolOf(institutionId));
    if (what < 0.6) {
      await at.post(`/invitations/${id}/agreement`, signature).expect(201);
      ended['signed']! += 1;
      if (fundingType === 'VF') left[poolOf.get(offeringId)!]! -= 1;
      return 'signed';
    }
    if (what < 0.75) {
      await api.as(ministry).post(`/invitations/${id}/decline`).expect(200);
      ended['declined']! += 1;
    } else if (what < 0.85) {
      await at.post(`/invitations/${id}/annul`, { reason: 'ORIGINALS_CONTRADICT' }).expect(200);
      ended['annulled']! += 1;
    } else ended['lapsed']! += 1;
    return 'other';
  }

  /** One who signed leaves before teaching starts (R-ADM-34). */
  async function terminateOne(stageId: string, terminatedOn: string): Promise<void> {
    const { body } = await api.as(ministry).get(`/agreements?stageId=${stageId}&state=SIGNED&limit=100`).expect(200);
    const agreement = body.items.find(({ fundingType }: Invited) => fundingType === 'VF');
    if (!agreement) return;
    await api
      .as(schoolOf(agreement.institutionId))
      .post(`/agreements/${agreement.id}/terminate`, { terminatedOn, reason: 'LEARNER_REQUEST' })
      .expect(200);
    ended['terminated']! += 1;
    left[poolOf.get(agreement.offeringId)!]! += 1;
  }

  it.each(calendar.map(([type, from, until], i) => [i, type, from, until] as const))(
    'stage %d (%s) runs from its opening to its close, and its places go on',
    async (i, _, from, until) => {
      const stageId = stages[i]!;
      admission.at(day(from));
      await admission.settle();
      const pools = (await api.as(ministry).get(`/stages/${stageId}/pools`).expect(200)).body.items;
      expect(Object.fromEntries(pools.map(({ fieldCode, quota }: never) => [fieldCode, quota]))).toEqual(left);
      const applications = await apply(stageId, i === 1 ? 40 : 12);
      for (const { institutionId } of school) await admission.allSuitable(institutionId);
      admission.at(day(until));
      const run = await admission.run(stageId);
      expect(run).toMatchObject({ state: 'COMPLETED', verified: true, applicants: applications.size });
      await admission.publish(run['id']);
      const invitations = (await admission.invitationsOf(stageId)) as unknown as Invited[];
      expect(invitations).toHaveLength(Number(run['placed']));
      admission.at(day(until, 1));
      const placed = new Set<string>();
      for (const invited of invitations) if ((await settle(invited)) === 'signed') placed.add(invited.applicationId);
      if (i === 1) await terminateOne(stageId, '2031-08-07');
      admission.at(day(until, 4));
      await admission.settle();
      expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('CLOSED');
      // After the close: the place goes to the stage that takes quotas now.
      if (i === 2) await terminateOne(stageId, '2031-08-25');
      spares = [...applications].filter(([id]) => !placed.has(id)).map(([, learnerId]) => learnerId);
    },
    60_000,
  );

  it('reconciles: places are agreements or went back to the state, applicants were invited or not', async () => {
    returned = Object.values(left).reduce((sum, places) => sum + places, 0);
    const { body } = await api.as(ministry).get(`/campaigns/${campaignId}/summary`).expect(200);
    const planned = Object.values(quotas).reduce((sum, places) => sum + places, 0);
    expect(body).toMatchObject({ year, planned, returned, agreements: planned - returned, reconciles: true });
    expect(body.stages).toHaveLength(calendar.length);
    const sum = (name: string): number =>
      body.stages.reduce((total: number, stage: Record<string, number>) => total + stage[name]!, 0);
    expect({
      ...{ signed: sum('signed'), declined: sum('declined'), annulled: sum('annulled'), lapsed: sum('lapsed') },
      terminated: sum('terminatedBeforeStart'),
    }).toEqual(ended);
    for (const stage of body.stages as Record<string, number>[]) {
      const of = (name: string): number => stage[name]!;
      expect(of('applications')).toBe(of('withdrawn') + of('invitedPersons') + of('notPlaced'));
      expect(of('invited')).toBe(of('signed') + of('declined') + of('annulled') + of('lapsed'));
    }
  });

  it('moved every place once, and said so', async () => {
    const { body } = await api.as(ministry).get('/place-movements?limit=500').expect(200);
    const back = body.items.filter(({ toStageId }: { toStageId?: string }) => toStageId === undefined);
    expect(back.reduce((sum: number, { places }: { places: number }) => sum + places, 0)).toBe(returned);
    const announced = (await api.events('admission.places')).map(({ payload }) => payload['movementId']);
    expect(announced.sort()).toEqual(body.items.map(({ id }: { id: string }) => id).sort());
    const late = body.items.filter(({ reason }: { reason: string }) => reason === 'AGREEMENT_TERMINATED');
    expect(late).toEqual([expect.objectContaining({ fromStageId: stages[2], places: 1 })]);
  });
});
