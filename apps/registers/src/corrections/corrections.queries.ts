import type { DataSource, EntityManager } from 'typeorm';
import { trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { CorrectionRequest } from './correction-request.entity.js';

/** Which requests are read, and through whose eyes. */
export interface WantedCorrections {
  id?: string;
  state?: string | undefined;
  /** Requests of these learners themselves. */
  ofPerson?: string[];
  after: string;
  limit: number;
  /** That these institutions decide, or asked for; null for all. */
  reach: string[] | null;
  /** Also those of protected persons. */
  protectedToo: boolean;
  trail: unknown[];
}

/** Requests together with a record for every person shown (T8), and one more than the limit. */
export function correctionsOf(
  source: DataSource,
  { id, state, ofPerson, after, limit, reach, protectedToo, trail }: WantedCorrections,
): [Statement, unknown[]] {
  const values: unknown[] = [after, limit];
  const conditions = ['c.id > $1'];
  const parts: string[] = ['corrections'];
  const where = (name: string, value: unknown, condition: (at: string) => string): void => {
    if (value === undefined || value === null) return;
    parts.push(name);
    conditions.push(condition(`$${values.push(value)}`));
  };
  where('id', id, (at) => `c.id = ${at}::uuid`);
  where('state', state, (at) => `c.state = ${at}`);
  where('person', ofPerson, (at) => `c.learner_id = ANY(${at}::uuid[]) AND c.asked_by = 'PERSON'`);
  where('within', reach, (at) => `(c.institution_id = ANY(${at}::uuid[]) OR c.provider_id = ANY(${at}::uuid[]))`);
  if (!protectedToo) {
    parts.push('shown');
    conditions.push(`NOT EXISTS (SELECT 1 FROM learner l WHERE l.id = c.learner_id AND l.state = 'PROTECTED')`);
  }
  const persons = '(SELECT DISTINCT "learnerId" AS id FROM (SELECT * FROM found ORDER BY id LIMIT $2::int) p)';
  const text = `
    WITH found AS (
      SELECT ${selectList(source, CorrectionRequest, 'c')} FROM correction_request c
      WHERE ${conditions.join(' AND ')} ORDER BY c.id LIMIT $2::int + 1
    ), trail AS (${trailOfOne(persons, values.length + 1)})
    SELECT * FROM found ORDER BY id`;
  return [{ name: parts.join('-'), text }, [...values, ...trail]];
}

/** A part of a person's record, and the institution that holds it; none when that is a national body. */
export interface RecordEntry {
  entryId: string;
  institutionId: string | null;
}

const entries = {
  LEARNER_ENTRY:
    'SELECT enrolment_id AS "entryId", institution_id AS "institutionId" FROM learner_entry WHERE enrolment_id',
  CERTIFICATE_ENTRY: 'SELECT id AS "entryId", institution_id AS "institutionId" FROM certificate_entry WHERE id',
};

/** The enrolment or certificate of an id, if it is of one of these learners. */
export async function entryOf(
  tx: EntityManager,
  about: keyof typeof entries,
  entryId: string | undefined,
  learnerIds: string[],
): Promise<RecordEntry | undefined> {
  const text = `${entries[about]} = $1::uuid AND learner_id = ANY($2::uuid[])`;
  const [found]: RecordEntry[] = await tx.query(text, [entryId ?? null, learnerIds]);
  return found;
}

/** The certificate that an institution answers for. */
export async function certificateOf(
  tx: EntityManager,
  entryId: string,
  institutionId: string,
): Promise<{ entryId: string; learnerId: string } | undefined> {
  const [found]: { entryId: string; learnerId: string }[] = await tx.query(
    `SELECT id AS "entryId", learner_id AS "learnerId" FROM certificate_entry WHERE id = $1 AND institution_id = $2`,
    [entryId, institutionId],
  );
  return found;
}
