import { Injectable } from '@nestjs/common';
import { Batcher } from '@meistras/platform/database/batcher';
import { Prepared } from '@meistras/platform/database/prepared';
import type { Statement } from '@meistras/platform/database/prepared';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import type { Ineligible } from '../applications/application.rules.js';
import type { SuitabilityState } from '../suitability/suitability.rules.js';
import { undecided } from './run.store.js';

/** A preference as it stood when the lists were fixed. */
export interface ListedPreference {
  offeringId: string;
  institutionId: string;
  fundingType: FundingType;
  ineligible: Ineligible | null;
  suitability: SuitabilityState;
  reason: string | null;
}

/** All that an explanation rests on but the limits of the run. */
export interface ExplanationFacts {
  applicationId: string;
  stageId: string;
  learnerId: string;
  registeredBy: string | null;
  state: 'SUBMITTED' | 'WITHDRAWN';
  score: number;
  criteria: string[];
  fundingFacts: FundingFacts;
  applyFrom: Date;
  /** Null until the results of the stage are published, as the run is until the stage has one. */
  seed: string | null;
  runId: string | null;
  resultHash: string | null;
  publicDraw: string | null;
  /** Held back by a finding of the verifier, and nobody has let it out. */
  held: boolean;
  /** The place that the run gave. */
  place: { offeringId: string; fundingType: FundingType } | null;
  /** In the order of the list. */
  listed: ListedPreference[];
}

/** Results are read by everybody in the hour in which they are published: what arrives together is read together (ADR 9). */
@Injectable()
export class ExplanationFactsReader {
  private readonly reads = new Batcher<string, ExplanationFacts | undefined>(async (ids) => {
    const rows = await this.prepared.rows<ExplanationFacts>(readFacts, [ids]);
    const byId = new Map(rows.map((row) => [row.applicationId, row]));
    return ids.map((id) => byId.get(id));
  });

  constructor(private readonly prepared: Prepared) {}

  of(applicationId: string): Promise<ExplanationFacts | undefined> {
    return this.reads.run(applicationId.toLowerCase());
  }
}

const readFacts: Statement = {
  name: 'explanation-facts',
  text: `SELECT a.id AS "applicationId", a.stage_id AS "stageId", a.learner_id AS "learnerId", a.state, a.score, a.criteria,
      a.funding_facts AS "fundingFacts", l.institution_id AS "registeredBy", s.apply_from AS "applyFrom", s.seed,
      s.run_id AS "runId", r.result_hash AS "resultHash", r.public_draw AS "publicDraw",
      EXISTS (SELECT 1 FROM ${undecided} AND q.run_id = s.run_id AND q.application_id = a.id) AS held,
      (SELECT json_build_object('offeringId', p.offering_id, 'fundingType', p.funding_type)
       FROM placement p WHERE p.run_id = s.run_id AND p.application_id = a.id) AS place,
      (SELECT coalesce(json_agg(json_build_object('offeringId', p.offering_id, 'institutionId', p.institution_id,
         'fundingType', p.funding_type, 'ineligible', p.ineligible, 'suitability', coalesce(f.state, 'PENDING'),
         'reason', f.reason) ORDER BY p.rank), '[]')
       FROM preference p LEFT JOIN suitability f ON f.application_id = p.application_id AND f.offering_id = p.offering_id
       WHERE p.application_id = a.id) AS listed
    FROM application a JOIN stage s ON s.id = a.stage_id
      LEFT JOIN known_learner l ON l.learner_id = a.learner_id LEFT JOIN matching_run r ON r.id = s.run_id
    WHERE a.id = ANY($1::uuid[])`,
};
