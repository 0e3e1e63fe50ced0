import { DataSource } from 'typeorm';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import type { Actor } from '@meistras/platform/auth/actor';
import { uuidShape } from '@meistras/platform/paging/paging';
import { Learner } from './learner.entity.js';

/** An enrolment opens the learner's record from its announcement on; one that was cancelled or terminated does no more. */
const openEntries = `e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')`;

/** The institutions whose learners the caller may see; null for all. */
export function reachOf(actor: Actor): string[] | null {
  return actor.institutionFilter?.filter((id) => uuidShape.test(id)) ?? null;
}

/** R-REG-18: registered by one of the institutions in $2, or enrolled there. */
const withinReach = `(l.institution_id = ANY($2::uuid[]) OR EXISTS (
  SELECT 1 FROM learner_entry e
  WHERE e.learner_id = l.id AND e.institution_id = ANY($2::uuid[]) AND ${openEntries}))`;

/** A statement with its parameters. */
export type Question = [Statement, unknown[]];

/** The statements on learners. Their columns follow the entity: a new one needs no change here. */
export class LearnerQueries {
  private readonly columns: string;
  private readonly some: string;

  constructor(dataSource: DataSource) {
    this.columns = selectList(dataSource, Learner, 'l');
    this.some = `SELECT ${this.columns} FROM learner l WHERE l.id = ANY($1::uuid[])`;
  }

  /** The learners of these ids that are within reach. Two statements, so that PostgreSQL keeps one plan for each. */
  byIds(ids: string[], reach: string[] | null): Question {
    if (reach === null) return [{ name: 'learners-by-id', text: this.some }, [ids]];
    return [{ name: 'learners-by-id-within', text: `${this.some} AND ${withinReach}` }, [ids, reach]];
  }

  /** The learner of an id, if within reach; holds the row to the end of the transaction. */
  lockById(id: string, reach: string[] | null): [string, unknown[]] {
    const [{ text }, values] = this.byIds([id], reach);
    return [`${text} FOR UPDATE OF l`, values];
  }

  /** The id behind the keyed hash of a personal code, and whether it is within reach. */
  byCode(index: Buffer, reach: string[] | null): Question {
    const text = (near: string): string =>
      `SELECT l.id, ${near} AS near FROM learner l WHERE l.personal_code_index = $1`;
    if (reach === null) return [{ name: 'learner-by-code', text: text('true') }, [index]];
    return [{ name: 'learner-by-code-within', text: text(withinReach) }, [index, reach]];
  }

  /** A page by id. With a reach it starts from the institutions' own learners, not from all of the country's. */
  page({ after, limit, reach, familyNameKey }: LearnerPage): { text: string; values: unknown[] } {
    const values: unknown[] = [after, limit];
    const conditions = ['l.id > $1'];
    if (reach !== null) {
      const at = `$${values.push(reach)}`;
      conditions.push(`l.id IN (SELECT o.id FROM learner o WHERE o.institution_id = ANY(${at}::uuid[])
        UNION ALL SELECT e.learner_id FROM learner_entry e WHERE e.institution_id = ANY(${at}::uuid[]) AND ${openEntries})`);
    }
    if (familyNameKey !== undefined) {
      const at = `$${values.push(`${familyNameKey.replaceAll(/[\\%_]/g, '\\$&')}%`)}`;
      conditions.push(`l.family_name_key LIKE ${at}`);
    }
    const text = `SELECT ${this.columns} FROM learner l WHERE ${conditions.join(' AND ')} ORDER BY l.id LIMIT $2`;
    return { text, values };
  }
}

export interface LearnerPage {
  after: string;
  limit: number;
  reach: string[] | null;
  familyNameKey?: string;
}
