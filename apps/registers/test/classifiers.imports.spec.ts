import { describe, expect, it } from '@jest/globals';
import { ClassifierItem } from '../src/classifiers/classifier.entity.js';
import { registrar, startRegisters } from './builders.js';
import { aDraft, anItem, aVersion } from './classifiers.builders.js';
import type { Draft } from './classifiers.builders.js';
import { importFile, reportOf } from './imports.js';

const api = startRegisters();
const rowOf = ({ code, number }: Draft, item: string, facts: object = {}): Record<string, unknown> => ({
  classifierCode: code,
  number,
  code: item,
  nameLt: `Priežastis ${item}`,
  nameEn: `Reason ${item}`,
  nameVi: '',
  parentCode: '',
  validTo: '',
  replacedBy: '',
  ...facts,
});
const itemsOf = (draft: Draft): Promise<ClassifierItem[]> =>
  api.db.getRepository(ClassifierItem).find({ where: { classifierCode: draft.code }, order: { ordinal: 'ASC' } });

describe('kind=classifier-items', () => {
  it.each(['text/csv', 'application/x-ndjson'])('puts items into a draft, from %s', async (format) => {
    const draft = await aDraft(api);
    const rows = [rowOf(draft, '01', { nameVi: 'Lý do' }), rowOf(draft, '0'), rowOf(draft, '02', { parentCode: '0' })];
    const file = format === 'text/csv' ? rows : rows.map((row) => withoutEmpty(row));
    expect(await importFile(api, 'classifier-items', file, format)).toMatchObject({
      state: 'DONE',
      created: 3,
      failed: 0,
    });
    expect(
      (await itemsOf(draft)).map(({ code, ordinal, parentCode, nameVi }) => [code, ordinal, parentCode, nameVi]),
    ).toEqual([
      ['01', 1, null, 'Lý do'],
      ['0', 2, null, null],
      ['02', 3, '0', null],
    ]);
    expect(await importFile(api, 'classifier-items', file, format)).toMatchObject({
      unchanged: 3,
      created: 0,
      updated: 0,
    });
    const { headers } = await api.as(registrar).get(draft.path).expect(200);
    expect(headers['etag']).toBe('"2"');
    await api.as(registrar).post(`${draft.path}/publish`, undefined, { 'if-match': '"2"' }).expect(200);
  });

  it('loads KL_ISV_PRIEZ2, whose drafts come with the release, and publishes it (R-REG-23)', async () => {
    const draft: Draft = { path: '/classifiers/KL_ISV_PRIEZ2/versions/2', code: 'KL_ISV_PRIEZ2', number: 2, tag: '' };
    await importFile(api, 'classifier-items', [rowOf(draft, '1'), rowOf(draft, '2')]);
    const { headers } = await api.as(registrar).get(draft.path).expect(200);
    await api
      .as(registrar)
      .post(`${draft.path}/publish`, undefined, { 'if-match': headers['etag'] ?? '' })
      .expect(200);
    const { body } = await api.anonymous().get('/classifiers/KL_ISV_PRIEZ2?validOn=2024-02-15').expect(200);
    expect(body).toMatchObject({ inForce: { number: 2, validFrom: '2024-02-15' } });
    expect(await api.anonymous().get('/classifiers/KL_ISV_PRIEZ2?validOn=2024-02-14')).not.toHaveProperty(
      'body.inForce',
    );
  });

  it('changes an item that is there, and the last of two rows holds', async () => {
    const draft = await aDraft(api);
    await importFile(api, 'classifier-items', [rowOf(draft, 'A')]);
    const rows = [rowOf(draft, 'A', { nameLt: 'Kita' }), rowOf(draft, 'A', { nameLt: 'Trečia' })];
    expect(await importFile(api, 'classifier-items', rows)).toMatchObject({ updated: 2 });
    expect(await itemsOf(draft)).toMatchObject([{ code: 'A', nameLt: 'Trečia', searchKey: 'a trecia reason a' }]);
  });

  it('reports every row that it leaves aside', async () => {
    const draft = await aDraft(api);
    const published = await aVersion(api, [anItem('A')]);
    const job = await importFile(api, 'classifier-items', [
      rowOf(draft, 'A'),
      rowOf(published, 'B'),
      rowOf({ ...draft, number: 9 }, 'A'),
      rowOf({ ...draft, code: 'KL_NONE' }, 'A'),
      rowOf(draft, 'B', { replacedBy: 'A' }),
      rowOf(draft, 'C C'),
      rowOf(draft, 'D', { nameLt: '' }),
      rowOf(draft, 'E', { validTo: '0000-01-01' }),
      rowOf({ ...draft, number: 1e21 }, 'F'),
    ]);
    expect(job).toMatchObject({ state: 'DONE', created: 1, failed: 8 });
    expect(await reportOf(api, job)).toMatchObject({
      '/number PUBLISHED': 1,
      '/number UNKNOWN_VERSION': 2,
      '/replacedBy SUCCESSOR_WITHOUT_END': 1,
      '/code MATCHES': 1,
      '/validTo DAY': 1,
    });
    expect(await itemsOf(published)).toHaveLength(1);
  });

  it('needs the columns', async () => {
    const csv = { 'content-type': 'text/csv' };
    await api.as(registrar).post('/imports?kind=classifier-items', 'code,nameLt\n1,A\n', csv).expect(400);
  });
});

function withoutEmpty(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''));
}
