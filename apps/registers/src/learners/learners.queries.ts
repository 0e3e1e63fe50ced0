import pg from 'pg';
import { DataSource } from 'typeorm';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { BulkAccess } from '@meistras/platform/access-log/bulk-access.entity';
import { trailOfMany, trailOfOne } from '@meistras/platform/access-log/access-trail';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { asOfSql } from '../register/as-of.js';
import { exportStatements } from '../register/exported.js';
import { ownLearners, shownTo, withinReach } from './learner-reach.js';
import type { Question, Seen } from './learner-reach.js';
import { derivedOfLearner, Learner, timelessOfLearner } from './learner.entity.js';

/** A statement for each kind of question has its own name. */
function nameOf({ reach, asOf, protectedToo }: Seen): string {
  return `${reach === null ? '' : '-within'}${asOf ? '-as-of' : ''}${protectedToo ? '-protected' : ''}`;
}

/** A read of persons together with its records: neither is without the other (T8). */
const recorded = (found: string, trail: string): string =>
  `WITH found AS (${found}), trail AS (${trail}) SELECT * FROM found`;

/** A record of a read of everybody, as one of the learner found. */
function bulkRecordColumns(dataSource: DataSource): string {
  const own = new Map(tableOf(dataSource, BulkAccess).columns.map(({ name, property }) => [property, `a."${name}"`]));
  return tableOf(dataSource, AccessRecord)
    .columns.map(({ property, type }) => {
      const value = property === 'subjectId' ? 'found.id' : (own.get(property) ?? `NULL::${type}[]`);
      return `${value} AS "${property}"`;
    })
    .join(', ');
}

/** The first event of an entry is visible in what the read saw: the entry was there, committed. */
const wasThere = (topic: string, entry: string): string =>
  `EXISTS (SELECT 1 FROM outbox o WHERE o.topic = '${topic}' AND o.key = ${entry}::text AND o.version = 1
     AND pg_visible_in_snapshot(o.xid, a.snapshot::pg_snapshot))`;

/** Whether the learner found was among those whom the read of everybody showed. */
const wasRead = `NOT found.id = ANY(a.excepted) AND CASE a.register
  WHEN 'learner' THEN ${wasThere('registers.learner', 'found.id')}
  WHEN 'certificate_entry' THEN EXISTS (SELECT 1 FROM certificate_entry c
    WHERE c.learner_id = found.id AND ${wasThere('registers.certificate-entry', 'c.id')})
  ELSE false END`;

/** The statements on learners. Their columns follow the entity: a new one needs no change here. */
export class LearnerQueries {
  private readonly columns: string;
  private readonly recordColumns: string;
  private readonly bulkColumns: string;

  constructor(dataSource: DataSource) {
    this.columns = selectList(dataSource, Learner, 'l');
    this.recordColumns = selectList(dataSource, AccessRecord, 'a');
    this.bulkColumns = bulkRecordColumns(dataSource);
  }

  /**
   * The learners of these ids that are within reach, as of both times if asked; `trail` are the values of their records.
   * A statement for each kind of question, so that PostgreSQL keeps one plan for each.
   */
  byIds(ids: string[], seen: Seen, trail: unknown[]): Question {
    const values: unknown[] = [ids];
    const put = (value: unknown): string => `$${values.push(value)}`;
    const found = this.select(['l.id = ANY($1::uuid[])'], seen, put);
    const name = `learners-by-id${nameOf(seen)}`;
    const text = recorded(found, trailOfMany('found', values.length + 1));
    return [{ name, text, generic: true }, [...values, ...trail]];
  }

  /** The learner of an id, if within reach; holds the row to the end of the transaction. */
  lockById(id: string, seen: Seen, trail: unknown[]): [string, unknown[]] {
    const values: unknown[] = [id];
    const put = (value: unknown): string => `$${values.push(value)}`;
    const found = `${this.select(['l.id = $1::uuid'], seen, put)} FOR UPDATE OF l`;
    return [recorded(found, trailOfOne('found', values.length + 1)), [...values, ...trail]];
  }

  /** The id behind the keyed hashes of a personal code, and whether it is within reach. */
  byCode(indexes: [Buffer, Buffer], seen: Seen, trail: unknown[]): Question {
    const { reach } = seen;
    const name = `learner-by-code${nameOf(seen)}`;
    const text = (near: string, first: number): string =>
      recorded(
        `SELECT l.id, ${near} AS near FROM learner c LEFT JOIN learner_redirect d ON d.learner_id = c.id
         JOIN learner l ON l.id = coalesce(d.survivor_id, c.id) WHERE c.personal_code_index = ANY($1::bytea[]) AND ${shownTo(seen)}
         ORDER BY c.personal_code_index = ($1::bytea[])[1] DESC LIMIT 1`,
        trailOfOne('found', first),
      );
    if (reach === null) return [{ name, text: text('true', 2) }, [indexes, ...trail]];
    return [{ name, text: text(withinReach('$2'), 3) }, [indexes, reach, ...trail]];
  }

  /** Both of a pair, merged or not, in the order of their ids. */
  pair(ids: [string, string], protectedToo: boolean, trail: unknown[]): Question {
    const seen = { reach: null, mergedToo: true, protectedToo };
    const found = this.select(['l.id = ANY($1::uuid[])'], seen, () => '');
    const text = `${recorded(found, trailOfOne('found', 2))} ORDER BY id`;
    return [{ name: `learners-pair${nameOf(seen)}`, text }, [ids, ...trail]];
  }

  /** The learner that another one was merged into, or one who was erased, if within reach. Shows nobody's data: no record. */
  survivor(id: string, seen: Seen): Question {
    const values: unknown[] = [id];
    const within = seen.reach === null ? '' : `AND ${withinReach(`$${values.push(seen.reach)}`)}`;
    const text = `SELECT l.id, l.state FROM learner l
      WHERE l.id = coalesce((SELECT survivor_id FROM learner_redirect WHERE learner_id = $1::uuid), $1::uuid)
        AND (${shownTo(seen)} OR l.state = 'ERASED') ${within}`;
    return [{ name: `survivor${nameOf(seen)}`, text }, values];
  }

  /**
   * A page by id, and one row more, which is not shown and leaves no record. With a reach it starts from the institutions'
   * own learners, not from all of the country's.
   */
  page({ after, limit, reach, asOf, protectedToo, familyNameKey, trail }: LearnerPage): Question {
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
    const found = `${this.select(conditions, { reach: null, asOf, protectedToo }, put)} ORDER BY l.id LIMIT $2::int + 1`;
    const shown = trailOfOne('(SELECT id FROM found ORDER BY id LIMIT $2::int)', values.length + 1);
    const name = `learners-page${nameOf({ reach, asOf, protectedToo })}${familyNameKey === undefined ? '' : '-by-name'}`;
    return [{ name, text: `${recorded(found, shown)} ORDER BY id` }, [...values, ...trail]];
  }

  /** All learners of a reach, as of both times if asked, for an export: without what only single reads may show. */
  exported(dataSource: DataSource, { reach, protectedToo, asOf }: Seen): PersonExport {
    const states = protectedToo ? `('REGISTERED', 'PROTECTED')` : `('REGISTERED')`;
    const own = reach === null ? [] : [`e.id IN (${ownLearners(pg.escapeLiteral(`{${reach.join(',')}}`))})`];
    const where = [`e.state IN ${states}`, ...own];
    const without = [...derivedOfLearner, 'personalCodeSealed', 'personalCodeIndex'];
    const scope = { conditions: [], where, without, timeless: timelessOfLearner };
    const day = (text: string): string => pg.escapeLiteral(text);
    const parts = asOf && asOfSql('e', `${day(asOf.validOn)}::date`, day(asOf.knownOn));
    return {
      register: 'learner',
      rows: exportStatements(dataSource, Learner, scope, asOf),
      shown: `SELECT e.id FROM learner e ${parts?.joins ?? ''}
        WHERE ${[...where, ...(parts ? [parts.holds] : [])].join(' AND ')}`,
      ofThen: asOf !== undefined,
      // Who was erased is never asked for again.
      excepted: `SELECT e.id FROM learner e WHERE e.state NOT IN ${states} AND e.state <> 'ERASED'`,
    };
  }

  private select(conditions: string[], seen: Seen, put: (value: unknown) => string): string {
    const { reach, asOf } = seen;
    const parts = asOf ? asOfSql('l', `${put(asOf.validOn)}::date`, put(asOf.knownOn)) : undefined;
    const where = [
      ...conditions,
      shownTo(seen),
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
  accesses({ id, before, limit, trail, ...seen }: LearnerAccesses): Question {
    const { reach } = seen;
    const text = (within: string, first: number): string => `
      WITH found AS (SELECT l.id FROM learner l WHERE l.id = $1::uuid AND ${shownTo({ ...seen, mergedToo: true })} ${within}), trail AS (${trailOfOne('found', first)})
      SELECT r.* FROM found LEFT JOIN LATERAL (
        (SELECT ${this.recordColumns} FROM access_record a WHERE a.subject_id = found.id AND a.id < $2::uuid
         ORDER BY a.id DESC LIMIT $3::int)
        UNION ALL
        (SELECT ${this.bulkColumns} FROM bulk_access a WHERE a.id < $2::uuid AND ${wasRead}
         ORDER BY a.id DESC LIMIT $3::int)
        ORDER BY id DESC LIMIT $3::int) r ON true`;
    const values = [id, before, limit];
    const name = `accesses-of-learner${nameOf(seen)}`;
    if (reach === null) return [{ name, text: text('', 4) }, [...values, ...trail]];
    return [{ name, text: text(`AND ${withinReach('$4')}`, 5) }, [...values, reach, ...trail]];
  }
}

/** In each of these, `trail` are the values of the records that the read leaves. */
export interface LearnerPage extends Seen {
  after: string;
  limit: number;
  familyNameKey?: string;
  trail: unknown[];
}

export interface LearnerAccesses extends Seen {
  id: string;
  before: string;
  limit: number;
  trail: unknown[];
}
