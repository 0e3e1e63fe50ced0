import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QualificationCategoryGrantedV1 } from '@meistras/contracts/events/accreditation/qualification-category';
import { MatchFinderService } from '../src/match-reviews/match-finder.service.js';
import type { RegisterStaffPostDto } from '../src/staff/staff-posts.dto.js';
import {
  aLearner,
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
import { importFile } from './imports.js';

interface Post {
  id: string;
  staffMemberId: string;
}
interface Review {
  id: string;
  version: number;
  about: string;
  staffMemberIds: string[];
  grounds: string[];
}

/** None is like another. */
const surnames = ['', 'Kazlauskas', 'Petrulytė', 'Obelienė', 'Vaitkus', 'Žemaitis', 'Šulcaitė'];

describe('members of staff who may be one person (R-REG-28, R-REG-29)', () => {
  const api = startRegisters();
  const client = () => api.as(matcher);
  let [kept, lost] = ['', ''];
  let serial = 0;
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  beforeAll(async () => {
    [kept, lost] = (await Promise.all(
      [1, 2].map(async () => (await client().post('/institutions', anInstitution()).expect(201)).body.id),
    )) as [string, string];
  });

  const aPost = (facts: Partial<RegisterStaffPostDto>): RegisterStaffPostDto => ({
    ...{ givenName: 'Vardas', familyName: 'Pavardė', institutionId: kept, position: 'Mokytojas', fullTimeShare: 1 },
    ...(facts.personalCode === undefined ? { birthOn: '1980-05-14', sex: 'F' } : {}),
    ...facts,
  });
  const register = async (facts: Partial<RegisterStaffPostDto>): Promise<Post> =>
    (await client().post('/staff-posts', aPost(facts)).expect(201)).body as Post;
  /** Two of one name and birth date, at two institutions; the second with a code if wanted. */
  const twins = async (personalCode?: string): Promise<[Post, Post]> => {
    const name = { familyName: surnames[(serial += 1)]! };
    const second = await register({ ...name, institutionId: lost, ...(personalCode ? { personalCode } : {}) });
    const { birthOn, sex } = await memberOf(second.staffMemberId);
    return [await register({ ...name, birthOn, sex }), second];
  };
  const memberOf = async (id: string) =>
    (await api.as(trusted).get(`/staff-members/${id}`, forTeaching).expect(200)).body;
  const reviewed = async ([{ staffMemberId }]: [Post, Post]): Promise<Review> => {
    while ((await api.app.get(MatchFinderService).turn()) > 0);
    const { body } = await client().get(`/match-reviews?staffMemberId=${staffMemberId}`).expect(200);
    expect(body.items).toHaveLength(1);
    return body.items[0] as Review;
  };
  const merge = async (review: Review, survivor: Post, status = 200) =>
    (
      await client()
        .put(
          `/match-reviews/${review.id}/decision`,
          { decision: 'SAME_PERSON', survivorId: survivor.staffMemberId, reason: 'Seen' },
          { 'if-match': `"${review.version}"` },
        )
        .expect(status)
    ).body;
  const reverse = (review: Review) =>
    client().put(`/match-reviews/${review.id}/reversal`, { reason: 'Two' }, { 'if-match': '"2"' }).expect(200);
  const announced = async (key: string): Promise<string[]> =>
    (await api.events())
      .filter((event) => event.key === key)
      .map(({ type, version }) => `${type.split('.').slice(1, 3).join('.')} ${version}`);

  it('are found by the register itself, apart from learners, and shown beside each other', async () => {
    const name = { givenName: 'Vardas', familyName: 'Ir-mokytoja', birthOn: '1980-05-14', sex: 'F' as const };
    const pair: [Post, Post] = [
      await register(name),
      await register({ ...name, familyName: 'Ir-mokytja', institutionId: lost }),
    ];
    await client().post('/learners', aLearner(name)).expect(201);
    const review = await reviewed(pair);
    expect(review).toMatchObject({ about: 'STAFF_MEMBER', state: 'OPEN', grounds: ['SIMILAR_NAME'] });
    expect(review).not.toHaveProperty('learnerIds');
    const { body } = await client().get(`/match-reviews/${review.id}`, { 'x-purpose': 'SUPERVISION' }).expect(200);
    expect(body.staffMembers.map(({ id }: { id: string }) => id)).toEqual(review.staffMemberIds);
    expect(body.differences).toEqual(['familyName']);
    const records = await everyRow(api, (tx) =>
      tx.query(`SELECT subject_id FROM access_record WHERE operation = 'getMatchReview' ORDER BY subject_id`),
    );
    expect(records).toEqual(review.staffMemberIds.map((id) => ({ subject_id: id })));
    const { body: learners } = await client().get('/match-reviews?about=LEARNER').expect(200);
    expect(learners.items).toEqual([]);
  });

  it('become one: the id that is not kept leads on, posts go over, and all are told', async () => {
    const [first, second] = await twins();
    const heldOn = { institutionId: lost, heldOn: '2026-01-05', hours: 6, title: 'Suvirinimas' };
    await client().post(`/staff-members/${second.staffMemberId}/development`, heldOn).expect(201);
    const review = await reviewed([first, second]);
    expect(await merge(review, first)).toMatchObject({ state: 'SAME_PERSON', survivorId: first.staffMemberId });
    await api.consume(QualificationCategoryGrantedV1, {
      ...{ categoryId: randomUUID(), version: 1, staffMemberId: second.staffMemberId, category: 'SENIOR' },
      ...{ validFrom: '2026-01-01', actNumber: 'A-1' },
    } as unknown as QualificationCategoryGrantedV1);
    for (const by of [registrar, school(lost)]) {
      const { headers, body: problem } = await api.as(by).get(`/staff-members/${second.staffMemberId}`).expect(308);
      expect(headers['location']).toBe(`/registers/v1/staff-members/${first.staffMemberId}`);
      expect(problem.type).toBe('urn:meistras:problem:registers:staff-member-merged');
    }
    await api.as(school(randomUUID())).get(`/staff-members/${second.staffMemberId}`).expect(404);
    // The institution of the one that was merged sees the one that was kept, with its own post and what it said before.
    const { body: seen } = await api.as(school(lost)).get(`/staff-members/${first.staffMemberId}`).expect(200);
    expect(seen.posts).toMatchObject([{ id: second.id, staffMemberId: first.staffMemberId, version: 2 }]);
    expect(seen).toMatchObject({ development: [{ hours: 6 }], categories: [{ category: 'SENIOR' }] });
    const posts = (await memberOf(first.staffMemberId)).posts.map(({ id }: Post) => id);
    expect(posts.sort()).toEqual([first.id, second.id].sort());
    expect(await announced(second.staffMemberId)).toEqual(['staff-member.merged 2']);
    expect(await announced(second.id)).toEqual(['staff-post.started 1', 'staff-post.changed 2']);
    const { body: feed } = await api.as(registrar).get('/staff-members/changes').expect(200);
    expect(feed.items.at(-1)).toMatchObject({ id: second.staffMemberId });
    await api.as(school(lost)).get('/staff-members/changes').expect(403);
    const { body: listed } = await api.as(school(lost)).get('/staff-members?limit=500').expect(200);
    expect(listed.items.map(({ id }: { id: string }) => id)).not.toContain(second.staffMemberId);
    const person = { givenName: 'Vardas', familyName: 'Kita', birthOn: '1980-05-14', sex: 'F' };
    await client().put(`/staff-members/${second.staffMemberId}`, person, { 'if-match': '"2"' }).expect(308);
    await client().post(`/staff-members/${second.staffMemberId}/development`, heldOn).expect(308);
  });

  it('are two again when the decision is reversed, each with the posts it had', async () => {
    const [first, second] = await twins();
    const review = await reviewed([first, second]);
    await merge(review, first);
    await reverse(review);
    const postsOf = async (id: string) => (await memberOf(id)).posts.map((each: Post) => each.id);
    expect(await postsOf(second.staffMemberId)).toEqual([second.id]);
    expect(await postsOf(first.staffMemberId)).toEqual([first.id]);
    await api.as(school(lost)).get(`/staff-members/${first.staffMemberId}`).expect(404);
    expect(await announced(second.staffMemberId)).toEqual(['staff-member.merged 2', 'staff-member.unmerged 3']);
    const { body: history } = await api.as(registrar).get(`/staff-posts/${second.id}/history`).expect(200);
    expect(history.items[0].facts.staffMemberId).toBe(second.staffMemberId);
  });

  it('give the personal code to the one that is kept, and files that name either change nothing', async () => {
    const personalCode = aPersonalCode();
    const [first, second] = await twins(personalCode);
    const review = await reviewed([first, second]);
    const named = (facts: object) => ({ ...aPost({ familyName: surnames[serial]! }), ...facts });
    const { birthOn, sex } = await memberOf(first.staffMemberId);
    const rows = [
      named({ birthOn, sex }),
      named({ birthOn: undefined, sex: undefined, personalCode, institutionId: lost }),
    ];
    await merge(review, first);
    expect((await memberOf(first.staffMemberId)).personalCode).toBe(personalCode);
    const job = await importFile(api, 'staff-posts', rows, 'application/x-ndjson');
    expect(job).toMatchObject({ unchanged: 2, created: 0, failed: 0 });
    // Under the name of either of them it is the same person.
    await client()
      .put(
        `/staff-members/${first.staffMemberId}`,
        { givenName: 'Vardas', familyName: `Ištekėjusi-${serial}` },
        { 'if-match': '"2"' },
      )
      .expect(200);
    expect(await importFile(api, 'staff-posts', [rows[1]!], 'application/x-ndjson')).toMatchObject({ unchanged: 1 });
    const more = named({ birthOn: undefined, sex: undefined, personalCode, position: 'Vadovas' });
    expect((await client().post('/staff-posts', more).expect(201)).body.staffMemberId).toBe(first.staffMemberId);
    await reverse(review);
    expect((await memberOf(second.staffMemberId)).personalCode).toBe(personalCode);
    expect(await memberOf(first.staffMemberId)).toMatchObject({ possiblyForeign: true });
  });

  it('lead on when the one that was kept is merged in its turn, and back again', async () => {
    const [a, b] = await twins();
    const c = await register({ familyName: 'Trečias', institutionId: lost, position: 'Vadovas' });
    await merge(await reviewed([a, b]), a);
    const { body: review } = await client()
      .post('/match-reviews', { staffMemberIds: [a.staffMemberId, c.staffMemberId] })
      .expect(201);
    await merge(review, c);
    const leads = async ({ staffMemberId }: Post): Promise<string> =>
      (await client().get(`/staff-members/${staffMemberId}`).expect(308)).headers['location']!.split('/').at(-1)!;
    expect([await leads(b), await leads(a)]).toEqual([c.staffMemberId, c.staffMemberId]);
    await reverse(review);
    expect(await leads(b)).toBe(a.staffMemberId);
    expect((await memberOf(a.staffMemberId)).posts).toHaveLength(2);
  });

  it('are not merged while both hold one position at one institution', async () => {
    const [first, second] = await twins();
    const review = await reviewed([first, second]);
    const { body: both } = await api.as(registrar).get(`/staff-members/${second.staffMemberId}`).expect(200);
    expect(both.posts).toHaveLength(1);
    await everyRow(api, (tx) => tx.query('UPDATE staff_post SET institution_id = $2 WHERE id = $1', [second.id, kept]));
    expect((await merge(review, first, 409)).type).toBe('urn:meistras:problem:registers:staff-hold-alike');
  });

  it.each<[string, object, string[]]>([
    ['of nobody', {}, ['/learnerIds REQUIRED']],
    [
      'of strangers',
      { staffMemberIds: [randomUUID(), randomUUID()] },
      ['/staffMemberIds UNKNOWN', '/staffMemberIds UNKNOWN'],
    ],
    [
      'of both kinds',
      { staffMemberIds: [randomUUID(), randomUUID()], learnerIds: [randomUUID(), randomUUID()] },
      ['/staffMemberIds NOT_WITH_LEARNERS'],
    ],
  ])('a review %s is refused', async (_, body, faults) => {
    expect(faultsOf((await client().post('/match-reviews', body).expect(422)).body)).toEqual(faults);
  });
});
