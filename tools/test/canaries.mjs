// Invented people whose names, codes and birth dates occur nowhere else, and where on a platform they turned up.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Nobody's: the serials of a day from 990 on. */
export const people = [
  { givenName: 'Kanarėlė', familyName: 'Geltonplunksnė', personalCode: codeOf('607112399') },
  { givenName: 'Kanarėlis', familyName: 'Žaliasparnis', personalCode: codeOf('507112399') },
];
export const birthOn = '2007-11-23';
/** The person behind a client, as X-Road names one. */
export const userId = 'LT38505051234';

/** The code that begins so: the first serial whose check digit the plain rule gives (F-REG-1). */
function codeOf(beginning) {
  for (let last = 0; last < 10; last += 1) {
    const body = `${beginning}${last}`;
    const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (i < 9 ? i + 1 : 1), 0) % 11;
    if (sum < 10) return `${body}${sum}`;
  }
  throw new Error(`No serial of ${beginning} has a check digit.`);
}

const codes = [...people.map(({ personalCode }) => personalCode), userId.slice(2)];
const facts = [...people.flatMap(({ givenName, familyName }) => [givenName, familyName]), birthOn];

/** A text as it may be kept: as it is, without accents, in an address, in hexadecimal, in base64 wherever it begins. */
function formsOf(text) {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((shift * 4) / 3) + (shift === 0 ? 0 : 1), -4),
  );
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return [text, text.normalize('NFD'), plain, encodeURIComponent(text), bytes.toString('hex'), ...base64].map((form) =>
    form.toLowerCase(),
  );
}

const canaries = [
  ...codes.map((text) => ({ text, kind: 'code', forms: formsOf(text) })),
  ...facts.map((text) => ({ text, kind: 'fact', forms: formsOf(text) })),
];

/** Kinds of canaries in a text: `code`, `fact`. */
export function kindsIn(text) {
  const lower = text.toLowerCase();
  return [
    ...new Set(canaries.filter(({ forms }) => forms.some((form) => lower.includes(form))).map(({ kind }) => kind)),
  ];
}

/** Every log of the platform as `log <file>`, PostgreSQL's too. */
export function* logsOf(under) {
  for (const file of readdirSync(join(under.dir, 'logs')))
    yield [`log ${file}`, readFileSync(join(under.dir, 'logs', file), 'utf8')];
  yield ['log postgres', readFileSync(under.platform.postgres.logFile, 'utf8')];
}

/** Every row of every table of every database as `<database>.<table>`, read as a dump would be: past row-level security. */
export async function* tablesOf(under) {
  const { superuser, password, host, port, databases } = under.platform.postgres;
  for (const url of Object.values(databases).map(({ DATABASE_URL: each }) => new URL(each))) {
    const database = url.pathname.slice(1);
    const client = new pg.Client({ host, port, user: superuser, password, database });
    await client.connect();
    try {
      const { rows: tables } = await client.query(
        `SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      );
      for (const { schemaname, tablename } of tables) {
        const { rows } = await client.query(`SELECT t::text AS row FROM "${schemaname}"."${tablename}" t`);
        yield [`${database}.${tablename}`, rows.map(({ row }) => row).join('\n')];
      }
    } finally {
      await client.end();
    }
  }
}
