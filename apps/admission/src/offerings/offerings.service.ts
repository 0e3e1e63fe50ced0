import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { DecisionGrantedV1 } from '@meistras/contracts/events/accreditation/decision';
import { OfferingChangedV1, OfferingClosedV1, OfferingPlannedV1 } from '@meistras/contracts/events/admission/offering';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, updateRows, withFacts } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { assertTakesSeats } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { Offering } from './offering.entity.js';
import { moduleFaults, poolCodeOf } from './offering.rules.js';
import { formOf, toOfferingDto } from './offerings.dto.js';
import type { OfferingDto, OfferingsQuery, PlanOfferingDto, SeatPlanDto } from './offerings.dto.js';
import { leftToCarryOver, pairsById, unlicensedOfferings } from './offerings.queries.js';
import type { LicensedPair } from './offerings.queries.js';

@Injectable()
export class OfferingsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async plan(dto: PlanOfferingDto, once: WriteOnce): Promise<OfferingDto> {
    const faults = moduleFaults(dto);
    if (faults.length > 0) throw invalid('invalid-module', 'A single module needs its facts.', faults);
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stageTakingSeats(tx, dto.stageId);
      const [pair] = await pairsById(tx, [dto], stage.startsOn);
      const offering = this.newOffering(stage, { ...dto, ...mustBeLicensed(pair, stage.startsOn) });
      await this.store(tx, [], [offering]);
      return toOfferingDto(offering);
    });
  }

  async get(id: string): Promise<OfferingDto> {
    const offering = await this.dataSource.manager.findOneBy(Offering, { id });
    if (!offering) throw missing('offering');
    return toOfferingDto(offering);
  }

  /** Offerings are a public catalogue: a school chooses among those of others for its pupils. */
  async list(query: OfferingsQuery): Promise<Page<OfferingDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Offering, 'o')
      .where('o.id > :after', { after: afterId(query) })
      .orderBy('o.id')
      .limit(query.limit + 1);
    const { stageId, institutionId, fieldCode, state } = query;
    if (stageId !== undefined) select.andWhere('o.stage_id = :stageId', { stageId });
    if (institutionId !== undefined) select.andWhere('o.institution_id = :institutionId', { institutionId });
    if (fieldCode !== undefined) select.andWhere('starts_with(o.field_code, :fieldCode)', { fieldCode });
    if (state !== undefined) select.andWhere('o.state = :state', { state });
    return toPage(await select.getMany(), query.limit, toOfferingDto, (row) => [row.id]);
  }

  async changeSeats(id: string, dto: SeatPlanDto, readVersion: number, by: Actor): Promise<OfferingDto> {
    return this.dataSource.transaction(async (tx) => {
      const found = await tx.findOneBy(Offering, { id });
      if (!found) throw missing('offering');
      by.mustActFor(found.institutionId, 'offering');
      await this.stageTakingSeats(tx, found.stageId);
      const offering = await tx.findOneOrFail(Offering, { where: { id }, lock: { mode: 'pessimistic_write' } });
      mustBeCurrent(offering, readVersion);
      if (offering.state === 'CLOSED') throw conflict('offering-closed', 'The offering is closed.');
      const { fundedSeats, nonFundedSeats } = dto;
      const changed = withFacts(offering, { fundedSeats, nonFundedSeats }, this.clock.now());
      if (changed) await this.store(tx, [changed]);
      return toOfferingDto(changed ?? offering);
    });
  }

  /** Keeps the decision and closes what it no longer covers. */
  async followDecision(tx: EntityManager, event: DecisionGrantedV1): Promise<void> {
    const { decisionId, version, institutionId, programmeId, validFrom, validTo, state } = event;
    await tx.query(
      `INSERT INTO accreditation AS k
         (decision_id, version, institution_id, programme_id, valid_from, valid_to, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (decision_id) DO UPDATE SET version = excluded.version, institution_id = excluded.institution_id,
         programme_id = excluded.programme_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
         state = excluded.state WHERE k.version < excluded.version`,
      [decisionId, version, institutionId, programmeId, validFrom, validTo ?? null, state],
    );
    if (state === 'GRANTED' && validTo === undefined) return;
    const recordedAt = this.clock.now();
    const closed = (await unlicensedOfferings(tx, institutionId, programmeId)).map((offering): Offering => ({
      ...offering,
      version: offering.version + 1,
      state: 'CLOSED',
      recordedAt,
    }));
    await updateRows(tx, Offering, closed);
    await this.outbox.addAll(
      tx,
      closed.map((offering) => announce(OfferingClosedV1, stateOf(offering))),
    );
  }

  /** The stage, held as it is; throws unless it still takes seats. */
  async stageTakingSeats(tx: EntityManager, stageId: string): Promise<Stage> {
    const stage = await this.stages.lock(tx, stageId, 'read');
    assertTakesSeats(stage, this.clock.now());
    return stage;
  }

  /** Stores changed offerings and announces them. */
  async store(tx: EntityManager, changed: Offering[], created: Offering[] = []): Promise<void> {
    await insertRows(tx, Offering, created);
    await updateRows(tx, Offering, changed);
    await this.outbox.addAll(tx, [
      ...created.map((offering) => announce(OfferingPlannedV1, stateOf(offering))),
      ...changed.map((offering) => announce(OfferingChangedV1, stateOf(offering))),
    ]);
  }

  /**
   * R-ADM-33: offers the seats that a stage leaves in the next one that still takes applications, a chunk at a time. What
   * the institution planned there itself stays. Returns how many it offered; 0 when nothing is left.
   */
  async carryOverNext(stage: Stage, limit = 1_000): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const [later]: { id: string }[] = await tx.query(
        `SELECT id FROM stage WHERE campaign_id = $1 AND sequence > $2 AND state IN ('PLANNED', 'OPEN')
         ORDER BY sequence LIMIT 1`,
        [stage.campaignId, stage.sequence],
      );
      if (!later) return 0;
      const next = await this.stages.lock(tx, later.id, 'read');
      if (next.state !== 'PLANNED' && next.state !== 'OPEN') return 1; // Moved on meanwhile: look again.
      const recordedAt = this.clock.now();
      const left = (await leftToCarryOver(tx, stage.id, { next, limit })).map((offering): Offering => ({
        ...{ ...offering, id: this.ids.next(), version: 1, stageId: next.id, year: next.year, recordedAt },
      }));
      await this.store(tx, [], left);
      return left.length;
    });
  }

  newOffering(stage: Stage, facts: Omit<PlanOfferingDto, 'stageId'> & { fieldCode: string }): Offering {
    const { digits } = this.policies.on('adm.pool.key', this.stages.dayOf(stage.applyFrom));
    const form = formOf(facts);
    const { institutionId, programmeId, fieldCode, fundedSeats, nonFundedSeats } = facts;
    return {
      ...{
        id: this.ids.next(),
        version: 1,
        stageId: stage.id,
        year: stage.year,
        institutionId,
        programmeId,
        fieldCode,
      },
      ...form,
      poolCode: poolCodeOf(fieldCode, digits, form.moduleCode !== ''),
      ...{ fundedSeats, nonFundedSeats, state: 'OPEN' },
      latitude: facts.latitude ?? null,
      longitude: facts.longitude ?? null,
      recordedAt: this.clock.now(),
    };
  }
}

/** The ids of the licensed pair as the registers spell them, and its field; throws with what is wrong. */
function mustBeLicensed(
  pair: LicensedPair | undefined,
  day: string,
): Pick<Offering, 'institutionId' | 'programmeId' | 'fieldCode'> {
  const { institutionId = null, programmeId = null, fieldCode = null, licensed = false } = pair ?? {};
  if (institutionId === null || programmeId === null || fieldCode === null) {
    throw invalid('unknown-reference', 'The registers announced no such object.', [
      ...(institutionId === null ? [fault('institutionId', 'INSTITUTION_UNKNOWN')] : []),
      ...(programmeId === null ? [fault('programmeId', 'PROGRAMME_UNKNOWN')] : []),
    ]);
  }
  if (!licensed) throw conflict('no-licence', `The institution has no licence for the programme on ${day} (R-REG-15).`);
  return { institutionId, programmeId, fieldCode };
}

const fault = (name: string, code: string) => ({ pointer: `/${name}`, code, message: 'It is not registered.' });

function stateOf(offering: Offering): OfferingPlannedV1 {
  const { id, version, stageId, year, institutionId, programmeId, fieldCode, fundedSeats, nonFundedSeats, state } =
    offering;
  return {
    ...{ offeringId: id, version, stageId, year, institutionId, programmeId, fieldCode },
    ...{ fundedSeats, nonFundedSeats, state },
  };
}
