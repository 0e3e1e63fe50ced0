import type { EntityManager } from 'typeorm';
import type { PersonalCodes } from '../learners/personal-codes.js';
import { places } from './places.js';
import { sealContents, sealedFiles, sealedSupplements } from './sealed-contents.js';
import type { SealedRegister } from './sealed-contents.js';
import { sealJson } from './sealed-json.js';

type Keys = ReadonlyMap<string, Buffer>;

/** Seals by their own keys what is kept of persons from before they had one; the transaction holds their rows. */
export async function sealAnew(tx: EntityManager, codes: PersonalCodes, keys: Keys): Promise<void> {
  await sealCodes(tx, codes, keys, ['learner', places.codeOfLearner]);
  await sealCodes(tx, codes, keys, ['staff_member', places.codeOfStaff]);
  for (const register of [sealedFiles, sealedSupplements]) await sealOpen(tx, keys, register);
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

/** Files and supplements of certificates lay open, and so did what held of them before. */
async function sealOpen(tx: EntityManager, keys: Keys, register: SealedRegister): Promise<void> {
  const open = (content: string): string => `f.learner_id = ANY($1::uuid[]) AND jsonb_typeof(${content}) = 'object'`;
  await sealContents(tx, register, { which: open, ids: [...keys.keys()] }, ({ learnerId, content, place }) =>
    sealJson(content as object, keys.get(learnerId)!, place),
  );
}
