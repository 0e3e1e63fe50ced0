import type { Fault } from '../allocation/refused-input.js';
import type { FundingRuleset } from '../allocation/funding-right.rules.js';
import type { TierRule } from '../allocation/tier.rules.js';
import type { Assumptions } from './assumptions.js';
import type { RunReport } from './run.rules.js';
import type { RunKind } from './run.tables.js';

// What goes to the thread that does the work of a run, and what comes back: plain data.

/** A policy parameter as it was used, for the artefact. */
export interface PolicyEntry {
  code: string;
  value: unknown;
  validFrom: string;
  validTo: string | null;
  legalBasis: string;
}

/** The parameters that the work judges by. */
export interface Measures {
  ruleset: FundingRuleset;
  secondaryWeightPercent: number;
  tierRule: TierRule;
  /** Codes of the priority criteria in their order. */
  criteria: string[];
  oneScorePerField: boolean;
}

/** The stage as the artefact names it. */
export interface StageFacts {
  stageId: string;
  year: number;
  type: string;
  sequence: number;
  startsOn: string;
  preferenceLimit: number;
  windows: Record<string, string>;
  /** Days are judged in it. */
  timeZone: string;
  seedCommitment: string;
  /** When the commitment was published (P9). */
  committedAt: string;
  seed: string;
  publicDraw: string | null;
}

export interface RunJob {
  databaseUrl: string;
  kind: RunKind;
  runId: string;
  attempt: number;
  engineVersion: string;
  startedAt: string;
  stage: StageFacts;
  policy: PolicyEntry[];
  measures: Measures;
  /** Makes the salts of the applicants' facts; secret. */
  salt: string;
  /** What a trial assumes instead of what is stored. */
  assumptions?: Assumptions;
}

export const runPhases = ['LOADING', 'ALLOCATING', 'VERIFYING', 'STORING', 'PUBLISHING'] as const;
export type RunPhase = (typeof runPhases)[number];

export interface Progress {
  phase: RunPhase;
  done: number;
  total: number;
}

export interface Allocated {
  kind: 'ALLOCATED';
  inputHash: string;
  resultHash: string;
  /** Of the artefact, to be signed. */
  digest: string;
  nextSequence: number;
  applicants: number;
  placed: number;
  /** Applicants that a trial added to those of the stage, and those that it left out. */
  added: number;
  leftOut: number;
  report: RunReport;
}

/** The input cannot be run: a fault that another attempt would meet again. */
export interface Refused {
  kind: 'REFUSED';
  code: string;
  faultCount: number;
  /** The first of them. */
  faults: Fault[];
}

/** A trial that a final run, or its own end, broke off; it may be begun again. */
export interface GaveWay {
  kind: 'GAVE_WAY';
}

export type RunOutcome = Allocated | Refused | GaveWay;
