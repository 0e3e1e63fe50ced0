/** When a signing key was made and when it takes over. */
export interface KeyTimes {
  kid: string;
  createdAt: Date;
  signsFrom: Date;
}

/** A new key is published this long before it signs, so that every instance and every verifier has it by then. */
export const publishedAheadMs = 5 * 60_000;

/** Clock differences between the issuer and those who verify. */
const skewMs = 60_000;

/** Whether the newest key is so old that a new one must be made. Also true when there is none. */
export function isDue(keys: readonly KeyTimes[], now: Date, keyDays: number): boolean {
  return keys.every(({ createdAt }) => now.getTime() - createdAt.getTime() >= keyDays * 86_400_000);
}

/** The first key signs at once; a later one after it has been published for a while. */
export function signsFrom(keys: readonly KeyTimes[], now: Date): Date {
  return keys.length === 0 ? now : new Date(now.getTime() + publishedAheadMs);
}

/** The newest key whose time has come; undefined when there is none. */
export function signingKey<K extends KeyTimes>(keys: readonly K[], now: Date): K | undefined {
  return byTurn(keys)
    .filter((key) => key.signsFrom <= now)
    .at(-1);
}

/** Keys whose tokens have all expired: another one took over longer ago than a token lives. */
export function retiredKeys<K extends KeyTimes>(keys: readonly K[], now: Date, tokenSeconds: number): K[] {
  const goneSince = now.getTime() - tokenSeconds * 1_000 - skewMs;
  return byTurn(keys).filter((_, i, all) => (all[i + 1]?.signsFrom.getTime() ?? Infinity) <= goneSince);
}

function byTurn<K extends KeyTimes>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime());
}
