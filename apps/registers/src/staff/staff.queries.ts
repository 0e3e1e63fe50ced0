import type { DataSource } from 'typeorm';
import { trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { exportStatements, ofInstitutions } from '../register/exported.js';
import type { ExportedColumn } from '../register/exported.js';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { StaffMember } from './staff-member.entity.js';
import { StaffPost } from './staff-post.entity.js';

/** Holds a post at one of the institutions in a parameter. */
const withinReach = (at: string): string => `EXISTS (SELECT 1 FROM staff_post p
  WHERE p.staff_member_id = m.id AND p.institution_id = ANY(${at}::uuid[]) AND p.state = 'ACTIVE')`;

/** In each of these, `trail` are the values of the records that the read leaves; `reach` is null for all. */
export interface StaffPage {
  after: string;
  limit: number;
  reach: string[] | null;
  familyNameKey?: string;
  trail: unknown[];
}

/** The statements on members of staff: a read and its records are one (T8). */
export class StaffQueries {
  private readonly columns: string;

  constructor(dataSource: DataSource) {
    this.columns = selectList(dataSource, StaffMember, 'm');
  }

  byId(id: string, reach: string[] | null, trail: unknown[]): [Statement, unknown[]] {
    const [found, values] = this.one('m.id = $1::uuid', id, reach);
    const name = reach === null ? 'staff-member-by-id' : 'staff-member-by-id-within';
    return [{ name, text: recorded(found, trailOfOne('found', values.length + 1)) }, [...values, ...trail]];
  }

  /** The same; holds the row to the end of the transaction. */
  lockById(id: string, reach: string[] | null, trail: unknown[]): [string, unknown[]] {
    const [found, values] = this.one('m.id = $1::uuid', id, reach);
    return [recorded(`${found} FOR UPDATE OF m`, trailOfOne('found', values.length + 1)), [...values, ...trail]];
  }

  /** The person of a personal code, within reach or not: asked before the person is registered again. */
  byCode(index: Buffer, trail: unknown[]): [string, unknown[]] {
    const [found, values] = this.one('m.personal_code_index = $1', index, null);
    return [recorded(found, trailOfOne('found', 2)), [...values, ...trail]];
  }

  /** A page by id, and one row more, which is not shown and leaves no record. */
  page({ after, limit, reach, familyNameKey, trail }: StaffPage): [Statement, unknown[]] {
    const values: unknown[] = [after, limit];
    const conditions = ['m.id > $1'];
    if (reach !== null) conditions.push(withinReach(`$${values.push(reach)}`));
    if (familyNameKey !== undefined) {
      // Not LIKE: under row-level security PostgreSQL keeps from an index what could leak a row, and LIKE could.
      const at = `$${values.push(familyNameKey)}::text`;
      conditions.push(`m.family_name_key ~>=~ ${at} AND m.family_name_key ~<~ (${at} || U&'\\+10FFFF')`);
    }
    const found = `SELECT ${this.columns} FROM staff_member m WHERE ${conditions.join(' AND ')} ORDER BY m.id LIMIT $2::int + 1`;
    const shown = trailOfOne('(SELECT id FROM found ORDER BY id LIMIT $2::int)', values.length + 1);
    const name = `staff-page${reach === null ? '' : '-within'}${familyNameKey === undefined ? '' : '-by-name'}`;
    return [{ name, text: `${recorded(found, shown)} ORDER BY id` }, [...values, ...trail]];
  }

  private one(condition: string, value: unknown, reach: string[] | null): [string, unknown[]] {
    const found = `SELECT ${this.columns} FROM staff_member m WHERE ${condition}`;
    return reach === null ? [found, [value]] : [`${found} AND ${withinReach('$2')}`, [value, reach]];
  }
}

const recorded = (found: string, trail: string): string =>
  `WITH found AS (${found}), trail AS (${trail}) SELECT * FROM found`;

const ofPerson = (property: string, column: string, type = 'text'): ExportedColumn => ({
  ...{ property, type },
  value: `(SELECT m.${column} FROM staff_member m WHERE m.id = e.staff_member_id)`,
});

/** All posts of a reach with their persons; null for all. Who holds an ended one is no longer seen by a school. */
export function exportedPosts(source: DataSource, reach: string[] | null): PersonExport {
  const { where, filter } = ofInstitutions(reach);
  const also = [
    ofPerson('givenName', 'given_name'),
    ofPerson('familyName', 'family_name'),
    ofPerson('birthOn', 'birth_on', 'date'),
    ofPerson('sex', 'sex'),
  ];
  return {
    register: 'staff_post',
    rows: exportStatements(source, StaffPost, { conditions: [], where, also }, undefined),
    shown: `SELECT e.staff_member_id FROM staff_post e ${filter}`,
    excepted: 'SELECT NULL::uuid WHERE false',
  };
}
