import type { EntityManager } from 'typeorm';
import { topicOf } from '@meistras/contracts/event';
import { InvitationIssuedV1 } from '@meistras/contracts/events/admission/invitation';
import type { Stage } from '../stages/stages.service.js';
import type { SignBy } from '../invitations/invitations.service.js';
import { undecided } from './run.store.js';

/** Invitations to issue: of which run, behind which application, under which new ids. */
export interface NextInvitations {
  stage: Stage;
  runId: string;
  after: string | null;
  /** Ids of as many invitations as places are looked at, and of their events. */
  ids: string[];
  eventIds: string[];
  now: Date;
  /** Until when each group signs, by the days that its institution has more. */
  signBy: SignBy[];
}

const beforeAll = '00000000-0000-0000-0000-000000000000';

export interface Issued {
  /** Places looked at; fewer than asked for when these were the last. */
  places: number;
  /** Invitations issued for them: not for what is held back, and not again. */
  count: number;
  /** The last application looked at. */
  last: string | null;
}

/**
 * Issues the next invitations of a run and announces each, in one statement: a country's invitations would take this
 * process, which answers requests, a minute to write one by one.
 */
export async function issueNext(tx: EntityManager, next: NextInvitations): Promise<Issued> {
  const { stage, runId, after, ids, eventIds, now, signBy } = next;
  await tx.query('SET LOCAL enable_seqscan = off'); // A few thousand of a million, each by its key.
  const [row]: [Issued] = await tx.query(
    `WITH page AS MATERIALIZED (
       SELECT row_number() OVER (ORDER BY application_id) AS at, n.*
       FROM (SELECT run_id, application_id, offering_id, funding_type FROM placement
             WHERE run_id = $1 AND application_id > $2 ORDER BY application_id LIMIT $3) n),
     wanted AS MATERIALIZED (
       SELECT p.at, p.application_id, a.learner_id, p.offering_id, o.institution_id, o.programme_id, p.funding_type, c.rank,
         a.applicant_group, coalesce(x.days, 0) AS extra_days
       FROM page p JOIN application a ON a.id = p.application_id JOIN offering o ON o.id = p.offering_id
         LEFT JOIN sign_extension x ON x.stage_id = o.stage_id AND x.institution_id = o.institution_id
         JOIN preference c ON c.application_id = p.application_id AND c.offering_id = p.offering_id
           AND c.funding_type = p.funding_type
       WHERE NOT EXISTS (SELECT 1 FROM ${undecided} AND q.run_id = p.run_id AND q.application_id = p.application_id)
         AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.application_id = p.application_id)),
     fresh AS (
       SELECT w.*, n.id, n.event_id, g.sign_by FROM wanted w
         JOIN unnest($4::uuid[], $5::uuid[]) WITH ORDINALITY AS n (id, event_id, at) USING (at)
         JOIN unnest($11::text[], $12::int[], $13::text[]) AS g (applicant_group, extra_days, sign_by)
           USING (applicant_group, extra_days)),
     issued AS (
       INSERT INTO invitation (id, version, stage_id, year, run_id, application_id, learner_id, offering_id, institution_id,
         programme_id, funding_type, rank, over_capacity, state, issued_at, recorded_at)
       SELECT id, 1, $6, $7, $1, application_id, learner_id, offering_id, institution_id, programme_id, funding_type, rank,
         false, 'ISSUED', $8::timestamptz, $8::timestamptz
       FROM fresh ORDER BY at),
     told AS (
       INSERT INTO outbox (event_id, type, topic, key, version, payload, occurred_at)
       SELECT event_id, $9, $10, id::text, 1, jsonb_build_object('invitationId', id, 'version', 1,
         'applicationId', application_id, 'stageId', $6::uuid, 'year', $7::integer, 'learnerId', learner_id,
         'offeringId', offering_id, 'institutionId', institution_id, 'programmeId', programme_id,
         'fundingType', funding_type, 'rank', rank, 'state', 'ISSUED', 'signBy', sign_by), $8::timestamptz
       FROM fresh ORDER BY at)
     SELECT (SELECT count(*)::int FROM page) AS places, (SELECT count(*)::int FROM wanted) AS count,
       (SELECT application_id FROM page ORDER BY at DESC LIMIT 1) AS last`,
    [
      ...[runId, after ?? beforeAll, ids.length, ids, eventIds, stage.id, stage.year, now],
      ...[InvitationIssuedV1.type, topicOf(InvitationIssuedV1.type)],
      signBy.map(({ group }) => group),
      signBy.map(({ extraDays }) => extraDays),
      signBy.map(({ until }) => until.toISOString()),
    ],
  );
  return row;
}
