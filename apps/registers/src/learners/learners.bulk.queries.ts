import type { DataSource, EntityManager } from 'typeorm';
import type { Statement } from '@meistras/platform/database/prepared';
import { arrayText, tableOf } from '@meistras/platform/database/rows';
import { keyBytes } from '../personal-data/person-keys.service.js';
import { Learner } from './learner.entity.js';
import { learnerFactsOf } from './learners.dto.js';
import type { LearnerFacts } from './learners.dto.js';
import type { PreparedLearners } from './learners.reading.js';

type Stated = keyof PreparedLearners['columns'];

/** Properties of the facts of a learner: what a row states, and what is compared. */
export const factNames = Object.keys(
  learnerFactsOf({ givenName: '', familyName: '' }, { birthOn: '', sex: 'F' }),
) as (keyof LearnerFacts)[];

/** Columns of a row beside its facts. */
const others: [property: Stated, column: string, type: string][] = [
  ['id', 'id', 'uuid'],
  ['institutionId', 'institution_id', 'uuid'],
  ['personalCodeIndex', 'personal_code_index', 'bytea'],
  ['personalCodeSealed', 'personal_code_sealed', 'bytea'],
  ['validFrom', 'valid_from', 'date'],
  ['legalBasis', 'legal_basis', 'text'],
  ['reason', 'reason', 'text'],
];

/**
 * What became of rows, a letter for each in their order: `n`ew and stored, `u`nsealed and therefore not stored, `k`nown, or
 * `d`iffering; and whom the differing ones are about.
 */
export interface Merged {
  outcomes: string;
  differing: string[];
}

/** What is the same of all rows. */
export interface Circumstances {
  /** Places of rows, from 1, that were refused already. */
  refused: number[];
  today: string;
  now: Date;
  provider: string;
  /** Which service key wraps the keys of those who are new. */
  wrappedBy: number;
}

/**
 * One statement for any number of rows: finds the learners that they are about, stores those that are not there, and says
 * which others the register holds otherwise. Of several of the same names the one without a code is meant.
 */
export class LearnerMerge {
  /**
   * For the rest of the transaction: every learner is within reach; the statement has one plan whatever its rows are, and it
   * looks into tables by their indexes. It is planned when they may be empty, for a session in which they grow to millions.
   */
  readonly settings = `SELECT set_config('meistras.reach', '*', true), set_config('plan_cache_mode', 'force_generic_plan', true),
    set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`;
  readonly statement: Statement;
  private readonly stated: [property: Stated, column: string, type: string][];

  constructor(dataSource: DataSource) {
    const { columns } = tableOf(dataSource, Learner);
    const facts = factNames.map((property) => {
      const { name, type } = columns.find((column) => column.property === property)!;
      return [property, name, type] as (typeof others)[number];
    });
    this.stated = [...facts, ...others];
    const same = (some: typeof others): string => some.map(([, column]) => `(l.${column} = s.${column})`).join(' AND ');
    const named = facts.filter(([property]) =>
      ['familyNameKey', 'givenNameKey', 'familyName', 'givenName', 'birthOn', 'sex'].includes(property),
    );
    const differ = facts.map(([, column]) => `k.${column} IS DISTINCT FROM s.${column}`).join(' OR ');
    const parameter = (at: number, type: string): string => `$${this.stated.length + at}::${type}`;
    const constants: Record<string, string> = {
      version: '1',
      state: `'REGISTERED'`,
      protection_category: 'NULL',
      valid_from: `coalesce(valid_from, ${parameter(2, 'date')})`,
      valid_to: 'NULL',
      recorded_at: parameter(3, 'timestamptz'),
      provider: parameter(4, 'text'),
      possibly_foreign: 'personal_code_index IS NULL',
    };
    const stored = columns.map(({ name }) => constants[name] ?? name).join(', ');
    this.statement = {
      name: 'learner-merge',
      text: `
        WITH met AS MATERIALIZED (
          SELECT s.*, k.id AS known_id,
            CASE WHEN k.id IS NULL AND s.personal_code_sealed IS NULL AND s.personal_code_index IS NOT NULL THEN 'u'
              WHEN k.id IS NULL THEN 'n'
              -- Who was merged stays as the registrar found it: the facts are those of the one that was kept.
              WHEN k.state <> 'REGISTERED' THEN 'k'
              WHEN s.valid_from < k.valid_from OR ${differ}
                OR EXISTS (SELECT 1 FROM register_period p WHERE p.entry_id = k.id) THEN 'd'
              ELSE 'k' END AS outcome
          FROM unnest(${this.stated.map(([, , type], at) => `$${at + 1}::${type}[]`).join(', ')})
            WITH ORDINALITY AS s (${this.stated.map(([, column]) => column).join(', ')}, place)
          LEFT JOIN LATERAL (
            (SELECT l.* FROM learner l
             WHERE s.personal_code_index IS NOT NULL AND l.personal_code_index = s.personal_code_index LIMIT 1)
            UNION ALL
            (SELECT l.* FROM learner l
             WHERE s.personal_code_index IS NULL AND ${same(named)} AND l.institution_id IS NOT DISTINCT FROM s.institution_id
             ORDER BY l.possibly_foreign DESC, l.id LIMIT 1)
          ) k ON true
          WHERE NOT s.place = ANY (${parameter(1, 'int[]')})),
        registered AS (
          INSERT INTO learner (${columns.map(({ name }) => name).join(', ')})
          SELECT ${stored} FROM met WHERE outcome = 'n' ORDER BY place),
        keyed AS (
          INSERT INTO person_key (person_id, wrapped, wrapped_by)
          SELECT id, substr(${parameter(6, 'bytea')}, (place::int - 1) * ${keyBytes} + 1, ${keyBytes}), ${parameter(5, 'int')}
          FROM met WHERE outcome = 'n')
        SELECT string_agg(outcome, '' ORDER BY place) AS outcomes,
          array_agg(known_id::text ORDER BY place) FILTER (WHERE outcome = 'd') AS differing
        FROM met`,
    };
  }

  valuesOf(
    columns: PreparedLearners['columns'],
    { refused, today, now, provider, wrappedBy }: Circumstances,
  ): unknown[] {
    const stated = this.stated.map(([property]) => arrayText(columns[property]));
    // All keys as one value: an array of them would have to be taken apart.
    return [...stated, refused, today, now, provider, wrappedBy, Buffer.concat(columns.keyWrapped)];
  }
}

/** Whom a row is about, with its facts. */
interface About {
  id: string;
  facts: LearnerFacts;
}

/** Places of the rows that say what an entry said that was merged into the learner: that is known, and judged. */
export async function saidOfMerged(tx: EntityManager, differing: About[]): Promise<Set<number>> {
  if (differing.length === 0) return new Set();
  const column = (of: (facts: LearnerFacts) => string): string[] => differing.map(({ facts }) => of(facts));
  const found: { at: number }[] = await tx.query(
    `SELECT r.at FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::date[])
       AS r (at, survivor_id, family_name, given_name, birth_on)
     JOIN learner_redirect d ON d.survivor_id = r.survivor_id JOIN learner l ON l.id = d.learner_id
     WHERE (l.family_name, l.given_name, l.birth_on) = (r.family_name, r.given_name, r.birth_on)`,
    [
      [...differing.keys()],
      differing.map(({ id }) => id),
      column(({ familyName }) => familyName),
      column(({ givenName }) => givenName),
      column(({ birthOn }) => birthOn),
    ],
  );
  return new Set(found.map(({ at }) => at));
}
