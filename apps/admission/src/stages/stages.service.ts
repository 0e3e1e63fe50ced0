import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { StageChangedV1 } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { ServiceConfig } from '@meistras/platform/config/config';
import { Batcher } from '@meistras/platform/database/batcher';
import { Prepared, preparedIn } from '@meistras/platform/database/prepared';
import { selectList, updateRows } from '@meistras/platform/database/rows';
import { DomainError, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, dayIn, Ids, plusDaysIn, startOfDayIn } from '@meistras/platform/time/clock';
import { addDays } from '@meistras/platform/time/days';
import { seedCommitment } from '../allocation/lottery.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { SeedSource } from './seed-source.js';
import { Stage } from './stage.entity.js';
import { assertCanMove, assertInOrder, assertMayMove, dueByClock, signingWindowOf } from './stage.rules.js';
import type { ApplicantGroup, SigningTerms, StageWindows, Window } from './stage.rules.js';
import { toStageDto } from './stages.dto.js';
import type { MoveWindowsDto, PlanStageDto, StageDto, StagesQuery, StageWindowsDto } from './stages.dto.js';

export type { Stage } from './stage.entity.js';

/** A stage as its plan states it. */
export type StagePlan = StageWindows & Pick<Stage, 'type' | 'sequence' | 'startsOn' | 'preferenceLimit' | 'limitBasis'>;

@Injectable()
export class StagesService {
  /** Everybody asks for the same few at the same time. */
  private readonly reads = new Batcher<string, Stage | undefined>(async (ids) => {
    const text = `SELECT ${selectList(this.dataSource, Stage, 's')} FROM stage s WHERE s.id = ANY($1::uuid[])`;
    const rows = await this.prepared.rows<Stage>({ name: 'stages-by-id', text }, [[...new Set(ids)]]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly prepared: Prepared,
    private readonly config: ServiceConfig,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly policies: PoliciesService,
    private readonly seeds: SeedSource,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async plan(campaignId: string, dto: PlanStageDto, once: WriteOnce): Promise<StageDto> {
    const plan = this.judge(dto);
    return this.idempotency.run(once, async (tx) => {
      const [campaign]: { id: string; year: number }[] = await tx.query('SELECT id, year FROM campaign WHERE id = $1', [
        campaignId,
      ]);
      if (!campaign) throw missing('campaign');
      return toStageDto(await this.add(tx, campaign, plan));
    });
  }

  /** The plans of many stages; throws with the faults of all of them, under `/stages`. */
  judgeAll(plans: PlanStageDto[]): StagePlan[] {
    const faults: Fault[] = [];
    const judged = plans.flatMap((dto, i) => {
      try {
        return [this.judge(dto)];
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        faults.push(...error.faults.map((fault) => ({ ...fault, pointer: `/stages/${i}${fault.pointer}` })));
        return [];
      }
    });
    if (faults.length > 0) throw invalid('invalid-windows', 'The windows do not fit.', faults);
    return judged;
  }

  /** Adds a stage to a campaign, and announces it. */
  async add(
    tx: EntityManager,
    { id: campaignId, year }: { id: string; year: number },
    plan: StagePlan,
  ): Promise<Stage> {
    const stage: Stage = {
      ...{ ...plan, id: this.ids.next(), version: 1, campaignId, year, act: null, state: 'PLANNED' },
      ...{ seedCommitment: null, seed: null, runId: null, signExtraDays: 0, recordedAt: this.clock.now() },
    };
    await tx.insert(Stage, stage);
    await this.outbox.add(tx, StageChangedV1, stateOf(stage));
    return stage;
  }

  private judge(dto: PlanStageDto): StagePlan {
    const windows = this.windowsOf(dto);
    assertInOrder(windows);
    const limit = this.policies.entryOn('adm.limit', this.dayOf(windows.applyFrom));
    const { type, sequence, startsOn } = dto;
    return {
      ...{ type, sequence, startsOn, ...windows },
      preferenceLimit: dto.preferenceLimit ?? limit.value[type],
      limitBasis: dto.preferenceLimit === undefined ? limit.legalBasis : 'Set for this stage.',
    };
  }

  /** The stage as it is now: what its windows say is done first. */
  async get(id: string): Promise<StageDto> {
    return toStageDto(await this.upToDate(id));
  }

  async list(query: StagesQuery): Promise<Page<StageDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Stage, 's')
      .where('s.id > :after', { after: afterId(query) })
      .orderBy('s.id')
      .limit(query.limit + 1);
    if (query.campaignId !== undefined) select.andWhere('s.campaign_id = :campaign', { campaign: query.campaignId });
    if (query.state !== undefined) select.andWhere('s.state = :state', { state: query.state });
    return toPage(await select.getMany(), query.limit, toStageDto, (row) => [row.id]);
  }

  async moveWindows(id: string, dto: MoveWindowsDto, readVersion: number): Promise<StageDto> {
    await this.upToDate(id);
    return this.dataSource.transaction(async (tx) => {
      const stage = await this.lock(tx, id, 'change');
      mustBeCurrent(stage, readVersion);
      const windows = this.windowsOf(dto);
      const now = this.clock.now();
      assertMayMove(stage, windows, now);
      await this.save(tx, stage, { ...windows, act: dto.act });
      await tx.query(
        `INSERT INTO stage_window_act (stage_id, version, windows, act, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
        [id, stage.version, JSON.stringify(windows), dto.act, now],
      );
      return toStageDto(stage);
    });
  }

  /** Reads the stage, opening or locking it first when that is due. Closing it is the clock's business. */
  async upToDate(id: string): Promise<Stage> {
    const stage = await this.reads.run(id.toLowerCase());
    if (!stage) throw missing('stage');
    const due = this.due(stage);
    if (due === null || due === 'CLOSED') return stage;
    return this.dataSource.transaction((tx) => this.advance(tx, id));
  }

  /** Moves on what is due. Returns the stages in which agreements are signed, or that wait to be closed. */
  async advanceAll(): Promise<Stage[]> {
    const stages = await this.dataSource.manager
      .createQueryBuilder(Stage, 's')
      .where(`s.state IN ('PLANNED', 'OPEN', 'ORDERING', 'PUBLISHED', 'SIGNING')`)
      .orderBy('s.id')
      .getMany();
    const signing: Stage[] = [];
    for (const stage of stages) {
      const current = this.due(stage) === null ? stage : await this.upToDate(stage.id);
      if (current.state === 'SIGNING') signing.push(current);
    }
    return signing;
  }

  /**
   * Reads the stage inside a transaction. `read` keeps it in its state until the transaction ends and lets others read
   * along; `change` is for who moves it.
   */
  async lock(tx: EntityManager, id: string, purpose: 'read' | 'change'): Promise<Stage> {
    const mode = purpose === 'read' ? 'SHARE' : 'UPDATE';
    const text = `SELECT ${selectList(tx, Stage, 's')} FROM stage s WHERE s.id = $1 FOR ${mode}`;
    const [stage] = await preparedIn<Stage>(tx, { name: `stage-for-${purpose}`, text }, [id]);
    if (!stage) throw missing('stage');
    return stage;
  }

  /** Moves a stage that the transaction has locked for change, and announces it. */
  async move(tx: EntityManager, stage: Stage, to: StageState, facts: Partial<Stage> = {}): Promise<void> {
    assertCanMove(stage.state, to);
    await this.save(tx, stage, { ...facts, state: to });
  }

  /** When a group signs, with the days that its institution has more, to the same hour of the national day (R-ADM-30). */
  signingWindow(stage: SigningTerms, group: ApplicantGroup, extraDays: number): Window {
    const { opensAt, closesAt } = signingWindowOf(stage, group);
    return { opensAt, closesAt: plusDaysIn(closesAt, extraDays, this.config.TIME_ZONE) };
  }

  /** Where the clock moves the stage now. */
  due(stage: Stage): StageState | null {
    const closesAt = plusDaysIn(stage.signUntil, stage.signExtraDays, this.config.TIME_ZONE);
    return dueByClock({ ...stage, closesAt }, this.clock.now());
  }

  /** The seed while it is a secret: for the run alone. */
  async secretSeed(id: string, source: DataSource | EntityManager = this.dataSource): Promise<string> {
    const [row]: { seed: string }[] = await source.query('SELECT seed FROM stage_seed WHERE stage_id = $1', [id]);
    if (!row) throw new Error(`Stage ${id} has no seed.`);
    return row.seed;
  }

  /** The first instant after a day in the national time zone. */
  endOfDay(day: string): Date {
    return startOfDayIn(addDays(day, 1), this.config.TIME_ZONE);
  }

  /** The day of an instant in the national time zone. */
  dayOf(instant: Date): string {
    return dayIn(instant, this.config.TIME_ZONE);
  }

  private async advance(tx: EntityManager, id: string): Promise<Stage> {
    const stage = await this.lock(tx, id, 'change');
    for (let due = this.due(stage); due !== null && due !== 'CLOSED'; due = this.due(stage)) {
      if (due === 'ORDERING') await tx.query('DELETE FROM application_draft WHERE stage_id = $1', [id]);
      if (due === 'LOCKED') await orderByDefault(tx, id);
      await this.move(tx, stage, due, due === 'OPEN' ? await this.drawSeed(tx, id) : {});
    }
    return stage;
  }

  /** What is left out follows from the rest: see the descriptions of StageWindowsDto. */
  private windowsOf(dto: StageWindowsDto): StageWindows {
    const [applyFrom, applyUntil] = [new Date(dto.applyFrom), new Date(dto.applyUntil)];
    const stated = (instant: string | undefined, otherwise: Date) =>
      instant === undefined ? otherwise : new Date(instant);
    const extraDays = this.policies.on('adm.order.extraDays', this.dayOf(applyFrom));
    const orderUntil = stated(dto.orderUntil, plusDaysIn(applyUntil, extraDays, this.config.TIME_ZONE));
    const suitabilityUntil = stated(dto.suitabilityUntil, orderUntil);
    const inviteFrom = stated(dto.inviteFrom, suitabilityUntil > orderUntil ? suitabilityUntil : orderUntil);
    return {
      ...{ applyFrom, applyUntil, suitabilityUntil, orderUntil, inviteFrom },
      signFrom: stated(dto.signFrom, inviteFrom),
      signUntil: new Date(dto.signUntil),
      groupWindows: (dto.groupWindows ?? []).map(({ group, step, opensAt, closesAt }) => ({
        ...{ group, step, opensAt, closesAt },
      })),
    };
  }

  /** P9: the commitment is published at opening; the seed stays in a table that no answer reads. */
  private async drawSeed(tx: EntityManager, id: string): Promise<Partial<Stage>> {
    const seed = this.seeds.draw();
    await tx.query('INSERT INTO stage_seed (stage_id, seed, drawn_at) VALUES ($1, $2, $3)', [
      id,
      seed,
      this.clock.now(),
    ]);
    return { seedCommitment: seedCommitment(seed) };
  }

  private async save(tx: EntityManager, stage: Stage, facts: Partial<Stage>): Promise<void> {
    Object.assign(stage, facts, { version: stage.version + 1, recordedAt: this.clock.now() });
    await updateRows(tx, Stage, [stage]);
    await this.outbox.add(tx, StageChangedV1, stateOf(stage));
  }
}

/** R-ADM-16: who did not order the list has all VF above all VNF, each in the order of the application. */
async function orderByDefault(tx: EntityManager, stageId: string): Promise<void> {
  await tx.query(
    `WITH unordered AS (
       DELETE FROM preference p USING application a
       WHERE a.id = p.application_id AND a.stage_id = $1 AND a.state = 'SUBMITTED' AND NOT a.ordered
       RETURNING p.*)
     INSERT INTO preference (application_id, rank, offering_id, institution_id, funding_type, ineligible)
     SELECT application_id, row_number() OVER (PARTITION BY application_id ORDER BY funding_type = 'VNF', rank),
       offering_id, institution_id, funding_type, ineligible FROM unordered`,
    [stageId],
  );
}

function stateOf({ id, version, year, state }: Stage): StageChangedV1 {
  return { stageId: id, version, year, state };
}
