import type { EntityManager } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import type { Agreement } from './agreement.entity.js';

/** What is signed: the invitation with its stage, its offering and the programme as it is today. */
export interface Signable {
  id: string;
  version: number;
  stageId: string;
  year: number;
  runId: string;
  applicationId: string;
  learnerId: string;
  offeringId: string;
  institutionId: string;
  programmeId: string;
  fundingType: 'VF' | 'VNF';
  rank: number;
  state: InvitationState;
  issuedAt: Date;
  recordedAt: Date;
  stageState: StageState;
  applyFrom: Date;
  applyUntil: Date;
  signUntil: Date;
  startsOn: string;
  offeringState: 'OPEN' | 'CLOSED';
  programmeCode: string;
  fieldCode: string;
  eqfLevel: number;
  credits: number;
}

/**
 * Holds the invitation, and the learner besides: of two signatures of one learner the second waits here and then sees
 * the first (R-ADM-35).
 */
export async function holdSignable(tx: EntityManager, invitationId: string): Promise<Signable | undefined> {
  const [row]: Signable[] = await tx.query(
    `SELECT i.id, i.version, i.stage_id AS "stageId", i.year, i.run_id AS "runId",
       i.application_id AS "applicationId", i.learner_id AS "learnerId", i.offering_id AS "offeringId",
       i.institution_id AS "institutionId", i.programme_id AS "programmeId", i.funding_type AS "fundingType", i.rank,
       i.state, i.issued_at AS "issuedAt", i.recorded_at AS "recordedAt",
       s.state AS "stageState", s.apply_from AS "applyFrom", s.apply_until AS "applyUntil",
       s.sign_until AS "signUntil", s.starts_on::text AS "startsOn", o.state AS "offeringState",
       p.code AS "programmeCode", o.field_code AS "fieldCode", p.eqf_level AS "eqfLevel", p.credits
     FROM invitation i JOIN stage s ON s.id = i.stage_id JOIN offering o ON o.id = i.offering_id
       JOIN known_programme p ON p.programme_id = i.programme_id JOIN known_learner l ON l.learner_id = i.learner_id
     WHERE i.id = $1 FOR UPDATE OF i, l`,
    [invitationId],
  );
  return row;
}

/**
 * Stores the agreement and marks the invitation as signed, in one statement; does neither and returns false when the
 * learner holds a live agreement on a state-funded place and this would be another.
 */
export async function storeSigned(tx: EntityManager, agreement: Agreement, oneLive: boolean): Promise<boolean> {
  const stored: unknown[] = await tx.query(
    `WITH g AS (
       INSERT INTO agreement (id, version, invitation_id, stage_id, offering_id, learner_id, institution_id, programme_id,
         programme_code, field_code, eqf_level, credits, funding_type, year, signed_at, starts_on, planned_end_on,
         live_until, state, recorded_at)
       SELECT $1::uuid, 1, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::uuid, $8, $9, $10::int, $11::int, $12,
         $13::int, $14::timestamptz, $15::date, $16::date, $16::date, 'SIGNED', $14::timestamptz
       WHERE NOT ($17::boolean AND $12 = 'VF' AND EXISTS (SELECT 1 FROM agreement e WHERE e.learner_id = $5::uuid
         AND e.funding_type = 'VF' AND e.state = 'SIGNED' AND e.live_until >= $15::date))
       RETURNING id),
     i AS (
       UPDATE invitation SET state = 'SIGNED', version = version + 1, recorded_at = $14::timestamptz FROM g
       WHERE invitation.id = $2::uuid)
     SELECT id FROM g`,
    [
      agreement.id,
      agreement.invitationId,
      agreement.stageId,
      agreement.offeringId,
      agreement.learnerId,
      agreement.institutionId,
      agreement.programmeId,
      agreement.programmeCode,
      agreement.fieldCode,
      agreement.eqfLevel,
      agreement.credits,
      agreement.fundingType,
      agreement.year,
      agreement.signedAt,
      agreement.startsOn,
      agreement.plannedEndOn,
      oneLive,
    ],
  );
  return stored.length > 0;
}
