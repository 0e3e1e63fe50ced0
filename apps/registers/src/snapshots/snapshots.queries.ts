import type { EntityManager } from 'typeorm';
import pg from 'pg';
import { formulaSafe } from '@meistras/platform/exports/exports';
import type { Exported } from '@meistras/platform/exports/exports';
import { ageGroups, groupsBornFrom } from './age.rules.js';
import { dimensions } from './snapshot.rules.js';
import type { Figure } from './snapshot.rules.js';

const columns = {
  register: 'register',
  institutionId: 'institution_id',
  institutionType: 'institution_type',
  municipalityCode: 'municipality_code',
  programmeCode: 'programme_code',
  fieldCode: 'field_code',
  sex: 'sex',
  ageGroup: 'age_group',
  position: 'position',
} as const satisfies Record<(typeof dimensions)[number], string>;

/** A figure as one line of the canonical text, without its line feed. */
const lineSql = `json_strip_nulls(json_build_object(${dimensions
  .map((name) => `'${name}', ${columns[name]}`)
  .join(', ')}, 'value', value))::text`;

/** The canonical order: by the dimensions as bytes, what is not known first. */
const orderSql = dimensions
  .map((name) => `${columns[name]}${name === 'institutionId' ? '' : ' COLLATE "C"'} NULLS FIRST`)
  .join(', ');

/**
 * The period of every entry that is believed to hold on the day `$1`, at most one each; joined as a whole, since a country
 * is counted and not one entry (compare register/as-of).
 */
const period = (alias: string): string => `LEFT JOIN register_period p ON p.entry_id = ${alias}.id
  AND p.superseded_at IS NULL AND p.valid_from <= $1::date AND (p.valid_to IS NULL OR $1::date < p.valid_to)`;

/** A fact of the entry `alias` on the day; of one that has no period on it, as its row shows it. */
const fact = (alias: string, column: string, property: string): string =>
  `CASE WHEN p.id IS NULL THEN ${alias}.${column} ELSE p.facts->>'${property}' END`;

/** Whether the entry holds on the day: by its period, or, of one without a history, by its row (F-REG-4). */
const holds = (alias: string): string => `(p.id IS NOT NULL OR (h.entry_id IS NULL AND ${on(alias)}))`;
const history = (alias: string): string =>
  `LEFT JOIN (SELECT DISTINCT entry_id FROM register_period) h ON h.entry_id = ${alias}.id`;
const on = (alias: string): string =>
  `${alias}.valid_from <= $1::date AND (${alias}.valid_to IS NULL OR $1::date < ${alias}.valid_to)`;

const learnersSql = `
  SELECT 'LEARNER_ENTRIES' AS register, e.institution_id, NULL::text AS institution_type, l.municipality_code,
    n.programme_code, g.field_code, l.sex, ($2::text[])[1 + width_bucket(l.birth_on, $3::date[])] AS age_group,
    NULL::text AS position
  FROM learner_entry e
    LEFT JOIN enrolment n USING (enrolment_id)
    LEFT JOIN (SELECT g.id, ${fact('g', 'field_code', 'fieldCode')} AS field_code FROM programme g ${period('g')}) g
      ON g.id = n.programme_id
    LEFT JOIN learner_redirect d ON d.learner_id = e.learner_id
    LEFT JOIN (
      SELECT l.id, ${fact('l', 'sex', 'sex')} AS sex, ${fact('l', 'birth_on::text', 'birthOn')}::date AS birth_on,
        ${fact('l', 'home_municipality_code', 'homeMunicipalityCode')} AS municipality_code
      FROM learner l ${period('l')}) l ON l.id = coalesce(d.survivor_id, e.learner_id)
  WHERE e.state IN ('ACTIVE', 'COMPLETED', 'TERMINATED') AND ${on('e')}`;

const institutionsSql = `
  SELECT 'INSTITUTIONS', NULL::uuid, ${fact('i', 'type', 'type')}, ${fact('i', 'municipality_code', 'municipalityCode')},
    NULL, NULL, NULL, NULL, NULL
  FROM institution i ${period('i')} ${history('i')}
  WHERE ${holds('i')} AND ${fact('i', 'state', 'state')} IN ('REGISTERED', 'REORGANISING')`;

const staffSql = `
  SELECT 'STAFF_POSTS', s.institution_id, NULL, NULL, NULL, NULL, NULL, NULL, ${fact('s', 'position', 'position')}
  FROM staff_post s ${period('s')} ${history('s')}
  WHERE ${holds('s')} AND ${fact('s', 'state', 'state')} = 'ACTIVE'`;

const countSql = `
  WITH counted AS (${learnersSql} UNION ALL ${institutionsSql} UNION ALL ${staffSql}),
    cells AS (SELECT ${Object.values(columns).join(', ')}, count(*)::int AS value FROM counted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)
  SELECT ${dimensions.map((name) => `${columns[name]} AS "${name}"`).join(', ')}, value, ${lineSql} AS line
  FROM cells ORDER BY ${orderSql}`;

/** A figure with its line of the canonical text. */
export type CountedFigure = Figure & { line: string };

/**
 * What the registers show valid on a day as known now, in the canonical order; `leapDay` is as for `ageOn`. Needs the whole
 * country's reach. It writes nothing, so that the transaction holds up no reader of the outbox while it counts.
 */
export async function countFigures(tx: EntityManager, validOn: string, leapDay: string): Promise<CountedFigure[]> {
  // Whole tables are joined, which only nested loops make slow: they are chosen where statistics are not up to date.
  await tx.query('SET LOCAL enable_nestloop = off');
  const codes = ageGroups.map(({ code }) => code);
  return tx.query(countSql, [validOn, codes, groupsBornFrom(validOn, leapDay)]);
}

/** What somebody may see of figures: no figure of fewer persons than this; all if undefined. */
export const shownSql = (smallest: number | undefined): string =>
  smallest === undefined ? 'true' : `(register = 'INSTITUTIONS' OR value >= ${smallest})`;

/** All figures of a snapshot that may be seen; the NDJSON of all is the canonical text. */
export function exportedFigures(snapshotId: string, smallest: number | undefined): Exported {
  const rest = `FROM snapshot_figure WHERE snapshot_id = ${pg.escapeLiteral(snapshotId)} AND ${shownSql(smallest)} ORDER BY number`;
  const cells = dimensions.map((name) => {
    const column = columns[name];
    return `${name === 'institutionId' ? column : formulaSafe(column)} AS "${name}"`;
  });
  return { ndjson: `SELECT ${lineSql} ${rest}`, csv: `SELECT ${cells.join(', ')}, value ${rest}` };
}
