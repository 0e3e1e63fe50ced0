import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { MatchFinderService } from '../src/match-reviews/match-finder.service.js';
import {
  aLearner,
  anEnrolment,
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  forTeaching,
  matcher,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';

interface Learner {
  id: string;
  version: number;
}
interface Review {
  id: string;
  version: number;
  state: string;
  learnerIds: string[];
  grounds: string[];
  similarity?: number;
}

describe('learners who may be one person', () => {
  const api = startRegisters();
  const client = () => api.as(matcher);
  let names = 0;
  /** Unlike all others: twins of one day are not taken for other twins. */
  const unlike = (n: number): string => String.fromCharCode(97 + n).repeat(7);

  const register = async (facts = {}): Promise<Learner> =>
    (await client().post('/learners', aLearner(facts)).expect(201)).body as Learner;
  /** Two of one name and birth date, the first with a code. */
  const twins = async (facts: object = {}, otherFacts: object = {}): Promise<[Learner, Learner]> => {
    const name = { givenName: 'Vardas', familyName: unlike((names += 1)) };
    const first = await register({ ...name, personalCode: aPersonalCode(), ...facts });
    const { birthOn, sex } = first as unknown as { birthOn: string; sex: string };
    return [first, await register({ ...name, birthOn, sex, ...otherFacts })];
  };
  const find = async (): Promise<void> => {
    while ((await api.app.get(MatchFinderService).turn()) > 0);
  };
  const reviewsOf = async ({ id }: Learner): Promise<Review[]> =>
    (await client().get(`/match-reviews?learnerId=${id}`).expect(200)).body.items as Review[];
  const reviewed = async (pair: [Learner, Learner]): Promise<Review> => {
    await find();
    return (await reviewsOf(pair[0])).find(({ learnerIds }) => learnerIds.includes(pair[1].id))!;
  };
  const decide = (review: Review, body: object, version = review.version) =>
    client().put(`/match-reviews/${review.id}/decision`, body, { 'if-match': `"${version}"` });
  const reverse = ({ id }: Review, version: number) =>
    client().put(`/match-reviews/${id}/reversal`, { reason: 'Two after all' }, { 'if-match': `"${version}"` });
  const announced = async (id: string): Promise<string[]> =>
    (await api.events()).filter(({ key }) => key === id).map(({ type, version }) => `${type.split('.')[2]} ${version}`);

  it('R-REG-29: a registration that is like another is taken, and a review is opened', async () => {
    const [first, second] = await twins({}, { familyName: unlike(names + 1).slice(1) });
    const review = await reviewed([first, second]);
    expect(review).toMatchObject({ state: 'OPEN', grounds: ['SIMILAR_NAME'], version: 1 });
    expect(review.learnerIds).toEqual([first.id, second.id].sort());
  });

  it('waits while learners are imported, and compares then', async () => {
    // An import that cannot write its report: of one row that is refused.
    const holder = api.db.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE import_row IN SHARE ROW EXCLUSIVE MODE');
    const ndjson = { 'content-type': 'application/x-ndjson' };
    const { body: job } = await client().post('/imports?kind=learners', '{}', ndjson).expect(202);
    const until = async (state: string): Promise<void> => {
      for (let now = ''; now !== state;) {
        now = (await client().get(`/imports/${job.id}`).expect(200)).body.state as string;
        // What has ended waits for nothing.
        if (now === 'DONE') expect(state).toBe('DONE');
      }
    };
    await until('RUNNING');
    const pair: [Learner, Learner] = [
      await register({ givenName: 'Vardas', familyName: 'Laukianti' }),
      await register({ givenName: 'Vardas', familyName: 'Laukianti' }),
    ];
    expect(await api.app.get(MatchFinderService).turn()).toBe(0);
    expect(await reviewsOf(pair[0])).toEqual([]);
    await holder.rollbackTransaction();
    await holder.release();
    await until('DONE');
    expect(await reviewed(pair)).toMatchObject({ state: 'OPEN', similarity: 1 });
  });

  it('compares again when a name changes, and not when two have codes', async () => {
    const [first, other] = [await register({ familyName: 'Pirma-x' }), await register({ familyName: 'Antra-y' })];
    await find();
    expect(await reviewsOf(first)).toEqual([]);
    const headers = { 'if-match': '"1"' };
    const same = { givenName: 'Vardas', familyName: 'Pirma-x', birthOn: '2009-05-14', sex: 'F' };
    await client().put(`/learners/${first.id}`, same, headers).expect(200);
    await client().put(`/learners/${other.id}`, same, headers).expect(200);
    await find();
    expect(await reviewsOf(first)).toMatchObject([{ grounds: [], similarity: 1 }]);
  });

  it('opens no review of somebody who is erased while it compares', async () => {
    const pair = await twins();
    const finding = await everyRow(api, async (tx) => {
      await tx.query(`UPDATE learner SET state = 'ERASED' WHERE id = $1`, [pair[1].id]);
      const found = find();
      await api.blocked(1);
      return { found };
    });
    await finding.found;
    expect(await reviewsOf(pair[0])).toEqual([]);
  });

  it('compares those of one day who have codes with those who have none, and not with each other', async () => {
    const ofOneDay = (facts: object): Promise<Learner> =>
      register({ givenName: 'Vardas', familyName: 'Sausis', birthOn: '2004-01-01', sex: 'M', ...facts });
    const coded = [await ofOneDay({ personalCode: '50401019906' }), await ofOneDay({ personalCode: '50401019917' })];
    const [uncoded, later] = [await ofOneDay({}), await ofOneDay({})];
    await find();
    const pairs = (await reviewsOf(uncoded)).map(({ learnerIds }) => learnerIds.find((id) => id !== uncoded.id));
    expect(pairs.sort()).toEqual([...coded, later].map(({ id }) => id).sort());
    expect(await reviewsOf(coded[0]!)).toHaveLength(2);
  });

  it.each([
    ['the later has a code', 'Abromavas', {}, { personalCode: '50402039903' }],
    ['the earlier has a code', 'Kunigas', { personalCode: '50403029901' }, {}],
    ['neither has a code', 'Žvirblys', {}, {}],
  ])('compares days that have day and month swapped: %s', async (_, familyName, facts, otherFacts) => {
    const name = { givenName: familyName, familyName, sex: 'M' };
    const first = await register({ ...name, birthOn: '2004-03-02', ...facts });
    await find();
    const second = await register({ ...name, birthOn: '2004-02-03', ...otherFacts });
    expect(await reviewed([first, second])).toMatchObject({ grounds: ['DAY_AND_MONTH_SWAPPED'], similarity: 1 });
  });

  it('shows both beside each other and leaves a record of the look at each', async () => {
    const pair = await twins({}, { homeMunicipalityCode: 'LT-16' });
    const review = await reviewed(pair);
    const { body } = await client().get(`/match-reviews/${review.id}`, { 'x-purpose': 'SUPERVISION' }).expect(200);
    expect(body.learners.map(({ id }: Learner) => id)).toEqual(review.learnerIds);
    expect(body.differences).toEqual(['possiblyForeign', 'homeMunicipalityCode']);
    const records = await everyRow(api, (tx) =>
      tx.query(`SELECT subject_id, purpose FROM access_record WHERE operation = 'getMatchReview' ORDER BY subject_id`),
    );
    expect(records).toEqual(review.learnerIds.map((id) => ({ subject_id: id, purpose: 'SUPERVISION' })));
  });

  describe('of one person (R-REG-28)', () => {
    let [first, second]: Learner[] = [];
    let review: Review;
    let [kept, lost] = ['', ''];

    beforeAll(async () => {
      [kept, lost] = (await Promise.all(
        [1, 2].map(async () => (await client().post('/institutions', anInstitution()).expect(201)).body.id),
      )) as [string, string];
      [first, second] = await twins({ institutionId: kept }, { institutionId: lost });
      review = await reviewed([first, second]);
    });

    it('the one that is not kept leads to the other, for whoever might see it, and all are told', async () => {
      const { body } = await decide(review, { decision: 'SAME_PERSON', survivorId: first!.id, reason: 'Seen' }).expect(
        200,
      );
      expect(body).toMatchObject({ state: 'SAME_PERSON', version: 2, survivorId: first!.id, decidedBy: 'matcher' });
      for (const by of [registrar, school(lost)]) {
        const { headers, body: problem } = await api.as(by).get(`/learners/${second!.id}`).expect(308);
        expect(headers['location']).toBe(`/registers/v1/learners/${first!.id}`);
        expect(problem.type).toBe('urn:meistras:problem:registers:learner-merged');
        await api.as(by).get(`/learners/${first!.id}`).expect(200);
      }
      await api.as(school('00000000-0000-7000-8000-000000000001')).get(`/learners/${second!.id}`).expect(404);
      expect(await announced(second!.id)).toEqual(['registered 1', 'merged 2']);
      expect(await announced(first!.id)).toEqual(['registered 1', 'changed 2']);
      const [merged] = (await api.events()).filter(({ type }) => type === 'registers.learner.merged.v1').slice(-1);
      expect(merged!.payload).toMatchObject({ learnerId: second!.id, mergedIntoId: first!.id });
      const listed = async (id: string): Promise<string[]> =>
        (await api.as(school(id)).get('/learners').expect(200)).body.items.map(({ id: each }: Learner) => each);
      expect([await listed(kept), await listed(lost)]).toEqual([[first!.id], [first!.id]]);
    });

    it('is one once: a second decision is refused', async () => {
      await decide(review, { decision: 'DIFFERENT', reason: 'No' }, 2).expect(409);
      await decide(review, { decision: 'DIFFERENT', reason: 'No' }, 1).expect(412);
    });

    it('stands for itself again when the decision is reversed', async () => {
      expect((await reverse(review, 2).expect(200)).body).toMatchObject({ state: 'DIFFERENT', version: 3 });
      await api.as(school(lost)).get(`/learners/${second!.id}`).expect(200);
      await api.as(school(lost)).get(`/learners/${first!.id}`).expect(404);
      expect(await announced(second!.id)).toEqual(['registered 1', 'merged 2', 'unmerged 3']);
      await reverse(review, 3).expect(409);
      await find();
      expect(await reviewsOf(first!)).toMatchObject([{ state: 'DIFFERENT' }]);
    });
  });

  it('gives the personal code to the one that is kept, found by it then, and gives it back', async () => {
    const personalCode = aPersonalCode();
    const [first, second] = await twins({ personalCode });
    const review = await reviewed([first, second]);
    const matched = async (): Promise<string> =>
      (await client().post('/learners/match', { personalCode }).expect(200)).body.learnerId as string;
    await decide(review, { decision: 'SAME_PERSON', survivorId: second.id, reason: 'Seen' }).expect(200);
    expect(await matched()).toBe(second.id);
    const { body } = await api.as(trusted).get(`/learners/${second.id}`, forTeaching).expect(200);
    expect(body).toMatchObject({ personalCode, possiblyForeign: false });
    await reverse(review, 2).expect(200);
    expect(await matched()).toBe(first.id);
    const { body: again } = await api.as(trusted).get(`/learners/${second.id}`, forTeaching).expect(200);
    expect(again).toMatchObject({ possiblyForeign: true });
    expect(again).not.toHaveProperty('personalCode');
  });

  it('leads on when the one that was kept is merged in its turn, and back again', async () => {
    const [a, b] = await twins();
    const c = await register({ familyName: 'Trečias' });
    const ab = await reviewed([a, b]);
    await decide(ab, { decision: 'SAME_PERSON', survivorId: a.id, reason: 'Seen' }).expect(200);
    const { body: ac } = await client()
      .post('/match-reviews', { learnerIds: [a.id, c.id] })
      .expect(201);
    await decide(ac, { decision: 'SAME_PERSON', survivorId: c.id, reason: 'Seen' }).expect(200);
    const leads = async (id: string): Promise<string> =>
      (await client().get(`/learners/${id}`).expect(308)).headers['location']!.split('/').at(-1)!;
    expect([await leads(b.id), await leads(a.id)]).toEqual([c.id, c.id]);
    await reverse(ac, 2).expect(200);
    expect(await leads(b.id)).toBe(a.id);
    await client().get(`/learners/${a.id}`).expect(200);
  });

  it('merges nobody who studies twice for one programme: a registrar ends one first (section 8)', async () => {
    const [first, second] = await twins();
    const review = await reviewed([first, second]);
    const programmeId = '00000000-0000-7000-8000-0000000000aa';
    for (const { id } of [first, second])
      await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: id, programmeId }));
    const body = { decision: 'SAME_PERSON', survivorId: first.id, reason: 'Seen' };
    const { body: problem } = await decide(review, body).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:registers:learners-study-alike');
    await client().get(`/learners/${second.id}`).expect(200);
  });

  it.each<[string, (pair: [Learner, Learner]) => object, string[]]>([
    ['without the one to keep', () => ({ decision: 'SAME_PERSON', reason: 'x' }), ['/survivorId REQUIRED']],
    [
      'with a stranger to keep',
      () => ({ decision: 'SAME_PERSON', reason: 'x', survivorId: '00000000-0000-7000-8000-0000000000bb' }),
      ['/survivorId UNKNOWN'],
    ],
    ['without a reason', () => ({ decision: 'DIFFERENT' }), ['/reason MIN_LENGTH']],
  ])('a decision %s is refused', async (_, bodyOf, faults) => {
    const pair = await twins();
    const { body } = await decide(await reviewed(pair), bodyOf(pair)).expect(422);
    expect(faultsOf(body).map((fault) => fault.replace(/ (IS_STRING|MAX_LENGTH)$/, ' MIN_LENGTH'))).toEqual(
      expect.arrayContaining(faults),
    );
  });

  it('is for national clients with the scope', async () => {
    await api.as(registrar).get('/match-reviews').expect(403);
    await api
      .as({ ...matcher, national: false, institutions: [] })
      .get('/match-reviews')
      .expect(403);
  });
});
