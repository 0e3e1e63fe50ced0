import { hash } from 'node:crypto';
import type { OfferingRow, PoolRow } from '../artefacts/artefact.format.js';
import type { PolicyCode } from '../policies/policy.rules.js';

/** The parameters that the engine works by; all others were judged when the lists were saved. */
export const triableCodes = [
  ...(['adm.criteria', 'adm.pool.oneScorePerField', 'adm.score.secondaryWeight'] as const),
  ...(['adm.tier', 'adm.vf.ruleset'] as const),
] satisfies PolicyCode[];
export type TriableCode = (typeof triableCodes)[number];

/** Seats of an offering; a number left out is the stored one. */
export interface AssumedPlaces {
  offeringId: string;
  funded?: number;
  nonFunded?: number;
}

export interface AssumedQuota {
  fieldCode: string;
  quota: number;
}

export interface AssumedParameter {
  code: TriableCode;
  value: unknown;
}

/** So many applicants for each hundred whose first preference that may compete lies in the field; without one, in any other. */
export interface AssumedDemand {
  fieldCode?: string;
  percent: number;
}

/** What a trial run assumes instead of what is stored; as it is kept, and as the thread gets it. */
export interface Assumptions {
  places: AssumedPlaces[];
  quotas: AssumedQuota[];
  policy: AssumedParameter[];
  demand: AssumedDemand[];
  /** What becomes of preferences that nobody has judged yet: before LOCKED that may be all of them. */
  pending: 'EXCLUDED' | 'SUITABLE';
}

const everybody = 100;

/** Puts assumptions in the place of what is stored, row by row as a run reads it. Nothing assumed changes nothing. */
export class Assumed {
  added = 0;
  leftOut = 0;
  private readonly seats: Map<string, AssumedPlaces>;
  private readonly quotas: Map<string, number>;
  private readonly codes: Set<TriableCode>;
  private readonly percents: Map<string | undefined, number>;

  constructor(
    private readonly assumptions: Assumptions,
    private readonly seed: string,
  ) {
    const { places, quotas, policy, demand } = assumptions;
    this.seats = new Map(places.map((each) => [each.offeringId, each]));
    this.quotas = new Map(quotas.map(({ fieldCode, quota }) => [fieldCode, quota]));
    this.codes = new Set(policy.map(({ code }) => code));
    this.percents = new Map(demand.map(({ fieldCode, percent }) => [fieldCode, percent]));
  }

  offerings(stored: OfferingRow[]): OfferingRow[] {
    return stored.map((row) => {
      const assumed = this.seats.get(row.offering);
      if (!assumed) return row;
      const { funded = row.seats.VF, nonFunded = row.seats.VNF } = assumed;
      return { ...row, seats: { VF: funded, VNF: nonFunded } };
    });
  }

  /** The pools with their quotas, and those that have none yet but the assumed one. */
  pools(stored: PoolRow[]): PoolRow[] {
    const known = new Set(stored.map(({ pool }) => pool));
    const unset = [...this.quotas.keys()].filter((pool) => !known.has(pool));
    const all = [...stored, ...unset.map((pool) => ({ pool, quota: 0, act: '' }))];
    return all.map((row) => ({ ...row, quota: this.quotas.get(row.pool) ?? row.quota }));
  }

  /** The competitive score, which is stored by the weight in force, is computed anew by the assumed one (R-ADM-23). */
  scoreOf(stored: number, anew: number): number {
    return this.codes.has('adm.score.secondaryWeight') ? anew : stored;
  }

  /** Criteria that an assumed list does not have count for nothing. */
  criteriaOf(stated: string[], listed: ReadonlyMap<string, unknown>): string[] {
    return this.codes.has('adm.criteria') ? stated.filter((code) => listed.has(code)) : stated;
  }

  /**
   * Why a preference may not compete (rule and code), null when it may. An assumed rule set judges the right to a
   * state-funded place anew; entry and live agreements stand as they were judged.
   */
  ineligible(stored: string | null, isEntitled: boolean): string | null {
    const standsOnRight = stored === null || stored.startsWith('F-ADM-2 ');
    if (!this.codes.has('adm.vf.ruleset') || !standsOnRight) return stored;
    return isEntitled ? null : 'F-ADM-2 ASSUMED_RULESET';
  }

  /** Whether preferences that nobody has judged compete as if they had been found suitable. */
  get pendingCompetes(): boolean {
    return this.assumptions.pending === 'SUITABLE';
  }

  /**
   * Under which ids an application takes part: its own, none, or copies besides. Decided by a hash, so the same seed
   * decides alike, and whoever takes part at some per cent does so at any more. A copy draws a lottery of its own.
   */
  idsOf(id: string, pool: string | undefined): string[] {
    const percent = this.percents.get(pool) ?? this.percents.get(undefined) ?? everybody;
    const rest = percent % everybody;
    const times = Math.floor(percent / everybody) + (rest > 0 && this.shareOf(id) < rest ? 1 : 0);
    if (times === 0) this.leftOut += 1;
    else this.added += times - 1;
    return Array.from({ length: times }, (_, copy) => (copy === 0 ? id : copyId(this.seed, id, copy)));
  }

  /** Where an application stands among all, from 0 to below 100. */
  private shareOf(id: string): number {
    return (Number.parseInt(hash('sha256', `${this.seed}|demand|${id}`).slice(0, 12), 16) / 2 ** 48) * everybody;
  }
}

/** A UUID of version 8 (RFC 9562, made by rules of one's own): no application has one. */
function copyId(seed: string, id: string, copy: number): string {
  const hex = hash('sha256', `${seed}|copy|${copy}|${id}`);
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
