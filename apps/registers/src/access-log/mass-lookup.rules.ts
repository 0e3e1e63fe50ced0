/** A read of a learner by the client that is judged. */
export interface Sighting {
  learnerId: string;
  at: Date;
}

export interface MassLookupPolicy {
  /** More different learners than this in one window raise an alarm. */
  limit: number;
  windowMinutes: number;
}

/** A window in which a client read more learners than the limit. */
export interface MassLookup {
  learners: number;
  firstAt: Date;
  lastAt: Date;
}

const minuteMs = 60_000;

export function windowEnd(firstAt: Date, windowMinutes: number): Date {
  return new Date(firstAt.getTime() + windowMinutes * minuteMs);
}

/**
 * The windows of a client that raise an alarm. `sightings` are its reads in order of time. A window slides: it is found
 * wherever it begins. One that is found is closed to its end, so a client raises one alarm a window however much it reads.
 */
export function massLookupsIn(sightings: readonly Sighting[], policy: MassLookupPolicy): MassLookup[] {
  const found: MassLookup[] = [];
  const times = new Map<string, number>();
  let first = 0;
  for (let next = 0; next < sightings.length; next += 1) {
    const { learnerId, at } = sightings[next]!;
    while (first < next && windowEnd(sightings[first]!.at, policy.windowMinutes) <= at)
      forget(times, sightings[first++]!.learnerId);
    times.set(learnerId, (times.get(learnerId) ?? 0) + 1);
    if (times.size <= policy.limit) continue;
    const window = wholeWindow(sightings, first, policy.windowMinutes);
    found.push(window.lookup);
    times.clear();
    first = window.after;
    next = first - 1;
  }
  return found;
}

function forget(times: Map<string, number>, learnerId: string): void {
  const left = (times.get(learnerId) ?? 0) - 1;
  if (left > 0) times.set(learnerId, left);
  else times.delete(learnerId);
}

/** Everything that was read in the window that begins with this sighting, and where the rest begins. */
function wholeWindow(
  sightings: readonly Sighting[],
  first: number,
  windowMinutes: number,
): { lookup: MassLookup; after: number } {
  const firstAt = sightings[first]!.at;
  const end = windowEnd(firstAt, windowMinutes);
  const different = new Set<string>();
  let after = first;
  for (; after < sightings.length && sightings[after]!.at < end; after += 1) different.add(sightings[after]!.learnerId);
  return { lookup: { learners: different.size, firstAt, lastAt: sightings[after - 1]!.at }, after };
}
