import { isWhole, refuseIfAny, type Fault } from './refused-input.js';

export interface PoolAtClose {
  readonly quota: number;
  readonly signed: number;
  readonly terminatedBeforeStart: number;
  /** Places the minister adds or, negative, takes away for the next stage. */
  readonly planChange: number;
}

const MOST_PLACES = 2 ** 31 - 1;

/**
 * F-ADM-4 (R-ADM-33, R-ADM-34): quota(next) = quota - signed + terminatedBeforeStart + planChange. Lapsed, declined
 * and annulled invitations were never signed, so they are in it already. A negative outcome (places won on complaint
 * can push `signed` above the quota, R-ADM-37) is refused: only a plan change can settle it.
 */
export function nextQuota(pool: PoolAtClose): number {
  const faults: Fault[] = [];
  for (const name of ['quota', 'signed', 'terminatedBeforeStart'] as const) {
    if (!isWhole(pool[name], 0, MOST_PLACES)) faults.push({ path: name, code: 'NOT_A_COUNT' });
  }
  if (!isWhole(pool.planChange, -MOST_PLACES, MOST_PLACES)) faults.push({ path: 'planChange', code: 'NOT_WHOLE' });
  if (pool.terminatedBeforeStart > pool.signed) faults.push({ path: 'terminatedBeforeStart', code: 'ABOVE_SIGNED' });
  const next = pool.quota - pool.signed + pool.terminatedBeforeStart + pool.planChange;
  if (faults.length === 0 && next < 0) faults.push({ path: 'planChange', code: 'NEXT_QUOTA_NEGATIVE' });
  refuseIfAny('ROLLOVER_INPUT_INVALID', faults);
  return next;
}
