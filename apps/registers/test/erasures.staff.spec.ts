import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QualificationCategoryGrantedV1 } from '@meistras/contracts/events/accreditation/qualification-category';
import { ErasuresService } from '../src/erasures/erasures.service.js';
import { PersonKeys } from '../src/personal-data/person-keys.service.js';
import { Registers } from '../src/register/registers.js';
import type { RegisterStaffPostDto } from '../src/staff/staff-posts.dto.js';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  forTeaching,
  school,
  startRegisters,
} from './builders.js';
import { archivist, Backup, holdersOf } from './erasures.js';

interface Post {
  id: string;
  staffMemberId: string;
}

describe('erasing a member of staff', () => {
  const api = startRegisters();
  const client = () => api.as(archivist);
  const trusted = () => api.as({ ...archivist, scopes: [...archivist.scopes, 'registers.personal-codes:read'] });
  let own = '';
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  beforeAll(async () => {
    own = (await client().post('/institutions', anInstitution()).expect(201)).body.id;
  });

  const aPost = (facts: Partial<RegisterStaffPostDto> = {}): RegisterStaffPostDto => ({
    ...{ givenName: 'Trinamas-vardas', familyName: 'Trinama-pavardė', institutionId: own, position: 'Mokytojas' },
    ...(facts.personalCode === undefined ? { birthOn: '1980-05-14', sex: 'F' } : {}),
    ...{ fullTimeShare: 1, ...facts },
  });
  const register = async (facts: Partial<RegisterStaffPostDto> = {}): Promise<Post> =>
    (await client().post('/staff-posts', aPost(facts)).expect(201)).body as Post;
  const end = async ({ id }: Post, terms: object = {}): Promise<void> => {
    await client().put(`/staff-posts/${id}/end`, terms, { 'if-match': '"1"' }).expect(200);
  };
  const erase = (staffMemberId: string, ground = 'RETENTION_ENDED') =>
    client().post('/erasures', { staffMemberId, ground, legalBasis: 'V-7' });
  const merge = async (kept: Post, lost: Post): Promise<void> => {
    const { body: review } = await client()
      .post('/match-reviews', { staffMemberIds: [kept.staffMemberId, lost.staffMemberId] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: kept.staffMemberId, reason: 'Seen' };
    await client().put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
  };
  const fingerprintsOf = async (...ids: string[]): Promise<string[]> =>
    [...(await api.app.get(PersonKeys).of(ids)).values()]
      .map((key) => createHash('sha256').update(key).digest('hex'))
      .sort();

  it('destroys what says who it was, and keeps posts, categories and hours for statistics', async () => {
    const personalCode = aPersonalCode();
    const post = await register({ personalCode });
    const path = `/staff-members/${post.staffMemberId}`;
    const { body: member } = await trusted().get(path, forTeaching).expect(200);
    const { birthOn, sex } = member;
    expect(member.personalCode).toBe(personalCode);
    const held = { institutionId: own, heldOn: '2026-01-05', hours: 6, title: 'Trinamos kursai' };
    await client().post(`${path}/development`, held).expect(201);
    await api.consume(QualificationCategoryGrantedV1, {
      ...{ categoryId: randomUUID(), version: 1, staffMemberId: post.staffMemberId, category: 'SENIOR' },
      ...{ validFrom: '2026-01-01', actNumber: 'A-1' },
    } as unknown as QualificationCategoryGrantedV1);
    await end(post, { reason: 'Trinama išėjo' });
    const fingerprints = await fingerprintsOf(post.staffMemberId);
    api.clock.set('2036-01-10T10:00:00Z');
    const words = ['Trinam', 'trinam', birthOn];
    expect(await holdersOf(api, words)).toEqual(
      expect.arrayContaining(['idempotency_key', 'register_period', 'staff_development', 'staff_member', 'staff_post']),
    );
    const { body: proof } = await erase(post.staffMemberId).expect(201);
    expect(proof).toEqual({
      ...{ id: proof.id, staffMemberId: post.staffMemberId, ground: 'RETENTION_ENDED', legalBasis: 'V-7' },
      ...{ erasedAt: '2036-01-10T10:00:00.000Z', erasedBy: 'archivist', mergedIds: [], destroyedKeys: fingerprints },
    });
    expect(fingerprints).toHaveLength(1);
    expect(await holdersOf(api, words)).toEqual([]);
    expect(await fingerprintsOf(post.staffMemberId)).toEqual([]);
    const of = [post.staffMemberId];
    const [row] = await everyRow(api, (tx) => tx.query('SELECT *, birth_on::text FROM staff_member WHERE id = $1', of));
    expect(row).toMatchObject({ state: 'ERASED', sex, birth_on: `${birthOn.slice(0, 4)}-01-01` });
    expect([row.personal_code_sealed, row.personal_code_index]).toEqual([null, null]);
    const counts = await everyRow(api, (tx) =>
      tx.query(
        `SELECT (SELECT count(*)::int FROM staff_post WHERE staff_member_id = $1 AND position = 'Mokytojas') AS posts,
           (SELECT sum(hours) FROM staff_development WHERE staff_member_id = $1) AS hours,
           (SELECT count(*)::int FROM staff_category WHERE staff_member_id = $1) AS categories,
           (SELECT count(*)::int FROM access_record WHERE subject_id = $1) > 0 AS looks`,
        of,
      ),
    );
    expect(counts).toEqual([{ posts: 1, hours: 6, categories: 1, looks: true }]);
    const last = (await api.events()).filter(({ key }) => key === post.staffMemberId).at(-1);
    expect(last).toMatchObject({
      type: 'registers.staff-member.erased.v1',
      payload: { staffMemberId: post.staffMemberId, version: 2 },
    });
    const { body: feed } = await client().get('/staff-members/changes?limit=500').expect(200);
    expect(feed.items.at(-1)).toMatchObject({ type: 'registers.staff-member.erased.v1' });
    expect((await client().get('/erasures').expect(200)).body.items).toContainEqual(proof);
    expect((await erase(post.staffMemberId).expect(409)).body.type).toMatch(/erasure-once$/);
  });

  it('is answered with 410 to whoever sees all, and is nobody to a school, in lists, reviews and exports', async () => {
    const personalCode = aPersonalCode();
    const post = await register({ personalCode, familyName: 'Trinama-niekas' });
    const path = `/staff-members/${post.staffMemberId}`;
    await end(post);
    await erase(post.staffMemberId, 'REGISTERED_BY_MISTAKE').expect(201);
    const { body: problem } = await client().get(path).expect(410);
    expect(problem.type).toBe('urn:meistras:problem:registers:staff-member-erased');
    const facts = { givenName: 'A', familyName: 'B', birthOn: '1980-05-14', sex: 'F' };
    await client().put(path, facts, { 'if-match': '"2"' }).expect(410);
    const held = { institutionId: own, heldOn: '2026-01-05', hours: 6, title: 'Kursai' };
    await client().post(`${path}/development`, held).expect(410);
    await client().get(`/staff-posts/${post.id}/history`).expect(410);
    await api.as(school(own)).get(path).expect(404);
    const { body: page } = await client().get('/staff-members?limit=500').expect(200);
    expect(page.items.map(({ id }: { id: string }) => id)).not.toContain(post.staffMemberId);
    const exporter = { ...archivist, scopes: ['registers.staff-exports:read'] };
    const { text } = await api.as(exporter).get('/staff-posts/export', forTeaching).expect(200);
    const line = text.split('\n').find((each) => each.includes(post.id));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ id: post.id, position: 'Mokytojas' });
    for (const name of ['familyName', 'birthOn', 'sex']) expect(JSON.parse(line ?? '{}')).not.toHaveProperty(name);
    // Whoever comes again is another entry.
    const again = await register({ personalCode, familyName: 'Trinama-niekas' });
    expect(again.staffMemberId).not.toBe(post.staffMemberId);
  });

  it('waits for the retention to end, unless the ground is another, and for posts always, a head’s too', async () => {
    const [head, left, mistaken] = [
      await register({ position: 'Direktorius' }),
      await register({ familyName: 'Trinama-antra' }),
      await register({ familyName: 'Trinama-trečia' }),
    ];
    for (const ground of ['RETENTION_ENDED', 'REGISTERED_BY_MISTAKE', 'COURT_ORDER']) {
      const { body } = await erase(head.staffMemberId, ground).expect(409);
      expect(body).toMatchObject({
        type: 'urn:meistras:problem:registers:staff-member-holds-post',
        detail: 'The member of staff holds a post; it must end first.',
      });
    }
    await end(head, { validFrom: '2026-02-01' });
    // It ends on its day, and holds until then.
    await erase(head.staffMemberId, 'COURT_ORDER').expect(409);
    api.clock.set('2026-02-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    expect((await erase(head.staffMemberId).expect(409)).body).toMatchObject({
      type: 'urn:meistras:problem:registers:retention-runs',
      detail: 'The data are to be kept until 2036-02-01.',
    });
    await end(left);
    await end(mistaken);
    await erase(mistaken.staffMemberId, 'REGISTERED_BY_MISTAKE').expect(201);
    const due = async (day: string): Promise<unknown[]> => {
      api.clock.set(`${day}T10:00:00Z`);
      return (await client().get('/erasures/due?about=STAFF_MEMBER').expect(200)).body.items;
    };
    expect(await due('2036-01-31')).toEqual([]);
    expect(await due('2036-02-01')).toEqual(
      [head, left].map(({ staffMemberId }) => ({ staffMemberId, dueOn: '2036-02-01' })),
    );
    const { body: learner } = await client().post('/learners', aLearner()).expect(201);
    api.clock.set('2046-02-01T10:00:00Z');
    const { body: first } = await client().get('/erasures/due?limit=2').expect(200);
    const { body: rest } = await client().get(`/erasures/due?limit=2&after=${first.next}`).expect(200);
    expect([...first.items, ...rest.items]).toEqual([
      ...[head, left].map(({ staffMemberId }) => ({ staffMemberId, dueOn: '2036-02-01' })),
      { learnerId: learner.id, dueOn: '2046-02-01' },
    ]);
  });

  it('says what is wrong with who is named, and takes whoever was merged along', async () => {
    const [kept, lost] = [
      await register({ familyName: 'Trinama-likusi' }),
      await register({ familyName: 'Trinama-dingusi', position: 'Meistras' }),
    ];
    await merge(kept, lost);
    const refused = async (body: object): Promise<string[]> => {
      const terms = { ground: 'COURT_ORDER', legalBasis: 'V-7' };
      return faultsOf(
        (
          await client()
            .post('/erasures', { ...body, ...terms })
            .expect(422)
        ).body,
      );
    };
    expect(await refused({ staffMemberId: lost.staffMemberId })).toEqual(['/staffMemberId MERGED']);
    expect(await refused({ staffMemberId: randomUUID() })).toEqual(['/staffMemberId UNKNOWN']);
    expect(await refused({ learnerId: kept.staffMemberId })).toEqual(['/learnerId UNKNOWN']);
    expect(await refused({})).toEqual(['/learnerId REQUIRED']);
    const both = { learnerId: randomUUID(), staffMemberId: kept.staffMemberId };
    expect(await refused(both)).toEqual(['/staffMemberId NOT_WITH_LEARNER']);
    // The post of the one that was merged is held by the one that was kept.
    await end(kept);
    await erase(kept.staffMemberId, 'COURT_ORDER').expect(409);
    await client().put(`/staff-posts/${lost.id}/end`, {}, { 'if-match': '"2"' }).expect(200);
    const fingerprints = await fingerprintsOf(kept.staffMemberId, lost.staffMemberId);
    const { body: proof } = await erase(kept.staffMemberId, 'COURT_ORDER').expect(201);
    expect(proof).toMatchObject({ mergedIds: [lost.staffMemberId], destroyedKeys: fingerprints });
    expect(fingerprints).toHaveLength(2);
    for (const { staffMemberId } of [kept, lost]) {
      await client().get(`/staff-members/${staffMemberId}`).expect(410);
      await erase(staffMemberId, 'COURT_ORDER').expect(409);
    }
  });

  it('gives no post to somebody who is being erased at the same moment, nor development', async () => {
    const personalCode = aPersonalCode();
    const post = await register({ personalCode, familyName: 'Trinama-kartu' });
    await end(post);
    const path = `/staff-members/${post.staffMemberId}/development`;
    const held = { institutionId: own, heldOn: '2026-01-05', hours: 6, title: 'Kursai' };
    const answers = await everyRow(api, async (tx) => {
      await tx.query('SELECT FROM staff_member WHERE id = $1 FOR UPDATE', [post.staffMemberId]);
      const asked = [
        client().post('/staff-posts', aPost({ personalCode, familyName: 'Trinama-kartu' })),
        client().post(path, held),
      ].map((request) => request.then(({ status }: { status: number }) => status));
      await api.blocked(2);
      await tx.query(
        `UPDATE staff_member SET state = 'ERASED', given_name = '', family_name = '', personal_code_index = NULL WHERE id = $1`,
        [post.staffMemberId],
      );
      return asked;
    });
    expect(await Promise.all(answers)).toEqual([409, 410]);
    const of = [post.staffMemberId];
    const active = `SELECT FROM staff_post WHERE staff_member_id = $1 AND state = 'ACTIVE'`;
    expect(await everyRow(api, (tx) => tx.query(active, of))).toEqual([]);
    expect((await register({ personalCode, familyName: 'Trinama-kartu' })).staffMemberId).not.toBe(post.staffMemberId);
  });

  it('is erased again after a backup from before was restored', async () => {
    const post = await register({ personalCode: aPersonalCode(), familyName: 'Trinama-grįžusi' });
    await end(post);
    const backup = await Backup.of(api, 'data');
    await erase(post.staffMemberId, 'COURT_ORDER').expect(201);
    await backup.restore();
    const path = `/staff-members/${post.staffMemberId}`;
    const { body: back } = await trusted().get(path, forTeaching).expect(200);
    expect(back.familyName).toBe('Trinama-grįžusi');
    expect(back).not.toHaveProperty('personalCode');
    const erasures = api.app.get(ErasuresService);
    expect(await erasures.repeat()).toBe(1);
    expect(await erasures.repeat()).toBe(0);
    await client().get(path).expect(410);
    expect(await holdersOf(api, ['Trinama-grįžusi'])).toEqual([]);
    expect((await api.events()).at(-1)).toMatchObject({ key: post.staffMemberId });
  });
});
