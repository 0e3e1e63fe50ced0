import type { EntityManager } from 'typeorm';
import { selectList } from '@meistras/platform/database/rows';
import { Offering } from './offering.entity.js';

/** An institution and a programme, and whether the one may run the other. */
export interface LicensedPair {
  institutionId: string | null;
  programmeId: string | null;
  fieldCode: string | null;
  licensed: boolean;
}

/** R-REG-15 as SQL; the same as `covers` in offering.rules.ts. */
const coversDay = (day: string): string =>
  `a.valid_from <= ${day} AND (a.valid_to > ${day} OR a.valid_to IS NULL AND a.state = 'GRANTED')`;

/**
 * What is known of these pairs on the stage's first teaching day. The decisions found stay as they are until the
 * transaction ends, so that a revocation at the same moment finds the new offering or the offering finds the revocation.
 */
export async function pairsById(
  tx: EntityManager,
  pairs: { institutionId: string; programmeId: string }[],
  day: string,
): Promise<LicensedPair[]> {
  await lockDecisions(tx, pairs);
  return tx.query(
    `SELECT i.institution_id AS "institutionId", p.programme_id AS "programmeId", p.field_code AS "fieldCode",
       EXISTS (SELECT 1 FROM accreditation a WHERE a.programme_id = p.programme_id
         AND a.institution_id = i.institution_id AND ${coversDay('$3::date')}) AS licensed
     FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w (institution_id, programme_id, position)
       LEFT JOIN known_institution i ON i.institution_id = w.institution_id AND i.state = 'REGISTERED'
       LEFT JOIN known_programme p ON p.programme_id = w.programme_id AND p.state = 'REGISTERED'
     ORDER BY w.position`,
    [pairs.map((pair) => pair.institutionId), pairs.map((pair) => pair.programmeId), day],
  );
}

async function lockDecisions(tx: EntityManager, pairs: { institutionId: string; programmeId: string }[]) {
  await tx.query(
    `SELECT 1 FROM accreditation a JOIN unnest($1::uuid[], $2::uuid[]) AS w (institution_id, programme_id)
       ON a.programme_id = w.programme_id AND a.institution_id = w.institution_id
     ORDER BY a.decision_id FOR SHARE OF a`,
    [pairs.map((pair) => pair.institutionId), pairs.map((pair) => pair.programmeId)],
  );
}

export interface CodedPair {
  institutionCodeScheme: string;
  institutionCode: string;
  programmeCodeScheme: string;
  programmeCode: string;
}

/** The ids behind official codes, in the given order; null where nothing registered has the code. */
export async function idsByCode(
  tx: EntityManager,
  pairs: CodedPair[],
): Promise<{ institutionId: string | null; programmeId: string | null }[]> {
  return tx.query(
    `SELECT (SELECT i.institution_id FROM known_institution i
         WHERE i.code_scheme = w.i_scheme AND i.code = w.i_code AND i.state = 'REGISTERED'
         ORDER BY i.institution_id LIMIT 1) AS "institutionId",
       (SELECT p.programme_id FROM known_programme p
         WHERE p.code_scheme = w.p_scheme AND p.code = w.p_code AND p.state = 'REGISTERED'
         ORDER BY p.programme_id LIMIT 1) AS "programmeId"
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY
       AS w (i_scheme, i_code, p_scheme, p_code, position) ORDER BY w.position`,
    [
      pairs.map((pair) => pair.institutionCodeScheme),
      pairs.map((pair) => pair.institutionCode),
      pairs.map((pair) => pair.programmeCodeScheme),
      pairs.map((pair) => pair.programmeCode),
    ],
  );
}

/** Open offerings of these pairs in a stage, held for change. */
export async function openOfferings(
  tx: EntityManager,
  stageId: string,
  pairs: { institutionId: string; programmeId: string }[],
): Promise<Offering[]> {
  return tx.query(
    `SELECT ${selectList(tx, Offering, 'o')} FROM offering o
       JOIN unnest($2::uuid[], $3::uuid[]) AS w (institution_id, programme_id)
         ON o.institution_id = w.institution_id AND o.programme_id = w.programme_id
     WHERE o.stage_id = $1 AND o.state = 'OPEN' ORDER BY o.id FOR UPDATE OF o`,
    [stageId, pairs.map((pair) => pair.institutionId), pairs.map((pair) => pair.programmeId)],
  );
}

/** R-REG-15, R-ACC-04: open offerings of a pair in stages still to come to an end that no decision covers any more. */
export async function unlicensedOfferings(
  tx: EntityManager,
  institutionId: string,
  programmeId: string,
): Promise<Offering[]> {
  return tx.query(
    `SELECT ${selectList(tx, Offering, 'o')} FROM offering o JOIN stage s ON s.id = o.stage_id
     WHERE o.institution_id = $1 AND o.programme_id = $2 AND o.state = 'OPEN' AND s.state <> 'CLOSED'
       AND NOT EXISTS (SELECT 1 FROM accreditation a WHERE a.programme_id = $2 AND a.institution_id = $1
         AND ${coversDay('s.starts_on')})
     ORDER BY o.id FOR UPDATE OF o`,
    [institutionId, programmeId],
  );
}

/**
 * Open offerings of a stage with the seats that no live agreement takes, as the next stage may offer them: licensed on its
 * first teaching day, and not offered there yet.
 */
export async function leftToCarryOver(
  tx: EntityManager,
  stageId: string,
  { next, limit }: { next: { id: string; startsOn: string }; limit: number },
): Promise<Offering[]> {
  const taken = (fundingType: string): string =>
    `(SELECT count(*)::int FROM agreement g
      WHERE g.offering_id = o.id AND g.state = 'SIGNED' AND g.funding_type = '${fundingType}')`;
  const rows: (Offering & { vf: number; vnf: number })[] = await tx.query(
    `SELECT * FROM (
       SELECT ${selectList(tx, Offering, 'o')}, greatest(0, o.funded_seats - ${taken('VF')}) AS vf,
         greatest(0, o.non_funded_seats - ${taken('VNF')}) AS vnf
       FROM offering o WHERE o.stage_id = $1 AND o.state = 'OPEN'
         AND EXISTS (SELECT 1 FROM known_institution i WHERE i.institution_id = o.institution_id AND i.state = 'REGISTERED')
         AND EXISTS (SELECT 1 FROM known_programme p WHERE p.programme_id = o.programme_id AND p.state = 'REGISTERED')
         AND EXISTS (SELECT 1 FROM accreditation a WHERE a.programme_id = o.programme_id
           AND a.institution_id = o.institution_id AND ${coversDay('$3::date')})
         AND NOT EXISTS (SELECT 1 FROM offering n WHERE n.stage_id = $2 AND n.institution_id = o.institution_id
           AND n.programme_id = o.programme_id AND n.module_code = o.module_code AND n.unit_code = o.unit_code
           AND n.apprenticeship = o.apprenticeship)) f
     WHERE vf + vnf > 0 ORDER BY id LIMIT $4`,
    [stageId, next.id, next.startsOn, limit],
  );
  return rows.map(({ vf, vnf, ...offering }) => ({ ...offering, fundedSeats: vf, nonFundedSeats: vnf }));
}
