import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, selectList, upsertRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { decidesFor } from '../applications/applications.service.js';
import { lockedFrom } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import { SuitabilityService } from '../suitability/suitability.service.js';
import { EntranceTestResult } from './entrance-test-result.entity.js';
import { EntranceTestSlot } from './entrance-test-slot.entity.js';
import { toSlotDto } from './entrance-tests.dto.js';
import type {
  LearnerTestResultDto,
  PlanSlotDto,
  RegisterForTestDto,
  SeenSlot,
  SlotDto,
  SlotsQuery,
  StateTestResultsDto,
  TestRegistrationDto,
  TestResultsStatedDto,
} from './entrance-tests.dto.js';

/** Entrance tests: slots of the centres, who comes, and results that count everywhere (R-ADM-20). */
@Injectable()
export class EntranceTestsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly stages: StagesService,
    private readonly suitability: SuitabilityService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** A test is over before the findings of its stage are fixed. */
  async plan(dto: PlanSlotDto, once: WriteOnce): Promise<SlotDto> {
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stages.lock(tx, dto.stageId, 'read');
      const startsAt = new Date(dto.startsAt);
      const now = this.clock.now();
      const fault = (code: string, message: string) => [{ pointer: '/startsAt', code, message }];
      if (startsAt <= now) throw invalid('invalid-slot', 'The test is over.', fault('IN_PAST', 'It lies in the past.'));
      if (startsAt >= lockedFrom(stage))
        throw invalid('invalid-slot', 'The test is too late.', fault('AFTER_FINDINGS', 'Findings are fixed by then.'));
      const [offered]: unknown[] = await tx.query(
        `SELECT 1 FROM offering WHERE stage_id = $1 AND programme_id = $2 AND entrance_test AND state = 'OPEN' LIMIT 1`,
        [stage.id, dto.programmeId],
      );
      if (!offered)
        throw conflict('no-entrance-test', 'No offering of the stage asks for a test of this programme (R-ADM-20).');
      const { institutionId, programmeId, places } = dto;
      const slot: EntranceTestSlot = {
        ...{ id: this.ids.next(), version: 1, stageId: stage.id, year: stage.year, institutionId, programmeId },
        ...{ startsAt, places, recordedAt: now },
      };
      await insertRows(tx, EntranceTestSlot, [slot]);
      return toSlotDto({ ...slot, registered: 0 });
    });
  }

  async list(query: SlotsQuery): Promise<Page<SlotDto>> {
    const { stageId = null, programmeId = null, institutionId = null } = query;
    const rows: SeenSlot[] = await this.dataSource.query(
      `${selectSlots(this.dataSource)} WHERE s.id > $1 AND ($2::uuid IS NULL OR s.stage_id = $2)
         AND ($3::uuid IS NULL OR s.programme_id = $3) AND ($4::uuid IS NULL OR s.institution_id = $4)
       ORDER BY s.id LIMIT $5`,
      [afterId(query), stageId, programmeId, institutionId, query.limit + 1],
    );
    return toPage(rows, query.limit, toSlotDto, (row) => [row.id]);
  }

  /** A learner comes to one test of a programme and stage; another slot takes the stead of the one before. */
  async register(
    slotId: string,
    { learnerId }: RegisterForTestDto,
    by: Actor,
    once: WriteOnce,
  ): Promise<TestRegistrationDto> {
    return this.idempotency.run(once, async (tx) => {
      await mayApplyFor(tx, learnerId, by);
      const slot = await holdSlot(tx, slotId);
      const recordedAt = this.clock.now();
      if (slot.startsAt <= recordedAt) throw conflict('test-over', 'The test has begun.');
      const [other]: unknown[] = await tx.query(
        'SELECT 1 FROM entrance_test_registration WHERE slot_id = $1 AND learner_id <> $2 OFFSET $3 LIMIT 1',
        [slot.id, learnerId, slot.places - 1],
      );
      if (other) throw conflict('test-full', 'All places of the test are taken.');
      await tx.query(
        `DELETE FROM entrance_test_registration r USING entrance_test_slot s WHERE s.id = r.slot_id
         AND r.learner_id = $1 AND s.stage_id = $2 AND s.programme_id = $3 AND s.starts_at > $4`,
        [learnerId, slot.stageId, slot.programmeId, recordedAt],
      );
      await tx.query('INSERT INTO entrance_test_registration (slot_id, learner_id, recorded_at) VALUES ($1, $2, $3)', [
        slot.id,
        learnerId,
        recordedAt,
      ]);
      return { slotId: slot.id, learnerId, recordedAt: recordedAt.toISOString() };
    });
  }

  /** All or nothing; the same results again change nothing. */
  async stateResults(slotId: string, { results }: StateTestResultsDto, by: Actor): Promise<TestResultsStatedDto> {
    return this.dataSource.transaction(async (tx) => {
      const slot = await holdSlot(tx, slotId);
      by.mustActFor(slot.institutionId, 'entrance test');
      if (slot.startsAt > this.clock.now()) throw conflict('test-not-held', 'The test has not begun.');
      await mustBeRegistered(tx, slot, results);
      const stored = await storedResults(tx, slot, results);
      const stated = results
        .map(({ learnerId, result }) => ({ learnerId: learnerId.toLowerCase(), result }))
        .filter(({ learnerId, result }) => stored.get(learnerId)?.result !== result);
      const { programmeId, year } = slot;
      await upsertRows(
        tx,
        EntranceTestResult,
        stated.map(({ learnerId, result }): EntranceTestResult => ({
          ...{ learnerId, programmeId, year, result, slotId: slot.id, statedBy: by.clientId },
          version: (stored.get(learnerId)?.version ?? 0) + 1,
          recordedAt: this.clock.now(),
        })),
      );
      await this.suitability.followTests(
        tx,
        stated.map(({ learnerId, result }) => ({ learnerId, programmeId, year, result })),
      );
      return { stated: stated.length, unchanged: results.length - stated.length };
    });
  }
}

const selectSlots = (source: DataSource): string =>
  `SELECT ${selectList(source, EntranceTestSlot, 's')},
     (SELECT count(*)::int FROM entrance_test_registration r WHERE r.slot_id = s.id) AS registered
   FROM entrance_test_slot s`;

async function holdSlot(tx: EntityManager, id: string): Promise<EntranceTestSlot> {
  const slot = await tx.findOne(EntranceTestSlot, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!slot) throw missing('entrance test');
  return slot;
}

/** Who decides for the learner may also register them for a test. */
async function mayApplyFor(tx: EntityManager, learnerId: string, by: Actor): Promise<void> {
  const [learner]: { registeredBy: string | null }[] = await tx.query(
    'SELECT institution_id AS "registeredBy" FROM known_learner WHERE learner_id = $1',
    [learnerId],
  );
  if (!learner || !decidesFor(by, { learnerId, ...learner })) throw missing('learner');
}

async function mustBeRegistered(
  tx: EntityManager,
  slot: EntranceTestSlot,
  results: LearnerTestResultDto[],
): Promise<void> {
  const rows: { learnerId: string }[] = await tx.query(
    'SELECT learner_id AS "learnerId" FROM entrance_test_registration WHERE slot_id = $1',
    [slot.id],
  );
  const registered = new Set(rows.map(({ learnerId }) => learnerId));
  const faults = results.flatMap(({ learnerId }, i) =>
    registered.has(learnerId.toLowerCase())
      ? []
      : [{ pointer: `/results/${i}/learnerId`, code: 'NOT_REGISTERED', message: 'Not registered for this test.' }],
  );
  if (faults.length > 0) throw invalid('invalid-results', 'Some results have faults.', faults);
}

async function storedResults(
  tx: EntityManager,
  { programmeId, year }: EntranceTestSlot,
  results: LearnerTestResultDto[],
): Promise<Map<string, EntranceTestResult>> {
  const rows: EntranceTestResult[] = await tx.query(
    `SELECT ${selectList(tx, EntranceTestResult, 'r')} FROM entrance_test_result r
     WHERE r.programme_id = $1 AND r.year = $2 AND r.learner_id = ANY($3::uuid[])`,
    [programmeId, year, results.map(({ learnerId }) => learnerId)],
  );
  return new Map(rows.map((row) => [row.learnerId, row]));
}
