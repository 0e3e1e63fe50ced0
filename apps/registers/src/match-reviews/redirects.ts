import type { EntityManager } from 'typeorm';

/** A table of entries that lead to others, and the column of their ids. */
export type RedirectTable = readonly [
  table: 'learner_redirect' | 'staff_redirect',
  id: 'learner_id' | 'staff_member_id',
];

export const learnerRedirects: RedirectTable = ['learner_redirect', 'learner_id'];
export const staffRedirects: RedirectTable = ['staff_redirect', 'staff_member_id'];

/** What led to the one that now leads on leads where that leads. */
export async function leadOn(tx: EntityManager, [table]: RedirectTable, from: string, to: string): Promise<void> {
  await tx.query(`UPDATE ${table} SET survivor_id = $2 WHERE survivor_id = $1`, [from, to]);
}

/** It stands for itself again, and so do those to it that had been merged into it before. */
export async function leadNoMore(tx: EntityManager, [table, id]: RedirectTable, entryId: string): Promise<void> {
  await tx.query(`DELETE FROM ${table} WHERE ${id} = $1`, [entryId]);
  await tx.query(
    `WITH RECURSIVE led AS (
       SELECT ${id} AS id FROM ${table} WHERE merged_into_id = $1
       UNION ALL SELECT r.${id} FROM ${table} r JOIN led ON r.merged_into_id = led.id)
     UPDATE ${table} SET survivor_id = $1 WHERE ${id} IN (SELECT id FROM led)`,
    [entryId],
  );
}
