import { describe, expect, it } from '@jest/globals';
import { registrar, startRegisters } from './builders.js';

describe('GET /classifiers', () => {
  const api = startRegisters();
  const everybody = (): ReturnType<typeof api.anonymous> => api.anonymous();
  const read = async (path: string, language = 'lt'): Promise<{ items: Record<string, unknown>[]; next?: string }> =>
    (await everybody().get(path, { 'accept-language': language }).expect(200)).body;

  it('lists the code lists with their heads (R-REG-24), to everybody', async () => {
    const { items } = await read('/classifiers');
    expect(items.map(({ code }) => code)).toEqual([
      'KL_COUNTY',
      'KL_ISCED_F',
      'KL_ISCED_LEVEL',
      'KL_ISV_PRIEZ2',
      'KL_LTQF_LEVEL',
      'KL_MUNICIPALITY',
      'KL_M_FINSALT',
    ]);
    expect(await read('/classifiers/KL_ISCED_F')).toMatchObject({
      author: 'UNESCO Institute for Statistics',
      type: 'international, hierarchical',
      inForce: { number: 1 },
    });
    await everybody().get('/classifiers/KL_NONE').expect(404);
    await everybody().get('/classifiers/kl_finsalt').expect(400);
  });

  it('exports the items of all published versions as an import takes them', async () => {
    const { text } = await api.as(registrar).get('/classifiers/export').expect(200);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { classifierCode: string; number: number; code: string; nameEn: string });
    const counties = lines.filter(({ classifierCode }) => classifierCode === 'KL_COUNTY');
    const { items } = await read('/classifiers/KL_COUNTY/items?limit=500', 'en');
    expect(counties.map(({ code }) => code)).toEqual(items.map(({ code }) => code));
    expect(counties[0]).toMatchObject({ number: 1, nameLt: expect.any(String), nameEn: expect.any(String) });
    // Drafts are nobody's to read.
    expect(lines.some(({ classifierCode }) => classifierCode === 'KL_ISV_PRIEZ2')).toBe(false);
    const { text: table } = await api.as(registrar).get('/classifiers/export?format=csv').expect(200);
    expect(table.split('\n')[0]?.split(',')).toEqual(
      expect.arrayContaining(['classifierCode', 'number', 'code', 'nameLt', 'nameEn', 'validFrom', 'replacedBy']),
    );
    await everybody().get('/classifiers/export').expect(401);
  });

  it('pages the heads', async () => {
    const first = await read('/classifiers?limit=3');
    const { items } = await read(`/classifiers?limit=500&after=${first.next}`);
    expect(first.items).toHaveLength(3);
    expect(items).toHaveLength(4);
  });

  it.each([
    ['KL_COUNTY', 10],
    ['KL_MUNICIPALITY', 60],
    ['KL_ISCED_F', 220],
    ['KL_ISCED_LEVEL', 9],
    ['KL_LTQF_LEVEL', 8],
    ['KL_M_FINSALT', 1],
    ['KL_ISV_PRIEZ2', 0],
  ])('%s has %i items', async (code, count) => {
    expect((await read(`/classifiers/${code}/items?limit=500`)).items).toHaveLength(count);
  });

  it('gives the items below one, and pages', async () => {
    const below = await read('/classifiers/KL_ISCED_F/items?parent=061');
    expect(below.items.map(({ code }) => code)).toEqual(['0610', '0611', '0612', '0613', '0619']);
    const kaunas = await read('/classifiers/KL_MUNICIPALITY/items?parent=LT-KU&limit=5');
    const rest = await read(`/classifiers/KL_MUNICIPALITY/items?parent=LT-KU&limit=5&after=${kaunas.next}`);
    expect([...kaunas.items, ...rest.items]).toHaveLength(8);
    expect(kaunas.items[0]).toMatchObject({ parentCode: 'LT-KU' });
    expect(kaunas.items[0]).not.toHaveProperty('names.vi');
  });

  it('links to the next page', async () => {
    const { headers } = await everybody().get('/classifiers/KL_COUNTY/items?limit=9').expect(200);
    expect(headers['link']).toMatch(/^<\/registers\/v1\/classifiers\/KL_COUNTY\/items\?limit=9&after=.+>; rel="next"$/);
  });

  it.each([
    ['ŠIAUL', ['LT-43', 'LT-44']],
    ['siaul', ['LT-43', 'LT-44']],
    ['lt-16', ['LT-16']],
    ['%', []],
    ['_', []],
  ])('finds %s whatever the case and the accents', async (q, codes) => {
    const { items } = await read(`/classifiers/KL_MUNICIPALITY/items?q=${encodeURIComponent(q)}`);
    expect(items.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['lt', 'Kauno apskritis', 'lt'],
    ['en-GB, lt;q=0.5', 'Kaunas County', 'en'],
    ['vi', 'Hạt Kaunas', 'vi'],
    ['de', 'Kauno apskritis', 'lt'],
  ])('speaks the language of %s; codes are never translated', async (asked, name, language) => {
    const { body, headers } = await everybody()
      .get('/classifiers/KL_COUNTY/items?q=LT-KU', { 'accept-language': asked })
      .expect(200);
    expect(headers).toMatchObject({ 'content-language': language, vary: 'Accept-Language' });
    expect(body.items).toEqual([
      expect.objectContaining({
        code: 'LT-KU',
        name,
        names: { lt: 'Kauno apskritis', en: 'Kaunas County', vi: 'Hạt Kaunas' },
      }),
    ]);
  });

  it('gives another language where a name has not been translated', async () => {
    const { items } = await read('/classifiers/KL_ISCED_F/items?q=0613', 'vi');
    expect(items).toMatchObject([{ code: '0613', name: 'Software and applications development and analysis' }]);
  });

  it.each([
    '/classifiers',
    '/classifiers/KL_COUNTY',
    '/classifiers/KL_COUNTY/versions',
    '/classifiers/KL_COUNTY/items',
    '/classifiers/KL_COUNTY/versions/1/difference',
  ])('%s may be kept by caches for a minute, and is asked for again by its entity tag', async (path) => {
    const { headers } = await everybody().get(path).expect(200);
    expect(headers['cache-control']).toBe('public, max-age=60');
    const { text, headers: again } = await everybody()
      .get(path, { 'if-none-match': `"other", W/${headers['etag']}` })
      .expect(304);
    expect(text).toBe('');
    expect(again).toMatchObject({ etag: headers['etag'], 'cache-control': 'public, max-age=60' });
    await everybody().get(path, { 'if-none-match': '"other"' }).expect(200);
  });

  it('has another entity tag in another language', async () => {
    const of = async (language: string): Promise<unknown> =>
      (await everybody().get('/classifiers/KL_COUNTY', { 'accept-language': language })).headers['etag'];
    expect(await of('lt')).not.toBe(await of('en'));
  });

  it('keeps drafts to officers: KL_ISV_PRIEZ2 has two, whose items no source publishes (R-REG-23)', async () => {
    expect(await read('/classifiers/KL_ISV_PRIEZ2?validOn=2024-02-15')).not.toHaveProperty('inForce');
    expect(await read('/classifiers/KL_ISV_PRIEZ2/versions')).toEqual({ items: [] });
    await everybody().get('/classifiers/KL_ISV_PRIEZ2/versions/2/difference').expect(404);
    await everybody().get('/classifiers/KL_ISV_PRIEZ2/versions/2').expect(401);
    const { body } = await api.as(registrar).get('/classifiers/KL_ISV_PRIEZ2/versions/2').expect(200);
    expect(body).toMatchObject({ state: 'DRAFT', validFrom: '2024-02-15' });
  });

  it('counts every item of a first version as added', async () => {
    const { body } = await everybody().get('/classifiers/KL_LTQF_LEVEL/versions/1/difference').expect(200);
    expect(body).toMatchObject({ to: 1, added: 8, removed: 0, changed: 0 });
    expect(body).not.toHaveProperty('from');
  });

  it.each([
    '/classifiers?colour=red',
    '/classifiers?limit=0',
    '/classifiers?after=x',
    '/classifiers/KL_COUNTY?validOn=2026-02-30',
    '/classifiers/KL_COUNTY?validOn=0000-01-01',
    '/classifiers/KL_COUNTY/items?validOn=0000-01-01',
    '/classifiers/KL_COUNTY/items?parent=%20',
    '/classifiers/KL_COUNTY/items?q=',
    '/classifiers/KL_COUNTY/items?q=%00',
    '/classifiers/KL_COUNTY/items?q=a&q=b',
    `/classifiers/KL_COUNTY/items?q=${'a'.repeat(101)}`,
    `/classifiers/KL_COUNTY/versions?after=${Buffer.from('["99999999999999"]').toString('base64url')}`,
    '/classifiers/KL_COUNTY/versions/0/difference',
    '/classifiers/KL_COUNTY/versions/99999999999999999999/difference',
    '/classifiers/KL_COUNTY/versions/one/difference',
    `/classifiers/KL_${'A'.repeat(60)}`,
    '/classifiers/KL_COUNTY/%ff',
  ])('refuses %s', async (path) => {
    const { status } = await everybody().get(path);
    expect([400, 404]).toContain(status);
  });

  it('answers far days too', async () => {
    expect(await read('/classifiers/KL_COUNTY/items?validOn=0001-01-01')).toMatchObject({ items: expect.anything() });
    expect(await read('/classifiers/KL_COUNTY?validOn=9999-12-31')).toHaveProperty('inForce');
  });
});
