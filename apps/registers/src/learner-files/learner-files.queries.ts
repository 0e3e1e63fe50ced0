import type { DataSource } from 'typeorm';
import { trailOfOne } from '@meistras/platform/access-log/access-trail';
import { selectList } from '@meistras/platform/database/rows';
import { shownTo, withinReach } from '../learners/learner-reach.js';
import type { Question } from '../learners/learner-reach.js';
import { asOfSql } from '../register/as-of.js';
import type { BothTimes } from '../register/as-of.js';
import { LearnerFile } from './learner-file.entity.js';
import type { LearnerFileKind } from './learner-file.entity.js';

/** What is asked for. */
export interface WantedFile {
  learnerId: string;
  kind: LearnerFileKind;
  reach: string[] | null;
  asOf: BothTimes | undefined;
  protectedToo: boolean;
}

/**
 * A file of a learner within reach, as of both times if asked; it leaves the record of the read (T8). No row: no such
 * learner; a row without an id: nothing of this kind is kept.
 */
export function fileOf(source: DataSource, wanted: WantedFile, trail: unknown[]): Question {
  const { learnerId, kind, reach, asOf } = wanted;
  const values: unknown[] = [learnerId, kind];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const within = reach === null ? '' : `AND ${withinReach(put(reach))}`;
  const parts = asOf ? asOfSql('f', `${put(asOf.validOn)}::date`, put(asOf.knownOn)) : undefined;
  const text = `
    WITH found AS (SELECT l.id FROM learner l WHERE l.id = $1::uuid AND ${shownTo(wanted)} ${within}),
      trail AS (${trailOfOne('found', values.length + 1)})
    SELECT x.* FROM found LEFT JOIN LATERAL (
      SELECT ${selectList(source, LearnerFile, 'f')}${parts ? ', to_jsonb(p) AS "asOfPeriod"' : ''}
      FROM learner_file f ${parts?.joins ?? ''}
      WHERE f.learner_id = found.id AND f.kind = $2 ${parts ? `AND ${parts.holds}` : ''}) x ON true`;
  const name = `learner-file${reach === null ? '' : '-within'}${asOf ? '-as-of' : ''}${wanted.protectedToo ? '-protected' : ''}`;
  return [{ name, text }, [...values, ...trail]];
}
