import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startService } from '@meistras/testing/start-service';
import { arrayText, insertOf } from '../src/database/rows.js';
import { ImportedThingsModule, importing } from './sample/imported-things.js';

const api = startService(importing, [ImportedThingsModule]);

/** What PostgreSQL, the oracle, makes of an array's text. */
async function read(type: string, values: readonly unknown[]): Promise<unknown> {
  const [row]: { read: unknown }[] = await api.db.query(`SELECT $1::${type}[] AS read`, [arrayText(values)]);
  return row!.read;
}

describe('arrays as they are sent', () => {
  const awkward = [
    '',
    ' ',
    'null',
    'NULL',
    '{}',
    '{a,b}',
    '"',
    '\\',
    '\\\\x00',
    'a"b\\c',
    'ą ž',
    ',',
    '\n',
    '\t',
    '\u00a0',
  ];
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...awkward), fc.constant(null));

  it('are read as what they were, whatever stands in a text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 40 }), async (values) => {
        const storable = values.map((value) => value?.replaceAll('\u0000', '') ?? null);
        expect(await read('text', storable)).toEqual(storable);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, unknown[]]>([
    ['int', [1, -2, null, 2_147_483_647]],
    ['float8', [0.1, -1e-7, 1e21]],
    ['boolean', [true, false, null]],
    ['bytea', [Buffer.of(0, 92, 34, 255), Buffer.alloc(0), null]],
    ['timestamptz', [new Date('2026-03-05T22:30:00.123Z'), new Date('1955-01-01T00:00:00Z'), null]],
  ])('may be of %s', async (type, values) => {
    expect(await read(type, values)).toEqual(values);
  });

  it('may be of JSON, which is text until then', async () => {
    const values = [{ a: 'x"y\\z', b: [1, null] }, [], 'text'];
    const texts = values.map((value) => JSON.stringify(value));
    expect(await read('jsonb', texts)).toEqual(values);
  });

  it('may be empty', async () => {
    expect(await read('text', [])).toEqual([]);
  });
});

describe('rows that are inserted together', () => {
  const table = {
    name: 'imported',
    columns: [
      { name: 'code', property: 'code', type: 'text' },
      { name: 'size', property: 'size', type: 'integer' },
    ],
  };
  const stored = (batch: string): Promise<object[]> =>
    api.db.query(`SELECT code, size FROM imported WHERE code LIKE $1 ORDER BY ctid`, [`${batch}-%`]);

  it.each([
    ['differ', [3, 1, 2]],
    ['are alike', [7, 7, 7]],
    ['say nothing', [null, null]],
    ['are one', [5]],
  ])('stand as they are and in their order, where their sizes %s', async (batch, sizes) => {
    const rows = sizes.map((size, at) => ({ code: `${batch}-${9 - at}`, size }));
    const [statement, values] = insertOf(table, rows);
    await api.db.query(statement, values);
    expect(await stored(batch)).toEqual(rows);
    // What all say alike is sent once.
    expect(values).toEqual(new Set(sizes).size === 1 ? [arrayText(rows.map(({ code }) => code)), sizes[0]] : values);
  });
});
