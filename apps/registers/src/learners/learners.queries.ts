import { DataSource } from 'typeorm';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { trailOfMany, trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { Learner } from './learner.entity.js';

/** An enrolment opens the learner's record from its announcement on; one that was cancelled or terminated does no more. */
const openEntries = `e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')`;

/** R-REG-18: registered by one of the institutions in $2, or enrolled there. */
const withinReach = `(l.institution_id = ANY($2::uuid[]) OR EXISTS (
  SELECT 1 FROM learner_entry e
  WHERE e.learner_id = l.id AND e.institution_id = ANY($2::uuid[]) AND ${openEntries}))`;

/** A statement with its parameters. */
export type Question = [Statement, unknown[]];

/** A read of persons together with its records: neither is without the other (T8). */
const recorded = (found: string, trail: string): string =>
  `WITH found AS (${found}), trail AS (${trail}) SELECT * FROM found`;

/** The statements on learners. Their columns follow the entity: a new one needs no change here. */
export class LearnerQueries {
  private readonly columns: string;
  private readonly some: string;
  private readonly recordColumns: string;

  constructor(dataSource: DataSource) {
    this.columns = selectList(dataSource, Learner, 'l');
    this.recordColumns = selectList(dataSource, AccessRecord, 'a');
    this.some = `SELECT ${this.columns} FROM learner l WHERE l.id = ANY($1::uuid[])`;
  }

  /**
   * The learners of these ids that are within reach; `trail` are the values of their records. Two statements, so that
   * PostgreSQL keeps one plan for each.
   */
  byIds(ids: string[], reach: string[] | null, trail: unknown[]): Question {
    if (reach === null)
      return [
        { name: 'learners-by-id', generic: true, text: recorded(this.some, trailOfMany('found', 2)) },
        [ids, ...trail],
      ];
    const text = recorded(`${this.some} AND ${withinReach}`, trailOfMany('found', 3));
    return [{ name: 'learners-by-id-within', generic: true, text }, [ids, reach, ...trail]];
  }

  /** The learner of an id, if within reach; holds the row to the end of the transaction. */
  lockById(id: string, reach: string[] | null, trail: unknown[]): [string, unknown[]] {
    const [text, values] = reach === null ? [this.some, [[id]]] : [`${this.some} AND ${withinReach}`, [[id], reach]];
    return [recorded(`${text} FOR UPDATE OF l`, trailOfOne('found', values.length + 1)), [...values, ...trail]];
  }

  /** The id behind the keyed hash of a personal code, and whether it is within reach. */
  byCode(index: Buffer, reach: string[] | null, trail: unknown[]): Question {
    const text = (near: string, first: number): string =>
      recorded(
        `SELECT l.id, ${near} AS near FROM learner l WHERE l.personal_code_index = $1`,
        trailOfOne('found', first),
      );
    if (reach === null) return [{ name: 'learner-by-code', text: text('true', 2) }, [index, ...trail]];
    return [{ name: 'learner-by-code-within', text: text(withinReach, 3) }, [index, reach, ...trail]];
  }

  /**
   * A page by id, and one row more, which is not shown and leaves no record. With a reach it starts from the institutions'
   * own learners, not from all of the country's.
   */
  page({ after, limit, reach, familyNameKey, trail }: LearnerPage): Question {
    const values: unknown[] = [after, limit];
    const conditions = ['l.id > $1'];
    if (reach !== null) {
      const at = `$${values.push(reach)}`;
      conditions.push(`l.id IN (SELECT o.id FROM learner o WHERE o.institution_id = ANY(${at}::uuid[])
        UNION ALL SELECT e.learner_id FROM learner_entry e WHERE e.institution_id = ANY(${at}::uuid[]) AND ${openEntries})`);
    }
    if (familyNameKey !== undefined) {
      // Not LIKE: under row-level security PostgreSQL keeps from an index what could leak a row, and LIKE could.
      const at = `$${values.push(familyNameKey)}::text`;
      conditions.push(`l.family_name_key ~>=~ ${at} AND l.family_name_key ~<~ (${at} || U&'\\+10FFFF')`);
    }
    const found = `SELECT ${this.columns} FROM learner l WHERE ${conditions.join(' AND ')} ORDER BY l.id LIMIT $2::int + 1`;
    const shown = trailOfOne('(SELECT id FROM found ORDER BY id LIMIT $2::int)', values.length + 1);
    const filters = [reach === null ? '' : '-within', familyNameKey === undefined ? '' : '-by-name'];
    const name = `learners-page${filters.join('')}`;
    return [{ name, text: `${recorded(found, shown)} ORDER BY id` }, [...values, ...trail]];
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
    const within = withinReach.replaceAll('$2', '$4');
    return [{ name: 'accesses-of-learner-within', text: text(`AND ${within}`, 5) }, [...values, reach, ...trail]];
  }
}

/** In each of these, `trail` are the values of the records that the read leaves. */
export interface LearnerPage {
  after: string;
  limit: number;
  reach: string[] | null;
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
