import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { MatchingRun } from './matching-run.entity.js';

/** What is read of a run's stored result. */
@Injectable()
export class RunStore {
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
