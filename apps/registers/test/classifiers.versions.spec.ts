import { describe, expect, it } from '@jest/globals';
import { Classifier, ClassifierItem, ClassifierVersion } from '../src/classifiers/classifier.entity.js';
import { faultsOf, registrar, startRegisters } from './builders.js';
import { aClassifier, aDraft, anItem, aVersion, fill, publish } from './classifiers.builders.js';

const api = startRegisters();
const officer = (): ReturnType<typeof api.as> => api.as(registrar);
const eventsOf = async (code: string): Promise<[string, number, Record<string, unknown>][]> =>
  (await api.events('registers.classifier'))
    .filter(({ payload }) => payload['code'] === code)
    .map(({ type, version, payload }) => [type, version, payload]);

describe('a version of a classifier', () => {
  it('is drafted, filled, published and announced', async () => {
    const draft = await aDraft(api, { validFrom: '2024-02-15' });
    expect(draft).toMatchObject({ number: 1, tag: '"1"' });
    expect(await eventsOf(draft.code)).toHaveLength(1);
    const filled = await fill(api, draft, [anItem('B', { parentCode: 'A', ordinal: 7 }), anItem('A')]);
    const items = await api.db.getRepository(ClassifierItem).findBy({ classifierCode: draft.code });
    expect(items.map(({ code, ordinal, parentCode }) => [code, ordinal, parentCode]).sort()).toEqual([
      ['A', 8, null],
      ['B', 7, 'A'],
    ]);
    await api.anonymous().get(`/classifiers/${draft.code}/items`).expect(200, { items: [] });

    const { body, headers } = await officer()
      .post(`${draft.path}/publish`, undefined, { 'if-match': filled.tag })
      .expect(200);
    expect(body).toMatchObject({ number: 1, state: 'PUBLISHED', validFrom: '2024-02-15', version: 3 });
    expect(headers['etag']).toBe('"3"');
    const { body: list } = await api.anonymous().get(`/classifiers/${draft.code}/versions`).expect(200);
    expect(list.items).toEqual([body]);
    const head = await api.db.getRepository(Classifier).findOneByOrFail({ code: draft.code });
    expect((await eventsOf(draft.code))[1]).toEqual([
      'registers.classifier.published.v1',
      2,
      { classifierId: head.id, version: 2, code: draft.code, number: 1, validFrom: '2024-02-15' },
    ]);
  });

  it('never returns to draft, neither by the API nor in the database', async () => {
    const version = await aVersion(api, [anItem('A')]);
    const tagged = { 'if-match': version.tag };
    await officer().post(`${version.path}/publish`, undefined, tagged).expect(409);
    await officer().put(`${version.path}/items`, { items: [] }, tagged).expect(409);
    const back = api.db.query(`UPDATE classifier_version SET state = 'DRAFT' WHERE classifier_code = $1`, [
      version.code,
    ]);
    await expect(back).rejects.toThrow('never returns to draft');
    const gone = api.db.query('DELETE FROM classifier_item WHERE classifier_code = $1', [version.code]);
    await expect(gone).rejects.toThrow('never deleted');
  });

  it('begins with the items of the latest published one where it is asked to', async () => {
    const first = await aVersion(api, [anItem('A'), anItem('B')], { validTo: '2025-01-01' });
    const second = await aDraft(api, { validFrom: '2025-01-01', copyItems: true }, first.code);
    const { body } = await officer().get(`${second.path}/items`).expect(200);
    expect(body.items.map(({ code }: { code: string }) => code)).toEqual(['A', 'B']);
    const empty = await aDraft(api, { validFrom: '2026-01-01' }, first.code);
    expect(empty.number).toBe(3);
    await officer().get(`${empty.path}/items`).expect(200, { items: [] });
  });

  it('is the one that is in force on the day asked for, with its own items', async () => {
    const { code } = await aVersion(api, [anItem('A')], { validFrom: '2023-01-01', validTo: '2024-02-15' });
    await aVersion(api, [anItem('B')], { validFrom: '2024-02-15' }, code);
    const on = async (day: string): Promise<unknown[]> => {
      const { body: head } = await api.anonymous().get(`/classifiers/${code}?validOn=${day}`).expect(200);
      const { body } = await api.anonymous().get(`/classifiers/${code}/items?validOn=${day}`).expect(200);
      return [head.inForce?.number, body.items.map((item: { code: string }) => item.code)];
    };
    expect(await on('2022-12-31')).toEqual([undefined, []]);
    expect(await on('2024-02-14')).toEqual([1, ['A']]);
    expect(await on('2024-02-15')).toEqual([2, ['B']]);
    expect((await api.anonymous().get(`/classifiers/${code}/items`)).body.items).toMatchObject([{ code: 'B' }]);
  });

  it('is compared with the one before', async () => {
    const items = [anItem('A'), anItem('B'), anItem('C')];
    const { code } = await aVersion(api, items, { validTo: '2025-01-01' });
    const next = [anItem('B', { names: { lt: 'Kitas', en: 'Name B' } }), anItem('C'), anItem('D')];
    const second = await aVersion(api, next, { validFrom: '2025-01-01' }, code);
    const { body } = await api.anonymous().get(`${second.path}/difference`, { 'accept-language': 'en' }).expect(200);
    expect(body).toMatchObject({ from: 1, to: 2, added: 1, removed: 1, changed: 1 });
    expect(body.items).toMatchObject([
      { kind: 'REMOVED', code: 'A', before: { name: 'Name A' }, fields: [] },
      { kind: 'CHANGED', code: 'B', before: { names: { lt: 'Pavadinimas B' } }, after: { names: { lt: 'Kitas' } } },
      { kind: 'ADDED', code: 'D', after: { name: 'Name D' } },
    ]);
    expect(body.items[1].fields).toEqual(['names']);
    const first = await api.anonymous().get(`${second.path}/difference?limit=2`).expect(200);
    const rest = await api.anonymous().get(`${second.path}/difference?limit=2&after=${first.body.next}`).expect(200);
    expect(rest.body.items).toMatchObject([{ code: 'D' }]);
    expect(rest.body).not.toHaveProperty('next');
  });

  it('is shown to officers as what it would change, before it is published', async () => {
    const { code, path } = await aVersion(api, [anItem('A'), anItem('B')]);
    const draft = await fill(api, await aDraft(api, { validFrom: '2030-01-01' }, code), [anItem('A'), anItem('C')]);
    const { body } = await officer().get(`${draft.path}/preview`).expect(200);
    expect(body).toMatchObject({ from: 1, to: 2, added: 1, removed: 1, changed: 0 });
    expect(body.items.map(({ kind, code: item }: { kind: string; code: string }) => `${kind} ${item}`)).toEqual([
      'REMOVED B',
      'ADDED C',
    ]);
    await officer().get(`${path}/preview`).expect(404);
    await api.anonymous().get(`${draft.path}/difference`).expect(404);
  });

  it('may have its parents in another classifier, as municipalities have their counties', async () => {
    const copy = await aDraft(api, { validFrom: '2040-01-01', copyItems: true }, 'KL_MUNICIPALITY');
    const seeded = await officer().get('/classifiers/KL_MUNICIPALITY/versions/1').expect(200);
    const end = { validTo: '2040-01-01', act: 'V-5' };
    const tag = { 'if-match': seeded.headers['etag'] ?? '' };
    await officer().put('/classifiers/KL_MUNICIPALITY/versions/1', end, tag).expect(200);
    await publish(api, copy);
    const { body: below } = await officer()
      .post('/classifiers', aClassifier({ parentClassifier: copy.code }))
      .expect(201);
    expect(below).toMatchObject({ parentClassifier: 'KL_MUNICIPALITY' });
    const draft = await aDraft(api, {}, below.code);
    const items = [anItem('A', { parentCode: 'LT-16' }), anItem('B', { parentCode: 'A' })];
    const { body } = await officer().put(`${draft.path}/items`, { items }, { 'if-match': draft.tag }).expect(422);
    expect(faultsOf(body)).toEqual(['/items/1/parentCode UNKNOWN_CODE']);
    await officer()
      .post('/classifiers', aClassifier({ parentClassifier: 'KL_NONE' }))
      .expect(422);
  });

  it('is refused while it is empty or its items have faults', async () => {
    const draft = await aDraft(api);
    const empty = await officer().post(`${draft.path}/publish`, undefined, { 'if-match': '"1"' }).expect(422);
    expect(empty.body.type).toMatch(/:classifier-version-empty$/);
    const items = [anItem('A', { parentCode: 'X' }), anItem('A')];
    const { body } = await officer().put(`${draft.path}/items`, { items }, { 'if-match': '"1"' }).expect(422);
    expect(faultsOf(body)).toEqual(['/items/0/parentCode UNKNOWN_CODE', '/items/1/code CODE_TWICE']);
    expect(await api.db.getRepository(ClassifierItem).countBy({ classifierCode: draft.code })).toBe(0);
  });

  it('is changed only by who read its newest state: 428, 412', async () => {
    const draft = await aDraft(api);
    const body = { items: [anItem('A')] };
    await officer().put(`${draft.path}/items`, body).expect(428);
    await officer().put(`${draft.path}/items`, body, { 'if-match': '"9"' }).expect(412);
    await officer().put(`${draft.path}/items`, body, { 'if-match': 'W/"1"' }).expect(400);
    await officer().post(`${draft.path}/publish`).expect(428);
    await officer().post(`${draft.path}/publish`, undefined, { 'if-match': '"9"' }).expect(412);
    await officer().put(draft.path, { act: 'V-2' }).expect(428);
  });

  it('lets only one of many publish at once', async () => {
    const { path, tag, code } = await fill(api, await aDraft(api), [anItem('A')]);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => officer().post(`${path}/publish`, undefined, { 'if-match': tag })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    expect(await eventsOf(code)).toHaveLength(2);
  });

  it('gets its end and legal basis changed; the first day of a published one stays', async () => {
    const draft = await aDraft(api);
    const facts = { validFrom: '2024-03-01', validTo: '2025-01-01', act: 'V-9' };
    const { body } = await officer().put(draft.path, facts, { 'if-match': draft.tag }).expect(200);
    expect(body).toMatchObject({ ...facts, version: 2 });
    const version = await publish(api, await fill(api, { ...draft, tag: '"2"' }, [anItem('A')]));
    const moved = { ...facts, validFrom: '2024-04-01' };
    await officer().put(version.path, moved, { 'if-match': version.tag }).expect(409);
    await officer()
      .put(version.path, { ...facts, validTo: '2024-06-01' }, { 'if-match': version.tag })
      .expect(200);
    const row = await api.db.getRepository(ClassifierVersion).findOneByOrFail({ classifierCode: draft.code });
    expect(row).toMatchObject({ validTo: '2024-06-01', state: 'PUBLISHED', version: 5 });
    expect((await eventsOf(draft.code))[2]).toMatchObject([
      'registers.classifier.changed.v1',
      3,
      { number: 1, validFrom: '2024-03-01', validTo: '2024-06-01' },
    ]);
  });

  it.each<[string, object]>([
    ['that ends before it begins', { validFrom: '2025-01-01', validTo: '2025-01-01', act: 'V-1' }],
    ['without a legal basis', { validFrom: '2025-01-01' }],
    ['from a day that is none', { validFrom: '2025-02-30', act: 'V-1' }],
    ['from the year 0', { validFrom: '0000-01-01', act: 'V-1' }],
    ['with an unknown field', { act: 'V-1', state: 'PUBLISHED' }],
  ])('is refused %s', (_, body) => officer().post('/classifiers/KL_COUNTY/versions', body).expect(422));

  it.each<[string, unknown]>([
    ['that are no list', 'A'],
    ['that are no objects', ['A', 1, [], null]],
    ['with a huge ordinal', [anItem('A', { ordinal: 1e300 })]],
    ['with an ordinal that is text', [anItem('A', { ordinal: '1' })]],
    ['with a code of spaces', [anItem('A B')]],
    ['with an unknown field', [anItem('A', { colour: 'red' })]],
    ['with names that are a list', [anItem('A', { names: ['A'] })]],
    ['that are too many', Array.from({ length: 5_001 }, (_, at) => ({ code: `${at}` }))],
  ])('refuses items %s', async (_, items) => {
    const { path, tag } = await aDraft(api);
    await officer().put(`${path}/items`, { items }, { 'if-match': tag }).expect(422);
  });

  it('is not found under another number or classifier', async () => {
    await officer().get('/classifiers/KL_COUNTY/versions/77').expect(404);
    await officer().get('/classifiers/KL_NONE/versions/1').expect(404);
    await officer().post('/classifiers/KL_NONE/versions', { act: 'V-1' }).expect(404);
    await officer().get('/classifiers/KL_COUNTY/versions/100001').expect(400);
  });
});

describe('GET /classifiers/changes', () => {
  it('gives every change in order, without gaps', async () => {
    const { body: before } = await officer().get('/classifiers/changes?limit=500').expect(200);
    const { code } = await aVersion(api, [anItem('A')]);
    const { body } = await officer().get(`/classifiers/changes?after=${before.highWatermark}`).expect(200);
    expect(body.items).toMatchObject([
      { type: 'registers.classifier.created.v1', version: 1, state: { code } },
      { type: 'registers.classifier.published.v1', version: 2, state: { code, number: 1 } },
    ]);
  });
});
