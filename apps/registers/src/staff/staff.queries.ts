import type { DataSource, EntityManager } from 'typeorm';
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

/** Who is stated in a row of an import. */
export interface NamedMember {
  person: Pick<StaffMember, 'givenName' | 'familyName' | 'familyNameKey' | 'birthOn' | 'sex'>;
  index: Buffer | null;
  institutionId: string;
}

/** The known persons of rows, in order: by personal code, or by names, birth date and sex at the institution. */
export async function membersNamed(tx: EntityManager, rows: NamedMember[]): Promise<(StaffMember | undefined)[]> {
  const column = (of: (person: NamedMember['person']) => string): string[] => rows.map(({ person }) => of(person));
  const found: (StaffMember & { at: number })[] = await tx.query(
    `WITH named AS (
       SELECT * FROM unnest($1::int[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::uuid[])
         AS r (at, code, family_name_key, family_name, given_name, birth_on, sex, institution_id)
     ), known AS (
       SELECT r.at, m.id FROM named r JOIN staff_member m ON m.personal_code_index = r.code
       UNION ALL
       SELECT r.at, m.id FROM named r JOIN staff_member m ON m.family_name_key = r.family_name_key
         AND m.family_name = r.family_name AND m.given_name = r.given_name AND m.birth_on = r.birth_on AND m.sex = r.sex
       WHERE r.code IS NULL AND EXISTS (SELECT 1 FROM staff_post p
         WHERE p.staff_member_id = m.id AND p.institution_id = r.institution_id)
     )
     SELECT DISTINCT ON (k.at) k.at, ${selectList(tx.dataSource, StaffMember, 'm')}
     FROM known k JOIN staff_member m ON m.id = k.id ORDER BY k.at, m.id`,
    [
      [...rows.keys()],
      rows.map(({ index }) => index),
      column(({ familyNameKey }) => familyNameKey),
      column(({ familyName }) => familyName),
      column(({ givenName }) => givenName),
      column(({ birthOn }) => birthOn),
      column(({ sex }) => sex),
      rows.map(({ institutionId }) => institutionId),
    ],
  );
  const byPlace = new Map(found.map(({ at, ...member }) => [at, member]));
  return rows.map((_, at) => byPlace.get(at));
}

/** The day on which each of these posts ended; null for one that is held, or never was. */
export async function endedPosts(
  tx: EntityManager,
  posts: Pick<StaffPost, 'staffMemberId' | 'institutionId' | 'position'>[],
): Promise<(string | null)[]> {
  const rows: { endedOn: string | null }[] = await tx.query(
    `SELECT CASE WHEN bool_or(p.state = 'ACTIVE') THEN NULL ELSE max(p.valid_from)::text END AS "endedOn"
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS r (member, institution, position, at)
     LEFT JOIN staff_post p ON p.staff_member_id = r.member AND p.institution_id = r.institution AND p.position = r.position
     GROUP BY r.at ORDER BY r.at`,
    [
      posts.map(({ staffMemberId }) => staffMemberId),
      posts.map(({ institutionId }) => institutionId),
      posts.map(({ position }) => position),
    ],
  );
  return rows.map(({ endedOn }) => endedOn);
}
