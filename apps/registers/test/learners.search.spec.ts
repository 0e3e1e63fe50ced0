import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { aLearner, anEnrolment, anInstitution, everyRow, registrar, school, startRegisters } from './builders.js';

describe('POST /learners/search', () => {
  const api = startRegisters();
  let own = '';
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    own = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id as string;
    const named: [string, string, string, string?][] = [
      ['a', 'Žvaigždė', 'Ąžuolaitė-Beržienė'],
      ['b', 'Zvaigzde', 'Azuolaite', own],
      ['c', 'Vėjas', 'Ąžuolaitis'],
      ['d', 'Vėjas', 'Klevas', own],
      ['e', 'Vėjas Audrius', 'Klevas'],
    ];
    for (const [key, givenName, familyName, institutionId] of named) {
      const facts = { givenName, familyName, ...(institutionId ? { institutionId } : {}) };
      ids[key] = (await api.as(registrar).post('/learners', aLearner(facts)).expect(201)).body.id as string;
    }
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: ids['d']!, institutionId: own }));
  });

  const search = async (body: object, by = registrar): Promise<{ found: string; next?: string }> => {
    const { body: page } = await api.as(by).post('/learners/search', body).expect(200);
    const keyOf = (id: string): string => Object.keys(ids).find((key) => ids[key] === id) ?? '?';
    return { found: page.items.map(({ id }: { id: string }) => keyOf(id)).join(''), next: page.next };
  };

  it.each([
    ['with case and accents lost', 'ZVAIGZDE azuolaite', 'ab'],
    ['the other way round', 'Ąžuolaitė Žvaigždė', 'ab'],
    ['by a part of a double name', 'zvaigzde berziene', 'a'],
    ['by both parts of a double name alone', 'berziene azuolaite', 'a'],
    ['by beginnings', 'vej klev', 'de'],
    ['with a letter missing', 'zvaigde azuolaite', 'ab'],
    ['with letters in each other’s place', 'vejas kelvas', 'de'],
    ['by the family name alone', 'Klevas', 'de'],
    ['by the given name alone', 'zvaigzde', 'ab'],
    ['by a second given name', 'audrius klevas', 'e'],
    ['but not by what is not there', 'uosis liepa', ''],
    ['nor by signs', '%_', ''],
  ])('finds %s', async (_, name, expected) => {
    const { found } = await search({ name });
    expect([...found].sort().join('')).toBe(expected);
  });

  const swappedAt = (name: string, at: number): string =>
    name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  const mistakes: ((name: string, at: number) => string)[] = [
    swappedAt,
    (name, at) => name.slice(0, at) + name.slice(at + 1),
    (name, at) => `${name.slice(0, at)}q${name.slice(at + 1)}`,
    (name, at) => name.slice(0, at) + name.charAt(at) + name.slice(at),
  ];

  it.each(['Gelžinis', 'Vandenilis', 'Paukštelytė', 'Kryžiauskaitytė'])(
    'finds %s whichever letter of it is swapped, missing, wrong or twice',
    async (familyName) => {
      const { body } = await api.as(registrar).post('/learners', aLearner({ familyName })).expect(201);
      const key = (ids[familyName] = body.id as string);
      for (const mistake of mistakes)
        for (let at = 1; at < familyName.length - 1; at += 1) {
          const name = mistake(familyName.toLowerCase(), at);
          const answer = await api.as(registrar).post('/learners/search', { name }).expect(200);
          const found = (answer.body.items as { id: string }[]).some(({ id }) => id === key);
          expect([name, found]).toEqual([name, true]);
        }
    },
  );

  it('shows the likest first, and says how like', async () => {
    const { body } = await api.as(registrar).post('/learners/search', { name: 'vejas azuolaitis' }).expect(200);
    const [first, ...others] = body.items as { id: string; likeness: number }[];
    expect(first).toMatchObject({ id: ids['c'], likeness: 1 });
    for (const { likeness } of others) expect(likeness).toBeLessThan(1);
  });

  it('pages without showing anybody twice or leaving anybody out', async () => {
    const pages: string[] = [];
    for (let after: string | undefined; ;) {
      const { found, next } = await search({ name: 'vejas', limit: 1, ...(after ? { after } : {}) });
      pages.push(found);
      if (next === undefined) break;
      after = next;
    }
    expect(pages).toEqual(['c', 'd', 'e']);
    await api.as(registrar).post('/learners/search', { name: 'vejas', after: 'x' }).expect(400);
  });

  it('takes the birth date into account', async () => {
    expect((await search({ name: 'vejas', birthOn: '2009-05-14' })).found).toBe('cde');
    expect((await search({ name: 'vejas', birthOn: '2009-05-15' })).found).toBe('');
  });

  it('shows a school its own learners alone, each once', async () => {
    expect((await search({ name: 'klevas' }, school(own))).found).toBe('d');
    expect((await search({ name: 'zvaigzde azuolaite' }, school(own))).found).toBe('b');
  });

  it('leaves a record of each learner shown', async () => {
    const headers = { 'x-purpose': 'ENROLMENT' };
    await api.as(registrar).post('/learners/search', { name: 'vejas', limit: 2 }, headers).expect(200);
    const records = await everyRow(api, (tx) =>
      tx.query(
        `SELECT subject_id FROM access_record WHERE operation = 'searchLearners' AND purpose = 'ENROLMENT' ORDER BY 1`,
      ),
    );
    expect(records).toEqual([ids['c'], ids['d']].sort().map((subject_id) => ({ subject_id })));
  });
});
