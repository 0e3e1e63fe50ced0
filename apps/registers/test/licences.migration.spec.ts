import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OlderDatabase } from '@meistras/testing/older-database';
import { registers } from '../src/data-source.js';
import { GiveLicenceTwoTimes1760000013100 } from '../src/migrations/1760000013100-give-licence-two-times.js';

describe('licences of before they had two times', () => {
  let database: OlderDatabase;
  const [granted, revoked, toBeRevoked] = [randomUUID(), randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await OlderDatabase.before(registers, GiveLicenceTwoTimes1760000013100);
    const { owner } = database;
    const insert = (id: string, state: string, validTo: string | null): Promise<unknown> =>
      owner.query(
        `INSERT INTO licence (decision_id, version, institution_id, programme_id, state, valid_from, valid_to, act_number)
         VALUES ($1, 2, $1, $1, $2, '2020-09-01', $3, 'V-1')`,
        [id, state, validTo],
      );
    await insert(granted, 'GRANTED', '2999-01-01');
    await insert(revoked, 'REVOKED', '2021-01-01');
    await insert(toBeRevoked, 'REVOKED', '2999-01-01');
  });
  afterAll(() => database.drop());

  it('keep their states, one after the other, and what is still to come', async () => {
    await database.migrate();
    const { owner } = database;
    const rows = await owner.query(
      `SELECT id, state, valid_from::text, valid_to::text, legal_basis FROM licence ORDER BY array_position($1, id)`,
      [[granted, revoked, toBeRevoked]],
    );
    const began = { valid_from: '2020-09-01', valid_to: '2999-01-01', legal_basis: 'V-1' };
    expect(rows).toEqual([
      { id: granted, state: 'ISSUED', ...began },
      { id: revoked, state: 'REVOKED', valid_from: '2021-01-01', valid_to: null, legal_basis: 'V-1' },
      { id: toBeRevoked, state: 'ISSUED', ...began },
    ]);
    const periods = await owner.query(
      `SELECT entry_id, facts->>'state' AS state, valid_from::text, valid_to::text, pending FROM register_period
       ORDER BY array_position($1, entry_id), valid_from`,
      [[revoked, toBeRevoked]],
    );
    const first = { state: 'ISSUED', valid_from: '2020-09-01', pending: false };
    const then = { state: 'REVOKED', valid_to: null };
    expect(periods).toEqual([
      { entry_id: revoked, ...first, valid_to: '2021-01-01' },
      { entry_id: revoked, ...then, valid_from: '2021-01-01', pending: false },
      { entry_id: toBeRevoked, ...first, valid_to: '2999-01-01' },
      { entry_id: toBeRevoked, ...then, valid_from: '2999-01-01', pending: true },
    ]);
  });
});
