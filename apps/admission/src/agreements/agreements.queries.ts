import type { EntityManager } from 'typeorm';
import { selectList } from '@meistras/platform/database/rows';
import { Invitation, signingColumns, signingJoins } from '../invitations/invitations.service.js';
import type { SigningOf } from '../invitations/invitations.service.js';
import type { Agreement } from './agreement.entity.js';

/** What is signed: the invitation with its stage, its offering, the programme as it is today, and the applicant's age. */
export type Signable = Invitation &
  SigningOf & {
    startsOn: string;
    offeringState: 'OPEN' | 'CLOSED';
    programmeCode: string;
    fieldCode: string;
    eqfLevel: number;
    /** Of the programme, or of the single module. */
    credits: number;
    birthYear: number;
  };

/**
 * Holds the invitation, and the learner besides: of two signatures of one learner the second waits here and then sees
 * the first (R-ADM-35).
 */
export async function holdSignable(tx: EntityManager, invitationId: string): Promise<Signable | undefined> {
  const [row]: Signable[] = await tx.query(
    `SELECT ${selectList(tx, Invitation, 'i')}, ${signingColumns}, s.starts_on::text AS "startsOn",
       o.state AS "offeringState", p.code AS "programmeCode", o.field_code AS "fieldCode", p.eqf_level AS "eqfLevel",
       coalesce(o.module_credits, p.credits) AS credits, l.birth_year AS "birthYear"
     FROM invitation i ${signingJoins} JOIN offering o ON o.id = i.offering_id
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
         live_until, documents_seen, signed_by, mandate_hash, guardian_signed, state, recorded_at)
       SELECT $1::uuid, 1, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::uuid, $8, $9, $10::int, $11::int, $12,
         $13::int, $14::timestamptz, $15::date, $16::date, $16::date, $18::jsonb, $19, $20, $21::boolean, 'SIGNED',
         $14::timestamptz
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
      JSON.stringify(agreement.documentsSeen),
      agreement.signedBy,
      agreement.mandateHash,
      agreement.guardianSigned,
    ],
  );
  return stored.length > 0;
}
