import type { EntityManager } from 'typeorm';
import { isPublished } from '../stages/stage.rules.js';
import type { Stage } from '../stages/stages.service.js';
import type { Asked, TriedStage } from './trial-run.rules.js';

interface OfferingAt {
  id: string;
  pool: string;
  state: 'OPEN' | 'CLOSED';
  funded: number;
}

/** What assumptions about a stage are judged by. */
export async function triedStage(tx: EntityManager, stage: Stage, { places }: Asked): Promise<TriedStage> {
  const { id, seedCommitment } = stage;
  const offerings: OfferingAt[] = await tx.query(
    'SELECT id, pool_code AS pool, state, funded_seats AS funded FROM offering WHERE stage_id = $1',
    [id],
  );
  const elsewhere: { id: string }[] = await tx.query('SELECT id FROM offering WHERE stage_id <> $1 AND id = ANY($2)', [
    id,
    places.map(({ offeringId }) => offeringId),
  ]);
  const pools: { code: string }[] = await tx.query('SELECT field_code AS code FROM funded_pool WHERE stage_id = $1', [
    id,
  ]);
  const [{ applications }]: [{ applications: number }] = await tx.query(
    `SELECT count(*)::int AS applications FROM application WHERE stage_id = $1 AND state = 'SUBMITTED'`,
    [id],
  );
  return {
    offerings: new Map(offerings.map(({ id: offering, ...facts }) => [offering, facts])),
    elsewhere: new Set(elsewhere.map((each) => each.id)),
    pools: new Set(pools.map(({ code }) => code)),
    applications,
    promised: isPublished(stage) ? null : seedCommitment,
  };
}
