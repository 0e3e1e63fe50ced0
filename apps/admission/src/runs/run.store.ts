import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { MatchingRun } from './matching-run.entity.js';

/** The places that a run gave, by application in order. */
export interface Placement {
  applicationId: string;
  offeringId: string;
  fundingType: 'VF' | 'VNF';
}

/** A limit of the run as an explanation needs it. */
export interface StoredLimit {
  kind: 'OFFERING' | 'FIELD';
  /** Offering id, or pool code. */
  ref: string;
  fundingType: 'VF' | 'VNF';
  /** Pool of the offering. */
  poolCode: string;
  places: number;
  taken: number;
  /** Key of the last one taken; null with room left and where there are no places. */
  score: number | null;
  lottery: string | null;
  tier: number | null;
  criteria: string[] | null;
}

/** What is read of a run's stored result. */
@Injectable()
export class RunStore {
  constructor(private readonly dataSource: DataSource) {}

  async placementOf(runId: string, applicationId: string): Promise<Placement | undefined> {
    const [row]: Placement[] = await this.dataSource.query(
      `SELECT application_id AS "applicationId", offering_id AS "offeringId", funding_type AS "fundingType"
       FROM placement WHERE run_id = $1 AND application_id = $2`,
      [runId, applicationId],
    );
    return row;
  }

  /** The limits around these offerings: their own and those of their pools. */
  async limitsAround(runId: string, offeringIds: string[]): Promise<StoredLimit[]> {
    return this.dataSource.query(
      `WITH own AS (SELECT * FROM run_limit WHERE run_id = $1 AND kind = 'OFFERING' AND ref = ANY($2::text[]))
       SELECT kind, ref, funding_type AS "fundingType", pool_code AS "poolCode", places, taken, score, lottery, tier, criteria
       FROM (
         SELECT * FROM own
         UNION ALL
         SELECT f.* FROM run_limit f WHERE f.run_id = $1 AND f.kind = 'FIELD'
           AND f.ref IN (SELECT pool_code FROM own)) around
       ORDER BY kind, ref, funding_type`,
      [runId, offeringIds],
    );
  }

  /** Whether the result of an application is held back and nobody has let it out. */
  async isHeld(runId: string, applicationId: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM ${undecided} AND q.run_id = $1 AND q.application_id = $2`,
      [runId, applicationId],
    );
    return rows.length > 0;
  }

  /** How many results of a run are held back, and how many places among them. */
  async heldBy(source: DataSource | EntityManager, runId: string): Promise<{ results: number; places: number }> {
    const [row]: [{ results: number; places: number }] = await source.query(
      `SELECT count(*)::int AS results, count(p.application_id)::int AS places
       FROM quarantined_application q LEFT JOIN placement p ON p.run_id = q.run_id AND p.application_id = q.application_id
       WHERE q.run_id = $1 AND NOT EXISTS ${decision}`,
      [runId],
    );
    return row;
  }

  /**
   * Applicants who withdrew and offerings that closed since the run. Even one who got no place may have moved others on
   * the way, so the result is no longer that of the input (section 8).
   */
  async outdated(tx: EntityManager, { id, stageId, applicants }: MatchingRun): Promise<number> {
    const [row]: [{ submitted: number; closed: number }] = await tx.query(
      `SELECT (SELECT count(*)::int FROM application WHERE stage_id = $2 AND state = 'SUBMITTED') AS submitted,
         (SELECT count(*)::int FROM offering o WHERE o.stage_id = $2 AND o.state = 'CLOSED' AND EXISTS (
            SELECT 1 FROM run_limit l
            WHERE l.run_id = $1 AND l.kind = 'OFFERING' AND l.ref = o.id::text AND l.funding_type = 'VF')) AS closed`,
      [id, stageId],
    );
    return (applicants ?? 0) - row.submitted + row.closed;
  }
}

const decision = `(SELECT 1 FROM quarantine_decision d WHERE d.run_id = q.run_id AND d.group_number = q.group_number)`;

/** Results held back (alias q) that no decision has let out. */
export const undecided = `quarantined_application q WHERE NOT EXISTS ${decision}`;
