import { hash } from 'node:crypto';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import type { Grade } from '../allocation/score.rules.js';

// The text of a run's artefact. It is one JSON document whose rows stand one on a line, so that a reader of lines needs
// to hold no more than a row. docs/allocation-artefact.md describes it for those who write a verifier of their own.

export const artefactFormat = 'meistras-allocation/1';

/** Why a listed option does not compete; nothing when it does. */
export type Standing = 'CLOSED' | 'NOT_ENTITLED' | 'UNSUITABLE' | 'PENDING';

/** What score and entitlement of an applicant follow from; for the ministry and its auditors alone. */
export interface ApplicantFacts {
  grades: readonly Grade[];
  examResults: readonly number[];
  funding: FundingFacts;
  /** R-ADM-35: held a live agreement on a state-funded place when the list was saved. */
  liveAgreement: boolean;
  /** Of each listed option what kept it out: rule and code, or the institution's reason; null when it competes. */
  reasons: readonly (string | null)[];
}

export interface ApplicationRow {
  id: string;
  /** Ten-thousandths. */
  score: number;
  tier: number;
  criteria: readonly string[];
  factsHash: string;
  /** `optionText` of each, with commas. */
  options: string;
}

export interface OfferingRow {
  offering: string;
  institution: string;
  programme: string;
  kind: 'INITIAL' | 'CONTINUING' | 'HIGHER';
  pool: string;
  state: 'OPEN' | 'CLOSED';
  seats: Record<FundingType, number>;
}

export interface PoolRow {
  pool: string;
  quota: number;
  act: string;
}

/** A limit as the run filled it; `last` is the key of the last one taken, null with room left or without places. */
export interface LimitRow {
  kind: 'OFFERING' | 'FIELD';
  ref: string;
  fundingType: FundingType;
  places: number;
  taken: number;
  last: { tier: number; score: number; criteria: readonly string[]; lottery: string } | null;
}

/** The whole is written by hand: a row is made a million times. Nothing in it needs escaping but what is quoted here. */
export const applicationText = ({ id, score, tier, criteria, factsHash, options }: ApplicationRow): string =>
  `{"id":"${id}","score":${score},"tier":${tier},"criteria":${JSON.stringify(criteria)},"facts":"${factsHash}","list":[${options}]}`;

/** One listed option: number of the offering, from 0 in the order of the file, funding type, and what keeps it out. */
export const optionText = (option: number, standing: Standing | null): string =>
  `[${option >> 1},"${option % 2 === 0 ? 'VF' : 'VNF'}"${standing === null ? '' : `,"${standing}"`}]`;

/** One placed applicant. */
export const placeText = (id: string, offering: number, fundingType: FundingType): string =>
  `["${id}",${offering},"${fundingType}"]`;

/** A commitment to facts: who knows facts and salt can prove them, who knows neither cannot guess them. */
export const factsHash = (salt: string, facts: string): string => hash('sha256', `${salt}|${facts}`);

export const factsText = (id: string, salt: string, facts: string): string =>
  `{"id":"${id}","salt":"${salt}","facts":${facts}}`;
