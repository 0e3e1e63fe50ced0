/** State-funded places of one field when its stage closes. */
export interface PoolAtClose {
  quota: number;
  /** Agreements signed, those that ended since among them. */
  signed: number;
  terminatedBeforeStart: number;
}

/**
 * F-ADM-4 (R-ADM-33, R-ADM-34): what goes on to the next stage, where a change of the plan is added. Lapsed, declined and
 * annulled invitations were never signed, so they are in it already. Places won on complaint are on top of the quota and
 * in none of the counts (R-ADM-37).
 */
export function placesLeft({ quota, signed, terminatedBeforeStart }: PoolAtClose): number {
  return quota - signed + terminatedBeforeStart;
}

/** What a pool gives out: never less than nothing, whatever was taken away. */
export function quotaOf(planned: number, carriedOver: number): number {
  return Math.max(0, planned + carriedOver);
}
