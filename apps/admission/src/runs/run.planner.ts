import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdmissionConfig } from '../admission.config.js';
import { PoliciesService } from '../policies/policies.service.js';
import type { PolicyInForce, PolicyValues } from '../policies/policies.service.js';
import { applicantGroups, windowOf } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import type { MatchingRun } from './matching-run.entity.js';
import type { PolicyEntry, RunJob, StageFacts } from './run.job.js';
import type { RunKind } from './run.tables.js';

/** Every parameter that the input of a run was judged by, also those judged when it was made. */
const judgedBy = [
  ...(['adm.criteria', 'adm.limit', 'adm.lottery.publicDraw', 'adm.oneLiveAgreement', 'adm.pool.key'] as const),
  ...(['adm.pool.oneScorePerField', 'adm.score.secondaryWeight', 'adm.tier', 'adm.vf.ruleset'] as const),
] satisfies (keyof PolicyValues)[];

/** What a run draws by, and what hides the facts of its applicants. */
export interface Secrets {
  seed: string;
  seedCommitment: string;
  publicDraw: string | null;
  salt: string;
}

interface Planned {
  kind: RunKind;
  run: Pick<MatchingRun, 'id' | 'attempt' | 'engineVersion' | 'startedAt'>;
  secrets: Secrets;
  assumed?: ReadonlyMap<string, unknown>;
}

/** Says what a run has to do: by whose rules, of which day, with which seed. */
@Injectable()
export class RunPlanner {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AdmissionConfig,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
  ) {}

  async jobOf(run: MatchingRun): Promise<RunJob> {
    const stage = await this.stages.upToDate(run.stageId);
    const { seedCommitment, id } = stage;
    const seed = await this.stages.secretSeed(id);
    const secrets = {
      seed,
      seedCommitment: seedCommitment ?? '',
      publicDraw: run.publicDraw,
      salt: await this.saltOf(id),
    };
    return this.plan(stage, { kind: 'FINAL', run, secrets });
  }

  /** The job of a run; `assumed` are parameters that a trial puts in the place of those in force. */
  async plan(stage: Stage, { kind, run, secrets, assumed = new Map() }: Planned): Promise<RunJob> {
    const day = this.stages.dayOf(stage.applyFrom);
    const entryOn = <Code extends keyof PolicyValues>(code: Code): PolicyInForce<Code> => {
      const entry = this.policies.entryOn(code, day);
      return assumed.has(code) ? { ...entry, value: assumed.get(code) as PolicyValues[Code] } : entry;
    };
    return {
      ...{ databaseUrl: this.config.DATABASE_URL, kind, runId: run.id, attempt: run.attempt },
      ...{ engineVersion: run.engineVersion, startedAt: run.startedAt.toISOString() },
      stage: await this.factsOf(stage, secrets),
      policy: judgedBy.map((code): PolicyEntry => ({ code, ...entryOn(code) })),
      measures: {
        ruleset: entryOn('adm.vf.ruleset').value,
        secondaryWeightPercent: entryOn('adm.score.secondaryWeight').value,
        tierRule: entryOn('adm.tier').value,
        criteria: entryOn('adm.criteria').value.map(({ code }) => code),
        oneScorePerField: entryOn('adm.pool.oneScorePerField').value,
      },
      salt: secrets.salt,
    };
  }

  private async factsOf(stage: Stage, { seed, seedCommitment, publicDraw }: Secrets): Promise<StageFacts> {
    const { id, year, type, sequence, startsOn, preferenceLimit } = stage;
    const [row]: { drawnAt: Date }[] = await this.dataSource.query(
      'SELECT drawn_at AS "drawnAt" FROM stage_seed WHERE stage_id = $1',
      [id],
    );
    return {
      ...{ stageId: id, year, type, sequence, startsOn, preferenceLimit },
      windows: windowsOf(stage),
      timeZone: this.config.TIME_ZONE,
      seedCommitment,
      committedAt: row?.drawnAt.toISOString() ?? '',
      ...{ seed, publicDraw },
    };
  }

  /** Drawn when the stage is first run, and never again. */
  async saltOf(stageId: string): Promise<string> {
    await this.dataSource.query('INSERT INTO stage_salt (stage_id, salt) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      stageId,
      randomBytes(32),
    ]);
    const rows: { salt: Buffer }[] = await this.dataSource.query('SELECT salt FROM stage_salt WHERE stage_id = $1', [
      stageId,
    ]);
    return rows[0]!.salt.toString('hex');
  }
}

/** The stage's instants, and the first deadline of any group: the seed was committed to before it (P9). */
function windowsOf(stage: Stage): Record<string, string> {
  const { applyFrom, applyUntil, suitabilityUntil, orderUntil, inviteFrom, signFrom, signUntil } = stage;
  const deadlines = applicantGroups.map((group) => windowOf(stage, 'APPLY', group).closesAt.getTime());
  const firstDeadline = new Date(Math.min(...deadlines));
  const instants = {
    applyFrom,
    firstDeadline,
    applyUntil,
    suitabilityUntil,
    orderUntil,
    inviteFrom,
    signFrom,
    signUntil,
  };
  return Object.fromEntries(Object.entries(instants).map(([name, instant]) => [name, instant.toISOString()]));
}
