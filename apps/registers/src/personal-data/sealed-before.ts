import type { EntityManager } from 'typeorm';
import type { PersonalCodes } from '../learners/personal-codes.js';
import { places } from './places.js';
import { sealJson } from './sealed-json.js';

type Keys = ReadonlyMap<string, Buffer>;

/** Seals by their own keys what is kept of persons from before they had one; the transaction holds their rows. */
export async function sealAnew(tx: EntityManager, codes: PersonalCodes, keys: Keys): Promise<void> {
  await sealCodes(tx, codes, keys, ['learner', places.codeOfLearner]);
  await sealCodes(tx, codes, keys, ['staff_member', places.codeOfStaff]);
  await sealFiles(tx, keys);
}

async function sealCodes(
  tx: EntityManager,
  codes: PersonalCodes,
  keys: Keys,
  [table, placeOf]: [string, (id: string) => string],
): Promise<void> {
  const rows: { id: string; sealed: Buffer }[] = await tx.query(
    `SELECT id, personal_code_sealed AS sealed FROM ${table} WHERE id = ANY($1::uuid[]) AND personal_code_sealed IS NOT NULL`,
    [[...keys.keys()]],
  );
  const sealed = rows.map((row) => {
    const [key, place] = [keys.get(row.id)!, placeOf(row.id)];
    return codes.seal(codes.open(row.sealed, place, key)!, place, key);
  });
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE ${table} t SET personal_code_sealed = r.sealed FROM unnest($1::uuid[], $2::bytea[]) AS r (id, sealed)
     WHERE t.id = r.id`,
    [rows.map(({ id }) => id), sealed],
  );
}

/** Files lay open, and so did what held of them before. */
async function sealFiles(tx: EntityManager, keys: Keys): Promise<void> {
  type Open = { id: string; fileId: string; learnerId: string; content: object };
  const seal = async (found: string, store: string): Promise<void> => {
    const rows: Open[] = await tx.query(found, [[...keys.keys()]]);
    const contents = rows.map(({ fileId, learnerId, content }) =>
      JSON.stringify(sealJson(content, keys.get(learnerId)!, places.file(fileId))),
    );
    if (rows.length > 0) await tx.query(store, [rows.map(({ id }) => id), contents]);
  };
  await seal(
    `SELECT f.id, f.id AS "fileId", f.learner_id AS "learnerId", f.content FROM learner_file f
     WHERE f.learner_id = ANY($1::uuid[]) AND jsonb_typeof(f.content) = 'object'`,
    `UPDATE learner_file f SET content = r.content FROM unnest($1::uuid[], $2::jsonb[]) AS r (id, content) WHERE f.id = r.id`,
  );
  await seal(
    `SELECT p.id, f.id AS "fileId", f.learner_id AS "learnerId", p.facts->'content' AS content
     FROM learner_file f JOIN register_period p ON p.entry_id = f.id
     WHERE f.learner_id = ANY($1::uuid[]) AND jsonb_typeof(p.facts->'content') = 'object'`,
    `UPDATE register_period p SET facts = p.facts || jsonb_build_object('content', r.content)
     FROM unnest($1::uuid[], $2::jsonb[]) AS r (id, content) WHERE p.id = r.id`,
  );
}
