import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { NO_PLACE, OPEN } from '../allocation/allocation-problem.js';
import type { AllocationProblem, AllocationResult, ProblemNames } from '../allocation/allocation-problem.js';
import { unpackKey } from '../allocation/allocation.key.js';
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
  /** Score and lottery of the last one taken; null with room left and where there are no places. */
  score: number | null;
  lottery: string | null;
}

export interface AllocatedStage {
  problem: AllocationProblem;
  names: ProblemNames;
  result: AllocationResult;
}

const chunk = 2_000;

/** Keeps the result of a run in short transactions; a run taken up again starts this over. */
@Injectable()
export class RunStore {
  constructor(private readonly dataSource: DataSource) {}

  async keep(runId: string, allocated: AllocatedStage): Promise<void> {
    await this.dataSource.query('DELETE FROM placement WHERE run_id = $1', [runId]);
    await this.dataSource.query('DELETE FROM run_limit WHERE run_id = $1', [runId]);
    const limits = limitsOf(allocated);
    for (let at = 0; at < limits.length; at += chunk) await this.keepLimits(runId, limits.slice(at, at + chunk));
    const placements = placementsOf(allocated);
    for (let at = 0; at < placements.length; at += chunk)
      await this.keepPlacements(runId, placements.slice(at, at + chunk));
  }

  private async keepPlacements(runId: string, placements: Placement[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO placement (run_id, application_id, offering_id, funding_type)
       SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[])`,
      [
        runId,
        placements.map(({ applicationId }) => applicationId),
        placements.map(({ offeringId }) => offeringId),
        placements.map(({ fundingType }) => fundingType),
      ],
    );
  }

  private async keepLimits(runId: string, limits: StoredLimit[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO run_limit (run_id, kind, ref, funding_type, pool_code, places, taken, score, lottery)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[], $9::text[])`,
      [
        runId,
        limits.map(({ kind }) => kind),
        limits.map(({ ref }) => ref),
        limits.map(({ fundingType }) => fundingType),
        limits.map(({ poolCode }) => poolCode),
        limits.map(({ places }) => places),
        limits.map(({ taken }) => taken),
        limits.map(({ score }) => score),
        limits.map(({ lottery }) => lottery),
      ],
    );
  }

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
       SELECT kind, ref, funding_type AS "fundingType", pool_code AS "poolCode", places, taken, score, lottery FROM (
         SELECT * FROM own
         UNION ALL
         SELECT f.* FROM run_limit f WHERE f.run_id = $1 AND f.kind = 'FIELD'
           AND f.ref IN (SELECT pool_code FROM own)) around
       ORDER BY kind, ref, funding_type`,
      [runId, offeringIds],
    );
  }

  /**
   * Applicants who withdrew and offerings that closed since the run. Even one who got no place may have moved others on
   * the way, so the result is no longer that of the input (section 8).
   */
  async outdated(tx: EntityManager, { id, stageId, applicants }: MatchingRun): Promise<number> {
    const [row]: [{ submitted: number; closed: number }] = await tx.query(
      `SELECT (SELECT count(*)::int FROM application WHERE stage_id = $2 AND state = 'SUBMITTED') AS submitted,
         (SELECT count(*)::int FROM run_limit l JOIN offering o ON o.id::text = l.ref
          WHERE l.run_id = $1 AND l.kind = 'OFFERING' AND l.funding_type = 'VF' AND o.state = 'CLOSED') AS closed`,
      [id, stageId],
    );
    return (applicants ?? 0) - row.submitted + row.closed;
  }
}

function placementsOf({ names, result }: AllocatedStage): Placement[] {
  const placements: Placement[] = [];
  result.option.forEach((option, a) => {
    if (option === NO_PLACE) return;
    placements.push({
      applicationId: names.applicationIds[a]!,
      offeringId: names.offeringIds[option >> 1]!,
      fundingType: option % 2 === 0 ? 'VF' : 'VNF',
    });
  });
  return placements;
}

function limitsOf({ problem, names, result }: AllocatedStage): StoredLimit[] {
  const lastTaken = (cutOff: number): Pick<StoredLimit, 'score' | 'lottery'> => {
    if (cutOff === OPEN || cutOff < 0) return { score: null, lottery: null };
    const { lotteryRank } = unpackKey(cutOff);
    return { score: unpackKey(cutOff).score, lottery: names.lotteryHashes[lotteryRank]! };
  };
  const fields = names.fieldIds.map((ref, f): StoredLimit => ({
    ...{ kind: 'FIELD', ref, fundingType: 'VF', poolCode: ref },
    ...{ places: problem.quota[f]!, taken: result.fieldTaken[f]! },
    ...lastTaken(result.fieldCutOff[f]!),
  }));
  const options = Array.from(problem.seats, (places, option): StoredLimit => {
    const poolCode = names.fieldIds[problem.fieldOf[option >> 1]!]!;
    return {
      ...{ kind: 'OFFERING', ref: names.offeringIds[option >> 1]!, poolCode },
      fundingType: option % 2 === 0 ? 'VF' : 'VNF',
      ...{ places, taken: result.optionTaken[option]! },
      ...lastTaken(result.optionCutOff[option]!),
    };
  });
  return [...fields, ...options];
}
