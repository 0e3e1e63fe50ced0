import { describe, expect, it } from '@jest/globals';
import { ClassifierItem, ClassifierVersion } from '../src/classifiers/classifier.entity.js';
import { ClassifiersService } from '../src/classifiers/classifiers.service.js';
import { anInstitution, aProgramme, faultsOf, registrar, startRegisters } from './builders.js';
import { aDraft, anItem, aVersion, fill } from './classifiers.builders.js';
import type { Draft } from './classifiers.builders.js';

const api = startRegisters();
const officer = (): ReturnType<typeof api.as> => api.as(registrar);
const end = (version: Draft, item: string, body: object) =>
  officer().put(`${version.path}/items/${item}/end`, body, { 'if-match': version.tag });

describe('an item of a published version (R-REG-25)', () => {
  it('ends and names a successor, and that is announced', async () => {
    const version = await aVersion(api, [anItem('A'), anItem('B')]);
    const { body, headers } = await end(version, 'A', { validTo: '2026-01-01', replacedBy: 'B' }).expect(200);
    expect(body).toMatchObject({ code: 'A', validTo: '2026-01-01', replacedBy: 'B', version: 4 });
    expect(headers['etag']).toBe('"4"');
    const row = await api.db.getRepository(ClassifierItem).findOneByOrFail({ classifierCode: version.code, code: 'A' });
    expect(row).toMatchObject({ validTo: '2026-01-01', replacedBy: 'B', origin: 'OFFICER' });
    const events = await api.events('registers.classifier');
    expect(events.at(-1)).toMatchObject({
      type: 'registers.classifier.changed.v1',
      version: 3,
      payload: { code: version.code, number: 1, validFrom: '2024-01-01', itemCode: 'A' },
    });
    const { body: after } = await api.anonymous().get(`/classifiers/${version.code}/items?validOn=2026-01-01`);
    expect(after.items).toMatchObject([{ code: 'B' }]);
    const { body: before } = await api.anonymous().get(`/classifiers/${version.code}/items?validOn=2025-12-31`);
    expect(before.items).toMatchObject([{ code: 'A', replacedBy: 'B' }, { code: 'B' }]);
  });

  it('that says so already is not changed again', async () => {
    const version = await aVersion(api, [anItem('A')]);
    await end(version, 'A', { validTo: '2026-01-01' }).expect(200);
    const count = (await api.events()).length;
    const { headers } = await end({ ...version, tag: '"4"' }, 'A', { validTo: '2026-01-01' }).expect(200);
    expect(headers['etag']).toBe('"4"');
    expect(await api.events()).toHaveLength(count);
  });

  it('may have a successor of the next version', async () => {
    const version = await aVersion(api, [anItem('A')], { validTo: '2026-01-01' });
    await fill(api, await aDraft(api, { validFrom: '2026-01-01' }, version.code), [anItem('NEW')]);
    await end(version, 'A', { validTo: '2026-01-01', replacedBy: 'NEW' }).expect(200);
  });

  it.each<[string, object, string[]]>([
    ['before its version begins', { validTo: '2024-01-01' }, ['/validTo PERIOD']],
    ['after its version', { validTo: '2027-01-01' }, ['/validTo PERIOD']],
    ['with a successor that is nowhere', { validTo: '2025-01-01', replacedBy: 'X' }, ['/replacedBy UNKNOWN_CODE']],
    ['with itself as successor', { validTo: '2025-01-01', replacedBy: 'A' }, ['/replacedBy CIRCLE']],
    ['on no day', {}, ['/validTo DAY']],
    ['in the year 0', { validTo: '0000-01-01' }, ['/validTo DAY']],
  ])('does not end %s', async (_, body, faults) => {
    const version = await aVersion(api, [anItem('A')], { validTo: '2026-01-01' });
    expect(faultsOf((await end(version, 'A', body).expect(422)).body)).toEqual(faults);
  });

  it('is changed only by who read the newest state, and is not found elsewhere', async () => {
    const version = await aVersion(api, [anItem('A')]);
    const body = { validTo: '2026-01-01' };
    await officer().put(`${version.path}/items/A/end`, body).expect(428);
    await end({ ...version, tag: '"1"' }, 'A', body).expect(412);
    await end(version, 'X', body).expect(404);
    await end({ ...version, path: '/classifiers/KL_NONE/versions/1' }, 'A', body).expect(404);
    const draft = await fill(api, await aDraft(api, { validFrom: '2027-01-01' }, version.code), [anItem('A')]);
    expect((await end(draft, 'A', body).expect(409)).body.type).toMatch(/:classifier-version-draft$/);
  });
});

describe('the use of an item that ended (section 8)', () => {
  it('is refused by the register, naming the successor', async () => {
    const { body: version } = await officer().get('/classifiers/KL_ISCED_F/versions/1').expect(200);
    const seeded: Draft = {
      path: '/classifiers/KL_ISCED_F/versions/1',
      code: 'KL_ISCED_F',
      number: 1,
      tag: `"${version.version}"`,
    };
    await end(seeded, '0612', { validTo: '2026-01-01', replacedBy: '0613' }).expect(200);
    const { body } = await officer()
      .post('/programmes', aProgramme({ fieldCode: '0612' }))
      .expect(422);
    expect(body.errors).toEqual([
      { pointer: '/fieldCode', code: 'ENDED_CODE', message: '0612 ended on 2026-01-01. Use 0613.' },
    ]);
  });

  it('is judged on the day of the fact, and by the version in force then', async () => {
    const { code } = await aVersion(api, [anItem('A'), anItem('B')], {
      validFrom: '2023-01-01',
      validTo: '2024-02-15',
    });
    await aVersion(api, [anItem('B'), anItem('C')], { validFrom: '2024-02-15' }, code);
    const judge = async (item: string, on: string): Promise<string[]> => {
      const [faults = []] = await api.app
        .get(ClassifiersService)
        .judge(api.db.manager, [{ classifier: code, code: item, pointer: '/reason', on }]);
      return faults.map((fault) => `${fault.pointer} ${fault.code} ${fault.message}`);
    };
    expect(await judge('A', '2024-02-14')).toEqual([]);
    expect(await judge('A', '2024-02-15')).toEqual(['/reason ENDED_CODE A ended on 2024-02-15.']);
    expect(await judge('B', '2023-01-01')).toEqual([]);
    expect(await judge('B', '2030-01-01')).toEqual([]);
    expect(await judge('B', '2022-12-31')).toEqual(['/reason UNKNOWN_CODE B is not in the classifier.']);
    expect(await judge('C', '2024-02-14')).toEqual(['/reason UNKNOWN_CODE C is not in the classifier.']);
    expect(await judge('C', '2024-02-15')).toEqual([]);
    expect(await judge('X', '2024-02-15')).toEqual(['/reason UNKNOWN_CODE X is not in the classifier.']);
  });

  it('holds for places and fields of earlier facts too', async () => {
    const service = api.app.get(ClassifiersService);
    const { body } = await officer().get('/classifiers/KL_MUNICIPALITY/versions/1').expect(200);
    const version = { path: '/classifiers/KL_MUNICIPALITY/versions/1', code: '', number: 1, tag: `"${body.version}"` };
    await end(version, 'LT-25', { validTo: '2025-07-01', replacedBy: 'LT-14' }).expect(200);
    const places = [{ municipalityCode: 'LT-25' }, { municipalityCode: 'LT-25' }];
    const judged = await service.judgePlaces(api.db.manager, places, ['2025-06-30']);
    expect(judged).toEqual([
      { faults: [], countyCode: 'LT-MR' },
      {
        faults: [
          { pointer: '/municipalityCode', code: 'ENDED_CODE', message: 'LT-25 ended on 2025-07-01. Use LT-14.' },
        ],
        countyCode: 'LT-MR',
      },
    ]);
    expect(await service.judgeFields(api.db.manager, ['0421', '0421'], ['1990-01-01', '2025-01-01'])).toEqual([[], []]);
    const there = anInstitution({ municipalityCode: 'LT-25' });
    await officer().post('/institutions', there).expect(422);
  });

  it('of a draft is not known', async () => {
    const draft = await fill(api, await aDraft(api), [anItem('A')]);
    const use = { classifier: draft.code, code: 'A', pointer: '/x', on: '2025-01-01' };
    expect(await api.app.get(ClassifiersService).judge(api.db.manager, [use])).toMatchObject([
      [{ code: 'UNKNOWN_CODE' }],
    ]);
    expect(await api.db.getRepository(ClassifierVersion).countBy({ classifierCode: draft.code })).toBe(1);
  });
});
