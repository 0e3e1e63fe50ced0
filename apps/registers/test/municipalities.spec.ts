import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { staleMs } from '@meistras/platform/auth/municipal-reach';
import type { Caller } from '@meistras/testing/tokens';
import {
  aJarCode,
  aLearner,
  anEnrolment,
  anInstitution,
  everyRow,
  forTeaching,
  officer,
  registrar,
  startRegisters,
} from './builders.js';

const [kaunas, vilnius] = ['LT-16', 'LT-57'];

/** A municipality whose client was given every scope that the operations below ask for, which identity refuses. */
const municipality = (...municipalities: string[]): Caller => ({
  scopes: [...registrar.scopes, ...officer.scopes],
  municipalities,
  clientId: 'municipality',
});

describe('a municipality', () => {
  const api = startRegisters();
  let [own, other] = ['', ''];
  let [mine, foreign, enrolled] = ['', '', ''];
  const institution = async (municipalityCode: string): Promise<string> =>
    (
      await api
        .as(registrar)
        .post('/institutions', anInstitution({ municipalityCode, type: 'VET' }))
        .expect(201)
    ).body.id;
  const learnerOf = async (institutionId: string): Promise<string> =>
    (await api.as(registrar).post('/learners', aLearner({ institutionId })).expect(201)).body.id;
  const idsIn = ({ body }: { body: { items: { id: string }[] } }): string[] => body.items.map(({ id }) => id);

  beforeAll(async () => {
    [own, other] = [await institution(kaunas), await institution(vilnius)];
    [mine, foreign, enrolled] = [await learnerOf(own), await learnerOf(other), await learnerOf(other)];
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: enrolled, institutionId: own }));
  });

  it('R-REG-18: reads the learners of its area, in every read, and no others', async () => {
    const client = api.as(municipality(kaunas));
    expect(idsIn(await client.get('/learners?limit=500').expect(200))).toEqual([mine, enrolled]);
    await client.get(`/learners/${mine}`).expect(200);
    await client.get(`/learners/${enrolled}`).expect(200);
    await client.get(`/learners/${foreign}`).expect(404);
    await client.get(`/learners/${foreign}/access-log`).expect(404);
    await client.get(`/learners?institutionId=${other}`).expect(404);
    expect(idsIn(await client.get('/learners/changes?limit=500').expect(200))).toEqual([mine]);
    const both = await api.as(municipality(kaunas, vilnius)).get('/learners?limit=500').expect(200);
    expect(idsIn(both)).toEqual([mine, foreign, enrolled]);
    expect(idsIn(await api.as(municipality('LT-99')).get('/learners').expect(200))).toEqual([]);
  });

  it('R-REG-18: reads nothing that the rule does not name: no file, no staff, no certificate, whatever its scopes', async () => {
    const files = ['guardians', 'contacts', 'special-needs', 'prior-education'];
    const scopes = [
      ...registrar.scopes,
      ...files.flatMap((each) => [`registers.${each}:read`, `registers.${each}:write`]),
    ];
    const contacts = `/learners/${mine}/contacts`;
    await api
      .as({ ...registrar, scopes })
      .put(contacts, { phone: '+37060000001' })
      .expect(200);
    const post = { givenName: 'Learner-07', familyName: 'Example-07', birthOn: '1980-05-14', sex: 'F' };
    const work = { institutionId: own, position: 'Mokytojas', fullTimeShare: 1 };
    const { body } = await api
      .as(registrar)
      .post('/staff-posts', { ...post, ...work })
      .expect(201);
    const client = api.as({ ...municipality(kaunas), scopes });
    for (const file of files) await client.get(`/learners/${mine}/${file}`, forTeaching).expect(404);
    await client.get(`/staff-members/${body.staffMemberId}`).expect(404);
    await client.get(`/certificate-entries?institutionId=${own}`).expect(404);
    for (const list of ['/staff-members', '/staff-posts/changes', '/certificate-entries'])
      expect((await client.get(list).expect(200)).body.items).toEqual([]);
  });

  it('leaves records that name the municipality and not the institutions of its area', async () => {
    await api.as(municipality(kaunas)).get(`/learners/${enrolled}`, { 'x-purpose': 'SUPERVISION' }).expect(200);
    await api.as(municipality(kaunas)).get(`/learners?limit=1`, { 'x-purpose': 'SUPERVISION' }).expect(200);
    for (const id of [enrolled, mine]) {
      const { body } = await api.as(officer).get(`/learners/${id}/access-log?limit=1`).expect(200);
      expect(body.items[0]).toMatchObject({
        ...{ clientId: 'municipality', national: false, institutions: [], municipalities: [kaunas] },
        purpose: 'SUPERVISION',
      });
    }
  });

  it('R-REG-18: writes no learner, whatever scopes its token has', async () => {
    const client = api.as(municipality(kaunas));
    const writes = [
      client.post('/learners', aLearner({ institutionId: own })),
      client.put(`/learners/${mine}`, aLearner(), { 'if-match': '"1"' }),
      client.post('/programmes', {}),
      client.put(`/institutions/${own}/code`, { codeScheme: 'JAR', code: aJarCode() }, { 'if-match': '"1"' }),
    ];
    for (const { status, body } of await Promise.all(writes))
      expect([status, body.type]).toEqual([403, 'urn:meistras:problem:registers:municipality-reads']);
    const [{ learners }] = await everyRow(api, (tx) => tx.query('SELECT count(*)::int AS learners FROM learner'));
    expect(learners).toBe(3);
  });

  it('R-REG-07: enters the institutions of its area that are not entered nationally', async () => {
    const client = api.as(municipality(kaunas));
    const general = { type: 'GENERAL', municipalityCode: kaunas } as const;
    const { body } = await client.post('/institutions', anInstitution(general)).expect(201);
    expect(body).toMatchObject({ ...general, provider: 'municipality' });
    const path = `/institutions/${body.id}`;
    await client.put(path, { ...general, name: 'Renamed' }, { 'if-match': '"1"' }).expect(200);
    const byCode = `/institutions/by-code/JAR/${aJarCode()}`;
    await client.put(byCode, { ...general, name: 'New' }).expect(201);
    await client.put(byCode, { ...general, name: 'Again' }).expect(200);
    await client.put(`${path}/closure`, { validFrom: '2027-09-01' }, { 'if-match': '"2"' }).expect(200);
  });

  const refused = { status: 403, type: 'urn:meistras:problem:registers:institution-not-yours' };
  it.each([
    ['a VET institution', { type: 'VET', municipalityCode: kaunas }],
    ['one of higher education', { type: 'HIGHER', municipalityCode: kaunas }],
    ['one without a type', { municipalityCode: kaunas }],
    ['one of another area', { type: 'GENERAL', municipalityCode: vilnius }],
    ['one that says no area', { type: 'GENERAL' }],
  ] as const)('R-REG-07: does not enter %s, nor make one of its own such', async (_, facts) => {
    const client = api.as(municipality(kaunas));
    const stated = anInstitution(facts);
    expect((await client.post('/institutions', stated).expect(403)).body).toMatchObject(refused);
    const { body } = await api.as(registrar).post('/institutions', stated).expect(201);
    const good = { name: 'Taken', type: 'GENERAL', municipalityCode: kaunas } as const;
    const match = { 'if-match': '"1"' };
    for (const write of [
      client.put(`/institutions/${body.id}`, good, match),
      client.put(`/institutions/by-code/JAR/${stated.code}`, good),
      client.put(`/institutions/${body.id}/closure`, { validFrom: '2027-09-01' }, match),
    ])
      expect((await write.expect(403)).body).toMatchObject(refused);
    const own = anInstitution({ type: 'GENERAL', municipalityCode: kaunas });
    const { body: kept } = await client.post('/institutions', own).expect(201);
    const worse = { ...facts, name: 'Given away' };
    expect((await client.put(`/institutions/${kept.id}`, worse, match).expect(403)).body).toMatchObject(refused);
  });

  it(`follows an institution that moved within ${staleMs / 1_000} seconds`, async () => {
    const moving = await institution(vilnius);
    const learner = await learnerOf(moving);
    const seen = () => api.as(municipality(kaunas)).get(`/learners/${learner}`);
    await seen().expect(404);
    const facts = { name: 'Moved', type: 'VET', municipalityCode: kaunas };
    await api.as(registrar).put(`/institutions/${moving}`, facts, { 'if-match': '"1"' }).expect(200);
    api.clock.set(new Date(Date.now() + staleMs).toISOString());
    await seen().expect(200);
  });

  it('finds nothing by an id that nobody has', async () => {
    await api.as(municipality(kaunas)).get(`/learners/${randomUUID()}`).expect(404);
  });
});
