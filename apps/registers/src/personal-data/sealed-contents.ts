import type { EntityManager } from 'typeorm';
import { places } from './places.js';

/** A register of what is said of learners, sealed by their keys; what held before lies sealed in its periods. */
export interface SealedRegister {
  table: 'learner_file' | 'certificate_supplement';
  /** Where the content of an entry stands sealed. */
  placeOf: (entryId: string) => string;
}

export const sealedFiles: SealedRegister = { table: 'learner_file', placeOf: places.file };
export const sealedSupplements: SealedRegister = { table: 'certificate_supplement', placeOf: places.supplement };

/** What an entry says or said, as it lies: facts that lie open are from before there were keys. */
export interface Lying {
  learnerId: string;
  content: string | object;
  place: string;
}

/**
 * Stores what entries say and said sealed anew. `which` is SQL on the entry `f` and on its `content`, with one parameter of
 * ids; `seal` answers the new content.
 */
export async function sealContents(
  tx: EntityManager,
  { table, placeOf }: SealedRegister,
  { which, ids }: { which: (content: string) => string; ids: string[] },
  seal: (lying: Lying) => string,
): Promise<void> {
  const store = async (found: string, update: string): Promise<void> => {
    const rows: (Lying & { id: string; entryId: string })[] = await tx.query(found, [ids]);
    if (rows.length === 0) return;
    const contents = rows.map((row) => JSON.stringify(seal({ ...row, place: placeOf(row.entryId) })));
    await tx.query(`${update} FROM unnest($1::uuid[], $2::jsonb[]) AS r (id, content) WHERE t.id = r.id`, [
      rows.map(({ id }) => id),
      contents,
    ]);
  };
  await store(
    `SELECT f.id, f.id AS "entryId", f.learner_id AS "learnerId", f.content FROM ${table} f WHERE ${which('f.content')}`,
    `UPDATE ${table} t SET content = r.content`,
  );
  await store(
    `SELECT p.id, f.id AS "entryId", f.learner_id AS "learnerId", p.facts->'content' AS content
     FROM ${table} f JOIN register_period p ON p.entry_id = f.id WHERE ${which(`p.facts->'content'`)}`,
    `UPDATE register_period t SET facts = t.facts || jsonb_build_object('content', r.content)`,
  );
}
