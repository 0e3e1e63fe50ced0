import type { DataSource, EntityManager } from 'typeorm';
import { selectList } from '@meistras/platform/database/rows';
import { afterId } from '@meistras/platform/paging/paging';
import { Decision } from './decision.entity.js';
import type { DecidedRight, DecisionsQuery, DecisionRow } from './decisions.dto.js';

const revocation = `CASE WHEN r.decision_id IS NOT NULL THEN json_build_object('decisionId', r.decision_id,
  'actNumber', r.act_number, 'actOn', r.act_on, 'effectiveOn', r.effective_on, 'reason', r.reason,
  'recordedAt', r.recorded_at) END AS revocation`;

const joined = 'decision d LEFT JOIN revocation r ON r.decision_id = d.id';

const holdsOn = (day: string): string =>
  `d.valid_from <= ${day} AND ${day} < coalesce(r.effective_on, d.valid_to, 'infinity')`;

/** The decision that gives an institution the right to run a programme on a day (R-ACC-02). $1 $2 $3: the three of them. */
export const rightOnDay = {
  name: 'right-on-day',
  text: `SELECT d.id FROM ${joined}
    WHERE d.institution_id = $1 AND d.programme_id = $2 AND ${holdsOn('$3::date')} ORDER BY d.valid_from DESC, d.id LIMIT 1`,
};

/** One decision, if one of these institutions holds it; null for any. */
export async function findDecision(
  source: DataSource | EntityManager,
  id: string,
  institutions: string[] | null,
): Promise<DecidedRight | undefined> {
  const rows: DecidedRight[] = await source.query(
    `SELECT ${selectList(source, Decision, 'd')}, ${revocation} FROM ${joined}
     WHERE d.id = $1 AND ($2::text[] IS NULL OR d.institution_id::text = ANY($2))`,
    [id, institutions],
  );
  return rows[0];
}

/** One row more than the page takes. */
export function pageOfDecisions(
  source: DataSource,
  query: DecisionsQuery,
  institutions: string[] | null,
): Promise<DecidedRight[]> {
  const values: unknown[] = [afterId(query), query.limit + 1];
  const conditions = ['d.id > $1'];
  const when = (value: unknown, condition: (at: string) => string): void => {
    if (value !== undefined && value !== null) conditions.push(condition(`$${values.push(value)}`));
  };
  when(institutions, (at) => `d.institution_id::text = ANY(${at}::text[])`);
  when(query.institutionId, (at) => `d.institution_id = ${at}`);
  when(query.programmeId, (at) => `d.programme_id = ${at}`);
  when(query.validOn, (at) => holdsOn(`${at}::date`));
  when(query.state, (at) => `(r.decision_id IS NOT NULL) = (${at} = 'REVOKED')`);
  return source.query(
    `SELECT ${selectList(source, Decision, 'd')}, ${revocation} FROM ${joined}
     WHERE ${conditions.join(' AND ')} ORDER BY d.id LIMIT $2`,
    values,
  );
}

/** An import's row whose holder and programme are found. */
export type HeldRow = DecisionRow & { institutionId: string; programmeId: string };

export type Act = Pick<Decision, 'institutionId' | 'programmeId' | 'authority' | 'actNumber'>;

/** The natural key of a decision. */
export const actKey = ({ institutionId, programmeId, authority, actNumber }: Act): string =>
  [institutionId, programmeId, authority, actNumber].join('\n');

/** The decisions that these acts have made already, by `actKey`. */
export async function decisionsOf(tx: EntityManager, acts: Act[]): Promise<Map<string, Decision>> {
  const rows: Decision[] = await tx.query(
    `SELECT ${selectList(tx, Decision, 'd')} FROM decision d
     WHERE (d.institution_id, d.programme_id, d.authority, d.act_number)
       IN (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]))`,
    [
      acts.map(({ institutionId }) => institutionId),
      acts.map(({ programmeId }) => programmeId),
      acts.map(({ authority }) => authority),
      acts.map(({ actNumber }) => actNumber),
    ],
  );
  return new Map(rows.map((row) => [actKey(row), row]));
}
