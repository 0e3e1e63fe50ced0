import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { AgreementSignedV1 } from '@meistras/contracts/events/admission/agreement';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';
import type { EventClass } from '@meistras/contracts/event';
import type { Actor } from '@meistras/platform/auth/actor';
import { ServiceConfig } from '@meistras/platform/config/config';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Enrolment } from './enrolment.entity.js';
import { assertCanBecome, assertEndDay, fundingSources, stateOnEnrolling } from './enrolment.rules.js';
import { toEnrolmentDto } from './enrolments.dto.js';
import type { EndEnrolmentDto, EnrolmentDto, EnrolmentsQuery } from './enrolments.dto.js';

/** How many enrolments one transaction starts. */
const startBatch = 500;

const eventOf: Record<EnrolmentState, EventClass<EnrolmentStartedV1>> = {
  PLANNED: EnrolmentPlannedV1,
  ACTIVE: EnrolmentStartedV1,
  CANCELLED: EnrolmentEndedV1,
  COMPLETED: EnrolmentEndedV1,
  TERMINATED: EnrolmentEndedV1,
};

@Injectable()
export class EnrolmentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly config: ServiceConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** One enrolment for an agreement, however it stands when its latest event arrives (R-LR-01). */
  async follow(tx: EntityManager, agreement: AgreementSignedV1): Promise<void> {
    const known = await tx.findOneBy(Enrolment, { agreementId: agreement.agreementId });
    if (known) {
      if (agreement.state === 'TERMINATED' && known.state !== 'CANCELLED')
        await this.move(tx, known, 'CANCELLED', cancelled(agreement));
      return;
    }
    const {
      agreementId,
      learnerId,
      institutionId,
      programmeId,
      programmeCode,
      fieldCode,
      eqfLevel,
      credits,
      year,
      startsOn,
      plannedEndOn,
    } = agreement;
    const enrolment = tx.create(Enrolment, {
      ...{
        agreementId,
        learnerId,
        institutionId,
        programmeId,
        programmeCode,
        fieldCode,
        eqfLevel,
        credits,
        year,
        startsOn,
        plannedEndOn,
      },
      id: this.ids.next(),
      version: 1,
      fundingSource: fundingSources[agreement.fundingType],
      recordedAt: this.clock.now(),
      ...(agreement.state === 'TERMINATED'
        ? { state: 'CANCELLED', ...cancelled(agreement) }
        : { state: stateOnEnrolling(startsOn, this.today()), endedOn: null, endReason: null }),
    });
    await tx.insert(Enrolment, enrolment);
    await this.outbox.add(tx, eventOf[enrolment.state], stateOf(enrolment));
  }

  /** Starts those whose first day has come. Returns how many; call again while it is not 0. */
  async startDue(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const due = await tx
        .createQueryBuilder(Enrolment, 'e')
        .where(`e.state = 'PLANNED' AND e.starts_on <= :today`, { today: this.today() })
        .orderBy('e.id')
        .limit(startBatch)
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .getMany();
      if (due.length === 0) return 0;
      const recordedAt = this.clock.now();
      for (const enrolment of due)
        Object.assign(enrolment, { state: 'ACTIVE', version: enrolment.version + 1, recordedAt });
      await tx.query('UPDATE enrolment SET state = $2, version = version + 1, recorded_at = $3 WHERE id = ANY($1)', [
        due.map(({ id }) => id),
        'ACTIVE',
        recordedAt,
      ]);
      await this.outbox.addAll(
        tx,
        due.map((enrolment) => announce(EnrolmentStartedV1, stateOf(enrolment))),
      );
      return due.length;
    });
  }

  /** The learner leaves before completion. */
  end(id: string, dto: EndEnrolmentDto, by: Actor, once: WriteOnce): Promise<EnrolmentDto> {
    return this.idempotency.run(once, async (tx) => {
      const enrolment = await this.getForUpdate(tx, id, by);
      assertCanBecome(enrolment.state, 'TERMINATED');
      assertEndDay(dto.endedOn, enrolment.startsOn, this.today());
      await this.move(tx, enrolment, 'TERMINATED', { endedOn: dto.endedOn, endReason: dto.reason });
      return toEnrolmentDto(enrolment);
    });
  }

  /** The last result is in. */
  async complete(tx: EntityManager, enrolment: Enrolment, on: string): Promise<void> {
    assertCanBecome(enrolment.state, 'COMPLETED');
    await this.move(tx, enrolment, 'COMPLETED', { endedOn: on, endReason: null });
  }

  async get(id: string, by: Actor): Promise<EnrolmentDto> {
    return toEnrolmentDto(await this.find(this.dataSource.manager, id, by, false));
  }

  getForUpdate(tx: EntityManager, id: string, by: Actor): Promise<Enrolment> {
    return this.find(tx, id, by, true);
  }

  async list(query: EnrolmentsQuery, by: Actor): Promise<Page<EnrolmentDto>> {
    if (query.institutionId !== undefined) by.mustActFor(query.institutionId, 'institution');
    const select = this.dataSource.manager
      .createQueryBuilder(Enrolment, 'e')
      .where('e.id > :after', { after: afterId(query) })
      .orderBy('e.id')
      .limit(query.limit + 1);
    const institutions = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    if (institutions) select.andWhere('e.institution_id = ANY(:institutions)', { institutions });
    if (query.learnerId !== undefined) select.andWhere('e.learner_id = :learnerId', { learnerId: query.learnerId });
    if (query.state !== undefined) select.andWhere('e.state = :state', { state: query.state });
    return toPage(await select.getMany(), query.limit, toEnrolmentDto, (row) => [row.id]);
  }

  private async find(tx: EntityManager, id: string, by: Actor, lock: boolean): Promise<Enrolment> {
    const institutions = by.institutionFilter;
    const enrolment = await tx.findOne(Enrolment, {
      where: { id, ...(institutions ? { institutionId: In(institutions) } : {}) },
      ...(lock ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    if (!enrolment) throw missing('enrolment');
    return enrolment;
  }

  private async move(
    tx: EntityManager,
    enrolment: Enrolment,
    state: EnrolmentState,
    end: Pick<Enrolment, 'endedOn' | 'endReason'>,
  ): Promise<void> {
    Object.assign(enrolment, { state, ...end, version: enrolment.version + 1, recordedAt: this.clock.now() });
    await tx.save(enrolment);
    await this.outbox.add(tx, eventOf[state], stateOf(enrolment));
  }

  private today(): string {
    return this.clock.today(this.config.TIME_ZONE);
  }
}

function cancelled(agreement: AgreementSignedV1): Pick<Enrolment, 'endedOn' | 'endReason'> {
  return { endedOn: agreement.terminatedOn ?? agreement.startsOn, endReason: 'AGREEMENT_TERMINATED' };
}

function stateOf(enrolment: Enrolment): EnrolmentStartedV1 {
  const { id: enrolmentId, ...facts } = toEnrolmentDto(enrolment);
  return { enrolmentId, ...facts };
}
