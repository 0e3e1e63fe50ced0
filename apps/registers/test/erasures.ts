import { asAdmin } from '@meistras/testing/test-database';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import { everyRow, matcher, officer } from './builders.js';

const scopes = ['registers.erasures:write', 'registers.contacts:write', 'registers.contacts:read'];

/** Erases, and may do all else that specs of erasures need. */
export const archivist: Caller = {
  ...matcher,
  scopes: [...matcher.scopes, ...scopes, ...officer.scopes],
  clientId: 'archivist',
};

/** Every table in which one of the words stands, but for notes of birth dates: they are gone after the next comparison. */
export function holdersOf(api: ServiceUnderTest, words: string[]): Promise<string[]> {
  return everyRow(api, async (tx) => {
    const holders: string[] = [];
    for (const name of await tablesOf((text) => tx.query(text))) {
      const rows: { row: string }[] = await tx.query(`SELECT t::text AS row FROM "${name}" t`);
      if (rows.some(({ row }) => words.some((word) => row.includes(word)))) holders.push(name);
    }
    return holders.filter((name) => name !== 'match_day').sort();
  });
}

/** What the owner of the tables may do and the service may not. */
export async function asOwner(
  api: ServiceUnderTest,
  ...statements: [text: string, values: unknown[]][]
): Promise<void> {
  const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
  await asAdmin(async (admin) => {
    for (const [text, values] of statements) await admin.query(text, values);
  }, row?.name);
}

type Asks = (text: string) => Promise<{ name: string }[]>;

async function tablesOf(ask: Asks): Promise<string[]> {
  const rows = await ask(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND has_table_privilege(oid, 'SELECT') ORDER BY relname`,
  );
  return rows.map(({ name }) => name);
}

/** Stands in a backup of its own, of which only the newest is kept (ADR 21). */
export const apart = ['person_key', 'erasure'];

/** What `pg_dump` writes of some tables, and how it comes back: whatever they held meanwhile is lost. */
export class Backup {
  private constructor(
    private readonly database: string,
    private readonly schema: string,
    private readonly tables: string[],
  ) {}

  /** Of all tables but those that stand apart, or of these alone. */
  static async of(api: ServiceUnderTest, which: 'data' | 'keys'): Promise<Backup> {
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    const database = row?.name ?? '';
    const schema = `${which}_${Date.now()}`;
    const tables = await asAdmin(async (admin) => {
      const all = await tablesOf(async (text) => (await admin.query<{ name: string }>(text)).rows);
      const some = all.filter((name) => apart.includes(name) === (which === 'keys'));
      await admin.query(`CREATE SCHEMA ${schema}`);
      for (const name of some) await admin.query(`CREATE TABLE ${schema}."${name}" AS TABLE public."${name}"`);
      return some;
    }, database);
    return new Backup(database, schema, tables);
  }

  async restore(): Promise<void> {
    await asAdmin(async (admin) => {
      await admin.query('BEGIN');
      // As a restore does: neither triggers nor references are asked.
      await admin.query('SET LOCAL session_replication_role = replica');
      await admin.query(`TRUNCATE ${this.tables.map((name) => `public."${name}"`).join(', ')} CASCADE`);
      for (const name of this.tables)
        await admin.query(
          `INSERT INTO public."${name}" OVERRIDING SYSTEM VALUE SELECT * FROM ${this.schema}."${name}"`,
        );
      await admin.query('COMMIT');
    }, this.database);
  }
}
