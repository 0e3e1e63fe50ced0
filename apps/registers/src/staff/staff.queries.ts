import type { DataSource, EntityManager } from 'typeorm';
import { trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import { exportStatements, ofInstitutions } from '../register/exported.js';
import type { ExportedColumn } from '../register/exported.js';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { StaffMember } from './staff-member.entity.js';
import { StaffPost } from './staff-post.entity.js';

/** A member as registered, and the id of the one that it leads to, or its own. */
export type StandingMember = StaffMember & { standsAs: string };

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
    const [found, values] = this.one(standing, id, reach);
    const name = reach === null ? 'staff-member-by-id' : 'staff-member-by-id-within';
    return [{ name, text: recorded(found, trailOfOne('found', values.length + 1)) }, [...values, ...trail]];
  }

  /** The same; holds the row to the end of the transaction. */
  lockById(id: string, reach: string[] | null, trail: unknown[]): [string, unknown[]] {
    const [found, values] = this.one(standing, id, reach);
    return [recorded(`${found} FOR UPDATE OF m`, trailOfOne('found', values.length + 1)), [...values, ...trail]];
  }

  /**
   * The person of a personal code with all their entries, within reach or not: asked before the person is registered again.
   * The record is of the one that stands. Nobody is erased until the transaction ends, which may give them a post.
   */
  byCode(index: Buffer, trail: unknown[]): [string, unknown[]] {
    const found = `SELECT s.id AS "standsAs", ${this.columns}
      FROM (SELECT ${standsAs} AS id FROM staff_member m WHERE m.personal_code_index = $1) s
      JOIN LATERAL (SELECT s.id UNION ALL SELECT d.staff_member_id FROM staff_redirect d WHERE d.survivor_id = s.id) e ON true
      JOIN staff_member m ON m.id = e.id FOR KEY SHARE OF m`;
    return [recorded(found, trailOfOne('(SELECT DISTINCT "standsAs" AS id FROM found)', 2)), [index, ...trail]];
  }

  /** Two members beside each other, merged or not, in the order of their ids. Who was erased is nobody to be shown. */
  pair(ids: [string, string], trail: unknown[]): [Statement, unknown[]] {
    const found = `SELECT ${this.columns} FROM staff_member m WHERE m.id = ANY($1::uuid[]) AND m.state <> 'ERASED'`;
    const text = `${recorded(found, trailOfOne('found', 2))} ORDER BY id`;
    return [{ name: 'staff-pair', text }, [ids, ...trail]];
  }

  /** The one that a merged member leads to, or one who was erased, if within reach: nobody erased is in a school's. */
  survivor(id: string, reach: string[] | null): [Statement, unknown[]] {
    const within = reach === null ? '' : ` AND ${withinReach('$2')}`;
    const text = `SELECT m.id, m.state FROM staff_member m
      WHERE m.id = coalesce((SELECT survivor_id FROM staff_redirect WHERE staff_member_id = $1::uuid), $1::uuid)${within}`;
    const name = `staff-survivor${reach === null ? '' : '-within'}`;
    return [{ name, text }, reach === null ? [id] : [id, reach]];
  }

  /** A page by id, and one row more, which is not shown and leaves no record. */
  page({ after, limit, reach, familyNameKey, trail }: StaffPage): [Statement, unknown[]] {
    const values: unknown[] = [after, limit];
    const conditions = ['m.id > $1', `m.state = 'REGISTERED'`];
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

/** A member who stands for themselves. */
const standing = `m.id = $1::uuid AND m.state = 'REGISTERED'`;

/** The id that the member `m` leads to, or its own. */
const standsAs = 'coalesce((SELECT r.survivor_id FROM staff_redirect r WHERE r.staff_member_id = m.id), m.id)';

const recorded = (found: string, trail: string): string =>
  `WITH found AS (${found}), trail AS (${trail}) SELECT * FROM found`;

const ofPerson = (property: string, column: string, type = 'text'): ExportedColumn => ({
  ...{ property, type },
  value: `(SELECT m.${column} FROM staff_member m WHERE m.id = e.staff_member_id AND m.state <> 'ERASED')`,
});

/**
 * All posts of a reach with their persons; null for all. Who held one that has ended is no longer seen by a school, and who
 * was erased by nobody: such a post stands there without a person.
 */
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

/**
 * The known persons of rows, in order, each with all their entries: by personal code, or by names, birth date and sex at the
 * institution. Nobody is erased until the transaction ends, which may give them posts.
 */
export async function membersNamed(tx: EntityManager, rows: NamedMember[]): Promise<StandingMember[][]> {
  const column = (of: (person: NamedMember['person']) => string): string[] => rows.map(({ person }) => of(person));
  const found: (StandingMember & { at: number })[] = await tx.query(
    `WITH named AS (
       SELECT * FROM unnest($1::int[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::uuid[])
         AS r (at, code, family_name_key, family_name, given_name, birth_on, sex, institution_id)
     ), known AS (
       SELECT r.at, ${standsAs} AS stands_as FROM named r JOIN staff_member m ON m.personal_code_index = r.code
       UNION ALL
       SELECT r.at, ${standsAs} FROM named r JOIN staff_member m ON m.family_name_key = r.family_name_key
         AND m.family_name = r.family_name AND m.given_name = r.given_name AND m.birth_on = r.birth_on AND m.sex = r.sex
       WHERE r.code IS NULL AND EXISTS (SELECT 1 FROM staff_post p
         WHERE p.staff_member_id = ${standsAs} AND p.institution_id = r.institution_id)
     ), first AS (
       SELECT DISTINCT ON (at) at, stands_as FROM known ORDER BY at, stands_as
     )
     SELECT f.at, f.stands_as AS "standsAs", ${selectList(tx.dataSource, StaffMember, 'm')} FROM first f
     JOIN LATERAL (SELECT f.stands_as AS id
       UNION ALL SELECT d.staff_member_id FROM staff_redirect d WHERE d.survivor_id = f.stands_as) e ON true
     JOIN staff_member m ON m.id = e.id ORDER BY f.at, m.id FOR KEY SHARE OF m`,
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
  const byPlace = rows.map((): StandingMember[] => []);
  for (const { at, ...member } of found) byPlace[at]!.push(member);
  return byPlace;
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
