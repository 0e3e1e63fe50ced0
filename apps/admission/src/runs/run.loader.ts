import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import type { AllocationInput, ApplicationInput, FieldInput, OfferingInput } from '../allocation/allocation.builder.js';
import { meritOf } from '../allocation/allocation.builder.js';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { FundingFacts, FundingRuleset } from '../allocation/funding-right.rules.js';
import type { Grade } from '../allocation/score.rules.js';
import { scoreOf, whyIneligible } from '../applications/application.rules.js';
import type { ChosenOffering } from '../applications/application.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';

const fetchSize = 2_000;

interface InputRow {
  id: string;
  score: number;
  grades: Grade[];
  examResults: number[];
  fundingFacts: FundingFacts;
  preferences: {
    offeringId: string;
    fundingType: FundingType;
    kind: ChosenOffering['kind'];
    judgedEligible: boolean;
    suitable: boolean;
  }[];
}

/** The input of a run, and the same facts computed anew for the verifier (P5, P6). */
export interface LoadedStage {
  input: AllocationInput;
  eligible: Uint8Array;
  merit: Uint32Array;
}

/** By what the verifier judges anew. */
interface Measures {
  ruleset: FundingRuleset;
  secondaryWeightPercent: number;
}

/**
 * Reads a locked stage from one snapshot, in key order, through a cursor. The transaction only reads, so it has no
 * transaction id and holds no relay back.
 */
@Injectable()
export class RunLoader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
  ) {}

  async load(stage: Stage): Promise<LoadedStage> {
    const seed = await this.stages.secretSeed(stage.id);
    const day = this.stages.dayOf(stage.applyFrom);
    const measures = {
      ruleset: this.policies.on('adm.vf.ruleset', day),
      secondaryWeightPercent: this.policies.on('adm.score.secondaryWeight', day),
    };
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query('START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const fields = await readFields(runner, stage.id);
      const offerings = await readOfferings(runner, stage.id);
      const { applications, eligible, merit } = await readApplications(runner, stage.id, measures);
      await runner.query('COMMIT');
      return { input: { stageId: stage.id, seed, fields, offerings, applications }, eligible, merit };
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

/** Every pool; a field with offerings and without a pool has no state-funded place. */
function readFields(runner: QueryRunner, stageId: string): Promise<FieldInput[]> {
  return runner.query(
    `SELECT code AS "fieldId", coalesce(p.quota, 0) AS quota
     FROM (SELECT pool_code AS code FROM offering WHERE stage_id = $1 AND state = 'OPEN'
           UNION SELECT field_code FROM funded_pool WHERE stage_id = $1) f
       LEFT JOIN funded_pool p ON p.stage_id = $1 AND p.field_code = f.code ORDER BY code`,
    [stageId],
  ) as Promise<FieldInput[]>;
}

async function readOfferings(runner: QueryRunner, stageId: string): Promise<OfferingInput[]> {
  const rows = (await runner.query(
    `SELECT id, pool_code AS "fieldId", funded_seats AS vf, non_funded_seats AS vnf FROM offering
     WHERE stage_id = $1 AND state = 'OPEN' ORDER BY id`,
    [stageId],
  )) as { id: string; fieldId: string; vf: number; vnf: number }[];
  return rows.map(({ id, fieldId, vf, vnf }) => ({ offeringId: id, fieldId, seats: { VF: vf, VNF: vnf } }));
}

async function readApplications(
  runner: QueryRunner,
  stageId: string,
  measures: Measures,
): Promise<{ applications: ApplicationInput[]; eligible: Uint8Array; merit: Uint32Array }> {
  const applications: ApplicationInput[] = [];
  const eligible: number[] = [];
  const merit: number[] = [];
  await runner.query(`DECLARE applications NO SCROLL CURSOR FOR ${readInput}`, [stageId]);
  for (;;) {
    const rows = (await runner.query(`FETCH ${fetchSize} FROM applications`)) as InputRow[];
    for (const row of rows) {
      const own = meritOf({ offeringId: '', fundingType: 'VF', score: scoreAnew(row, measures) }, new Map());
      const competing = row.preferences.filter(({ judgedEligible, suitable }) => judgedEligible && suitable);
      for (const preference of competing) {
        eligible.push(mayAnew(row, preference, measures) ? 1 : 0);
        merit.push(own);
      }
      applications.push({
        applicationId: row.id,
        preferences: competing.map(({ offeringId, fundingType }) => ({ offeringId, fundingType, score: row.score })),
      });
    }
    if (rows.length < fetchSize) break;
  }
  return { applications, eligible: Uint8Array.from(eligible), merit: Uint32Array.from(merit) };
}

const scoreAnew = ({ grades, examResults }: InputRow, { secondaryWeightPercent }: Measures): number =>
  scoreOf({ grades, examResults, secondaryWeightPercent }).tenThousandths;

function mayAnew(
  { fundingFacts }: InputRow,
  { fundingType, kind, suitable }: InputRow['preferences'][number],
  { ruleset }: Measures,
): boolean {
  const judgement = { facts: fundingFacts, ruleset, holdsFundedPlace: false };
  return suitable && whyIneligible(fundingType, kind, judgement) === null;
}

/**
 * Submitted applications with their lists, cut down to offerings that are still open (section 8). The lists are gathered
 * one application at a time, so that the cursor's first rows come at once however many there are.
 */
const readInput = `
  SELECT a.id, a.score, a.grades, a.exam_results AS "examResults", a.funding_facts AS "fundingFacts", l.preferences
  FROM application a, LATERAL (
    SELECT coalesce(json_agg(json_build_object('offeringId', p.offering_id, 'fundingType', p.funding_type,
      'kind', k.kind, 'judgedEligible', p.ineligible IS NULL, 'suitable', coalesce(s.state = 'SUITABLE', false))
      ORDER BY p.rank), '[]') AS preferences
    FROM preference p
      JOIN offering o ON o.id = p.offering_id AND o.state = 'OPEN'
      JOIN known_programme k ON k.programme_id = o.programme_id
      LEFT JOIN suitability s ON s.application_id = p.application_id AND s.offering_id = p.offering_id
    WHERE p.application_id = a.id) l
  WHERE a.stage_id = $1 AND a.state = 'SUBMITTED' ORDER BY a.id`;
