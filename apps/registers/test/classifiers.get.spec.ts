import { describe, expect, it } from '@jest/globals';
import { asAdmin } from '@meistras/testing/test-database';
import type pg from 'pg';
import { registers } from '../src/data-source.js';
import { aProgramme, registrar, startRegisters } from './builders.js';

describe('GET /classifiers', () => {
  const api = startRegisters();
  const read = async (path: string): Promise<{ items: Record<string, unknown>[]; next?: string }> =>
    (await api.as(registrar).get(path).expect(200)).body;

  it('lists the code lists with their heads (R-REG-24)', async () => {
    const { items } = await read('/classifiers');
    expect(items.map(({ code }) => code)).toEqual(['KL_COUNTY', 'KL_ISCED_F', 'KL_MUNICIPALITY']);
    expect(await read('/classifiers/KL_ISCED_F')).toMatchObject({ author: 'UNESCO Institute for Statistics' });
    await api.as(registrar).get('/classifiers/KL_NONE').expect(404);
    await api.as(registrar).get('/classifiers/kl_finsalt').expect(400);
  });

  it.each([
    ['KL_COUNTY', 10],
    ['KL_MUNICIPALITY', 60],
    ['KL_ISCED_F', 220],
  ])('%s has %i items', async (code, count) => {
    expect((await read(`/classifiers/${code}/items?limit=500`)).items).toHaveLength(count);
  });

  it('gives the items below one, and pages', async () => {
    const below = await read('/classifiers/KL_ISCED_F/items?parent=061');
    expect(below.items.map(({ code }) => code)).toEqual(['0610', '0611', '0612', '0613', '0619']);
    const kaunas = await read('/classifiers/KL_MUNICIPALITY/items?parent=LT-KU&limit=5');
    const rest = await read(`/classifiers/KL_MUNICIPALITY/items?parent=LT-KU&limit=5&after=${kaunas.next}`);
    expect([...kaunas.items, ...rest.items]).toHaveLength(8);
    expect(kaunas.items[0]).toMatchObject({ parent: 'LT-KU' });
    expect(kaunas.items[0]).not.toHaveProperty('nameEn');
  });

  it('refuses the use of an item that ended and names its successor (R-REG-25)', async () => {
    await asOwner((owner) =>
      owner.query(`UPDATE classifier_item SET valid_to = '2026-01-01', replaced_by = '0613' WHERE code = '0612'`),
    );
    const ended = await read('/classifiers/KL_ISCED_F/items?parent=061&validOn=2026-01-01');
    expect(ended.items.map(({ code }) => code)).toEqual(['0610', '0611', '0613', '0619']);
    const before = await read('/classifiers/KL_ISCED_F/items?parent=061&validOn=2025-12-31');
    expect(before.items[2]).toMatchObject({ code: '0612', validTo: '2026-01-01', replacedBy: '0613' });
    const { body } = await api
      .as(registrar)
      .post('/programmes', aProgramme({ fieldCode: '0612' }))
      .expect(422);
    expect(body.errors).toEqual([
      { pointer: '/fieldCode', code: 'ENDED_CODE', message: '0612 ended on 2026-01-01. Use 0613.' },
    ]);
  });

  it('come with the release: what is missing or other is mended, what is no longer there stays', async () => {
    await asOwner(async (owner) => {
      await owner.query(`DELETE FROM classifier_item WHERE code = 'LT-16'`);
      await owner.query(`UPDATE classifier_item SET name_lt = 'x' WHERE code = 'LT-KU'`);
      await owner.query(
        `INSERT INTO classifier_item (classifier_code, code, ordinal) VALUES ('KL_COUNTY', 'LT-OLD', 99)`,
      );
      await registers.seed?.run(owner as never);
    });
    expect((await read('/classifiers/KL_MUNICIPALITY/items?limit=500')).items).toHaveLength(60);
    const { items } = await read('/classifiers/KL_COUNTY/items');
    expect(items).toHaveLength(11);
    expect(items[2]).toMatchObject({ code: 'LT-KU', nameLt: 'Kauno apskritis' });
  });

  /** As the owner of the tables: the service itself may only read code lists. */
  async function asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    return asAdmin(work, row?.name);
  }
});
