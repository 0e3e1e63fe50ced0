import { describe, expect, it } from '@jest/globals';
import { Classifier } from '../src/classifiers/classifier.entity.js';
import { faultsOf, registrar, startRegisters } from './builders.js';
import { aClassifier } from './classifiers.builders.js';

const api = startRegisters();
const officer = (): ReturnType<typeof api.as> => api.as(registrar);
const eventsOf = async (code: string): Promise<[string, number, Record<string, unknown>][]> =>
  (await api.events('registers.classifier'))
    .filter(({ payload }) => payload['code'] === code)
    .map(({ type, version, payload }) => [type, version, payload]);

describe('POST /classifiers', () => {
  it('creates the head and announces it (R-REG-24)', async () => {
    const body = aClassifier();
    const { body: created } = await officer().post('/classifiers', body, { 'accept-language': 'en' }).expect(201);
    expect(created).toEqual({ ...body, name: 'Forms of training' });
    const row = await api.db.getRepository(Classifier).findOneByOrFail({ code: body.code });
    expect(row).toMatchObject({ nameLt: 'Mokymo formos', nameVi: 'Hình thức đào tạo', act: 'V-1', origin: 'OFFICER' });
    expect(await eventsOf(body.code)).toEqual([
      ['registers.classifier.created.v1', 1, { classifierId: row.id, version: 1, code: body.code }],
    ]);
  });

  it('answers the same when the request is repeated', async () => {
    const body = aClassifier();
    const key = { 'idempotency-key': `again-${body.code}` };
    const first = await officer().post('/classifiers', body, key).expect(201);
    const second = await officer().post('/classifiers', body, key).expect(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotent-replayed']).toBe('true');
    const third = await officer()
      .post('/classifiers', body, { ...key, 'accept-language': 'vi' })
      .expect(201);
    expect(third.body).toEqual({ ...first.body, name: 'Hình thức đào tạo' });
    expect(third.headers['content-language']).toBe('vi');
    expect(await eventsOf(body.code)).toHaveLength(1);
  });

  it('refuses a code that is taken', async () => {
    const { body } = await officer()
      .post('/classifiers', aClassifier({ code: 'KL_COUNTY' }))
      .expect(409);
    expect(body.type).toBe('urn:meistras:problem:registers:classifier-code-taken');
  });

  it.each<[string, object, string[]]>([
    ['without names', { names: undefined }, ['/names IS_DEFINED', '/names IS_OBJECT']],
    ['without the English name', { names: { lt: 'A' } }, ['/names/en']],
    ['with names that are text', { names: 'A' }, ['/names IS_OBJECT', '/names NESTED_VALIDATION']],
    ['with an unknown language', { names: { lt: 'A', en: 'B', fr: 'C' } }, ['/names/fr UNKNOWN']],
    ['with a small code', { code: 'kl_x' }, ['/code MATCHES']],
    ['with a long code', { code: `KL_${'A'.repeat(41)}` }, ['/code MATCHES']],
    ['with an unknown field', { colour: 'red' }, ['/colour UNKNOWN']],
    ['with a long purpose', { purpose: 'a'.repeat(1_001) }, ['/purpose MAX_LENGTH']],
  ])('refuses one %s', async (_, facts, faults) => {
    const { body } = await officer().post('/classifiers', aClassifier(facts)).expect(422);
    for (const fault of faults) expect(faultsOf(body).join()).toContain(fault);
  });

  it.each([
    ['a NUL', aClassifier({ purpose: 'a\0b' })],
    ['a lone surrogate', aClassifier({ purpose: '\ud800' })],
  ])('refuses %s', (_, body) => officer().post('/classifiers', body).expect(400));
});
