// What is wrong, and whom it concerns: applicants and pools linked through lists.
import { poolOf } from './match.mjs';

const mostShown = 100;

export class Findings {
  /** Own moves are no error unless the policy promises one score per field. */
  ownMoves = 0;
  /** Property → how many facts were compared, how many were wrong, and the first of those. */
  properties = new Map();
  #applicants = new Set();
  #options = new Set();
  #fields = new Set();

  #of(property) {
    let found = this.properties.get(property);
    if (!found) this.properties.set(property, (found = { checked: 0, violations: 0, first: [] }));
    return found;
  }

  checked(property, count = 1) {
    this.#of(property).checked += count;
  }

  /** @param {{ applicant?: number, option?: number, field?: number }} about */
  add(property, what, about) {
    const found = this.#of(property);
    found.violations += 1;
    if (found.first.length < mostShown) found.first.push({ what, ...about });
    if (about.applicant !== undefined) this.#applicants.add(about.applicant);
    else if (about.option !== undefined) this.#options.add(about.option);
    else if (about.field !== undefined) this.#fields.add(about.field);
  }

  get violated() {
    return [...this.properties].filter(([, { violations }]) => violations > 0).map(([property]) => property);
  }

  get ok() {
    return this.violated.length === 0;
  }

  /** Ids of the applicants that findings name, and of everybody whom lists connect with what they name. */
  affected(run) {
    const named = [...this.#applicants].sort((a, b) => a - b);
    const links = linked(run);
    const groups = new Set(named.flatMap((a) => links.groupOf(a) ?? []));
    for (const option of this.#options) groups.add(links.of(poolOf(run, option)));
    for (const field of this.#fields) groups.add(links.of(field));
    const connected = groups.size === 0 ? [] : run.ids.filter((_, a) => groups.has(links.groupOf(a)));
    return { named: named.map((a) => run.ids[a]), connected, groups: groups.size };
  }
}

/** Pools joined by the lists and places of applicants. */
function linked(run) {
  const towards = Int32Array.from({ length: run.quota.length + run.fieldOf.length }, (_, i) => i);
  const of = (pool) => {
    while (towards[pool] !== pool) pool = towards[pool] = towards[towards[pool]];
    return pool;
  };
  const first = new Int32Array(run.ids.length).fill(-1);
  const link = (a, option) => {
    const pool = poolOf(run, option);
    if (first[a] < 0) first[a] = pool;
    else towards[of(pool)] = of(first[a]);
  };
  for (let a = 0; a < run.ids.length; a += 1) {
    for (let p = run.listStart[a]; p < run.listStart[a + 1]; p += 1) if (run.standing[p] === 0) link(a, run.option[p]);
    if (run.place[a] >= 0) link(a, run.place[a]);
  }
  return { of, groupOf: (a) => (first[a] < 0 ? undefined : of(first[a])) };
}
