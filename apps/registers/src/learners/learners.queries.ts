import { DataSource } from 'typeorm';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { trailOfMany, trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { asOfSql } from '../register/as-of.js';
import type { BothTimes } from '../register/as-of.js';
import { Learner } from './learner.entity.js';

/** An enrolment opens the learner's record from its announcement on; one that was cancelled or terminated does no more. */
const openEntries = `e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')`;

/** Learners that were merged into others, with their enrolments: who might see them may see the one that was kept. */
const mergedAway = `learner_redirect r LEFT JOIN learner_entry e ON e.learner_id = r.learner_id AND ${openEntries}`;
const isOwnOf = (at: string): string =>
  `(r.institution_id = ANY(${at}::uuid[]) OR e.institution_id = ANY(${at}::uuid[]))`;

/** R-REG-18: registered by one of the institutions in the parameter `at`, or enrolled there. */
const withinReach = (at: string): string => `(l.institution_id = ANY(${at}::uuid[]) OR EXISTS (
  SELECT 1 FROM learner_entry e
  WHERE e.learner_id = l.id AND e.institution_id = ANY(${at}::uuid[]) AND ${openEntries})
  OR EXISTS (SELECT 1 FROM ${mergedAway} WHERE r.survivor_id = l.id AND ${isOwnOf(at)}))`;

/** The same learners' ids, found from their institutions. */
export const ownLearners = (
  at: string,
): string => `SELECT o.id FROM learner o WHERE o.institution_id = ANY(${at}::uuid[])
  UNION ALL SELECT e.learner_id FROM learner_entry e WHERE e.institution_id = ANY(${at}::uuid[]) AND ${openEntries}
  UNION ALL SELECT r.survivor_id FROM ${mergedAway} WHERE ${isOwnOf(at)}`;

/** Through whose eyes and as of when learners are read. */
interface Seen {
  reach: string[] | null;
  asOf?: BothTimes | undefined;
  /** Also those that were merged into others. */
  mergedToo?: boolean;
}

/** A statement with its parameters. */
export type Question = [Statement, unknown[]];

/** A read of persons together with its records: neither is without the other (T8). */
const recorded = (found: string, trail: string): string =>
  `WITH found AS (${found}), trail AS (${trail}) SELECT * FROM found`;

/** The statements on learners. Their columns follow the entity: a new one needs no change here. */
export class LearnerQueries {
  private readonly columns: string;
  private readonly recordColumns: string;

  constructor(dataSource: DataSource) {
    this.columns = selectList(dataSource, Learner, 'l');
    this.recordColumns = selectList(dataSource, AccessRecord, 'a');
  }

  /**
   * The learners of these ids that are within reach, as of both times if asked; `trail` are the values of their records.
   * A statement for each kind of question, so that PostgreSQL keeps one plan for each.
   */
  byIds(ids: string[], { reach, asOf }: Seen, trail: unknown[]): Question {
    const values: unknown[] = [ids];
    const put = (value: unknown): string => `$${values.push(value)}`;
    const found = this.select(['l.id = ANY($1::uuid[])'], { reach, asOf }, put);
    const name = `learners-by-id${reach === null ? '' : '-within'}${asOf ? '-as-of' : ''}`;
    return [{ name, text: recorded(found, trailOfMany('found', values.length + 1)) }, [...values, ...trail]];
  }

  /** The learner of an id, if within reach; holds the row to the end of the transaction. */
  lockById(id: string, reach: string[] | null, trail: unknown[]): [string, unknown[]] {
    const values: unknown[] = [id];
    const put = (value: unknown): string => `$${values.push(value)}`;
    const found = `${this.select(['l.id = $1::uuid'], { reach }, put)} FOR UPDATE OF l`;
    return [recorded(found, trailOfOne('found', values.length + 1)), [...values, ...trail]];
  }

  /** The id behind the keyed hash of a personal code, and whether it is within reach. */
  byCode(index: Buffer, reach: string[] | null, trail: unknown[]): Question {
    const text = (near: string, first: number): string =>
      recorded(
        `SELECT l.id, ${near} AS near FROM learner c LEFT JOIN learner_redirect d ON d.learner_id = c.id
         JOIN learner l ON l.id = coalesce(d.survivor_id, c.id) WHERE c.personal_code_index = $1`,
        trailOfOne('found', first),
      );
    if (reach === null) return [{ name: 'learner-by-code', text: text('true', 2) }, [index, ...trail]];
    return [{ name: 'learner-by-code-within', text: text(withinReach('$2'), 3) }, [index, reach, ...trail]];
  }

  /** Both of a pair, merged or not, in the order of their ids. */
  pair(ids: [string, string], trail: unknown[]): Question {
    const found = this.select(['l.id = ANY($1::uuid[])'], { reach: null, mergedToo: true }, () => '');
    const text = `${recorded(found, trailOfOne('found', 2))} ORDER BY id`;
    return [{ name: 'learners-pair', text }, [ids, ...trail]];
  }

  /** The learner that another one was merged into, if within reach. Shows nobody's data: it leaves no record. */
  survivor(id: string, reach: string[] | null): Question {
    const text = (within: string): string =>
      `SELECT l.id FROM learner_redirect d JOIN learner l ON l.id = d.survivor_id WHERE d.learner_id = $1::uuid ${within}`;
    if (reach === null) return [{ name: 'survivor', text: text('') }, [id]];
    return [{ name: 'survivor-within', text: text(`AND ${withinReach('$2')}`) }, [id, reach]];
  }

  /**
   * A page by id, and one row more, which is not shown and leaves no record. With a reach it starts from the institutions'
   * own learners, not from all of the country's.
   */
  page({ after, limit, reach, asOf, familyNameKey, trail }: LearnerPage): Question {
    const values: unknown[] = [after, limit];
    const put = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['l.id > $1'];
    if (reach !== null) conditions.push(`l.id IN (${ownLearners(put(reach))})`);
    if (familyNameKey !== undefined) {
      // Not LIKE: under row-level security PostgreSQL keeps from an index what could leak a row, and LIKE could.
      const at = `${put(familyNameKey)}::text`;
      const key = asOf ? `coalesce(p.facts->>'familyNameKey', l.family_name_key)` : 'l.family_name_key';
      conditions.push(`${key} ~>=~ ${at} AND ${key} ~<~ (${at} || U&'\\+10FFFF')`);
    }
    const found = `${this.select(conditions, { reach: null, asOf }, put)} ORDER BY l.id LIMIT $2::int + 1`;
    const shown = trailOfOne('(SELECT id FROM found ORDER BY id LIMIT $2::int)', values.length + 1);
    const filters = [reach && '-within', familyNameKey !== undefined && '-by-name', asOf && '-as-of'];
    const name = `learners-page${filters.filter(Boolean).join('')}`;
    return [{ name, text: `${recorded(found, shown)} ORDER BY id` }, [...values, ...trail]];
  }

  private select(conditions: string[], { reach, asOf, mergedToo }: Seen, put: (value: unknown) => string): string {
    const parts = asOf ? asOfSql('l', `${put(asOf.validOn)}::date`, put(asOf.knownOn)) : undefined;
    const where = [
      ...conditions,
      ...(mergedToo ? [] : [`l.state = 'REGISTERED'`]),
      ...(reach === null ? [] : [withinReach(put(reach))]),
      ...(parts ? [parts.holds] : []),
    ];
    return `SELECT ${this.columns}${parts ? ', to_jsonb(p) AS "asOfPeriod"' : ''} FROM learner l ${parts?.joins ?? ''}
      WHERE ${where.join(' AND ')}`;
  }

  /**
   * The access records of a learner within reach, before an id, newest first; this look is recorded with it. A learner of
   * whom there is no record yet gives one row without an id.
   */
  accesses({ id, before, limit, reach, trail }: LearnerAccesses): Question {
    const text = (within: string, first: number): string => `
      WITH found AS (SELECT l.id FROM learner l WHERE l.id = $1::uuid ${within}), trail AS (${trailOfOne('found', first)})
      SELECT r.* FROM found LEFT JOIN LATERAL (
        SELECT ${this.recordColumns} FROM access_record a WHERE a.subject_id = found.id AND a.id < $2::uuid
        ORDER BY a.id DESC LIMIT $3::int) r ON true`;
    const values = [id, before, limit];
    if (reach === null) return [{ name: 'accesses-of-learner', text: text('', 4) }, [...values, ...trail]];
    const within = `AND ${withinReach('$4')}`;
    return [{ name: 'accesses-of-learner-within', text: text(within, 5) }, [...values, reach, ...trail]];
  }
}

/** In each of these, `trail` are the values of the records that the read leaves. */
export interface LearnerPage extends Seen {
  after: string;
  limit: number;
  familyNameKey?: string;
  trail: unknown[];
}

export interface LearnerAccesses {
  id: string;
  before: string;
  limit: number;
  reach: string[] | null;
  trail: unknown[];
}
