import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { CommitmentAdjustedV1, CommitmentCreatedV1 } from '@meistras/contracts/events/finance/commitment';
import type { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import type { Actor } from '@meistras/platform/auth/actor';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { FundingRatesService } from '../funding-rates/funding-rates.service.js';
import { fundingAccounts, LedgerService } from '../ledger/ledger.service.js';
import type { Posting } from '../ledger/ledger.service.js';
import { Commitment } from './commitment.entity.js';
import { toCommitmentDto } from './commitments.dto.js';
import type { CommitmentDto, CommitmentsQuery } from './commitments.dto.js';
import { fundingOfYear, keptOnLeaving } from './funding.rules.js';

/** KL_M_FINSALT: a state-funded place (R-FIN-31). */
const stateFunded = '11';

@Injectable()
export class CommitmentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rates: FundingRatesService,
    private readonly ledger: LedgerService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Brings the money of an enrolment to where its latest state says: a commitment for the calendar year in which it starts,
   * and its reversal as far as the learner left. The same result whichever of its events arrive.
   */
  async follow(tx: EntityManager, enrolment: EnrolmentStartedV1, causeEventId: string): Promise<void> {
    if (enrolment.fundingSource !== stateFunded || enrolment.state === 'PLANNED') return;
    const calendarYear = Number(enrolment.startsOn.slice(0, 4));
    const { enrolmentId } = enrolment;
    const known = await tx.findOne(Commitment, {
      where: { enrolmentId, calendarYear },
      lock: { mode: 'pessimistic_write' },
    });
    // Cancelled before anything was committed: there is nothing to take back (R-FIN-13).
    if (!known && enrolment.state === 'CANCELLED') return;
    const commitment = known ?? (await this.commit(tx, enrolment, calendarYear, causeEventId));
    if (commitment && enrolment.state !== 'ACTIVE') await this.end(tx, commitment, enrolment, causeEventId);
  }

  async get(id: string, by: Actor): Promise<CommitmentDto> {
    const institutions = by.institutionFilter;
    const commitment = await this.dataSource.manager.findOneBy(Commitment, {
      id,
      ...(institutions ? { institutionId: In(institutions) } : {}),
    });
    if (!commitment) throw missing('commitment');
    return toCommitmentDto(commitment);
  }

  async list(query: CommitmentsQuery, by: Actor): Promise<Page<CommitmentDto>> {
    if (query.institutionId !== undefined) by.mustActFor(query.institutionId, 'institution');
    const select = this.dataSource.manager
      .createQueryBuilder(Commitment, 'c')
      .where('c.id > :after', { after: afterId(query) })
      .orderBy('c.id')
      .limit(query.limit + 1);
    const institutions = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    if (institutions) select.andWhere('c.institution_id = ANY(:institutions)', { institutions });
    if (query.enrolmentId !== undefined)
      select.andWhere('c.enrolment_id = :enrolmentId', { enrolmentId: query.enrolmentId });
    if (query.calendarYear !== undefined) select.andWhere('c.calendar_year = :year', { year: query.calendarYear });
    return toPage(await select.getMany(), query.limit, toCommitmentDto, (row) => [row.id]);
  }

  private async commit(
    tx: EntityManager,
    enrolment: EnrolmentStartedV1,
    calendarYear: number,
    causeEventId: string,
  ): Promise<Commitment | undefined> {
    const funding = fundingOfYear(enrolment, calendarYear, await this.rates.all(tx));
    if (!funding)
      throw conflict(
        'no-rate',
        `There is no funding rate for every day of training in ${calendarYear}; publish it and retry.`,
      );
    if (funding.amountMinor === 0) return undefined;
    const { enrolmentId, institutionId, programmeId, fieldCode } = enrolment;
    const amountMinor = String(funding.amountMinor);
    const commitment = tx.create(Commitment, {
      ...{ enrolmentId, institutionId, programmeId, fieldCode, calendarYear, amountMinor, committedMinor: amountMinor },
      id: this.ids.next(),
      version: 1,
      creditsHundredths: funding.creditsHundredths,
      currency: 'EUR',
      state: 'ACTIVE',
      recordedAt: this.clock.now(),
    });
    await tx.insert(Commitment, commitment);
    await this.ledger.post(tx, {
      ...posting(commitment, causeEventId, 1, funding.amountMinor),
      debit: fundingAccounts.receivable,
      credit: fundingAccounts.deferred,
    });
    await this.outbox.add(tx, CommitmentCreatedV1, stateOf(commitment));
    return commitment;
  }

  /** Who completes keeps the year's funding; who leaves gives back what would fall after the last day (R-FIN-11). */
  private async end(
    tx: EntityManager,
    commitment: Commitment,
    enrolment: EnrolmentStartedV1,
    causeEventId: string,
  ): Promise<void> {
    if (commitment.state === 'ENDED') return;
    const committed = Number(commitment.committedMinor);
    const kept = keptAmount(committed, enrolment, commitment.calendarYear);
    Object.assign(commitment, {
      state: 'ENDED',
      amountMinor: String(kept),
      version: commitment.version + 1,
      recordedAt: this.clock.now(),
    });
    await tx.save(commitment);
    if (kept < committed) {
      const [original]: { id: string }[] = await tx.query('SELECT id FROM entry WHERE business_key = $1', [
        businessKey(commitment, 1),
      ]);
      await this.ledger.post(tx, {
        ...posting(commitment, causeEventId, 2, committed - kept),
        debit: fundingAccounts.deferred,
        credit: fundingAccounts.receivable,
        ...(original ? { reverses: original.id } : {}),
      });
    }
    await this.outbox.add(tx, CommitmentAdjustedV1, stateOf(commitment));
  }
}

function keptAmount(committed: number, enrolment: EnrolmentStartedV1, year: number): number {
  if (enrolment.state === 'COMPLETED') return committed;
  if (enrolment.state === 'CANCELLED') return 0;
  return keptOnLeaving(committed, enrolment, year, enrolment.endedOn ?? enrolment.startsOn);
}

function businessKey({ enrolmentId, calendarYear }: Commitment, version: number): string {
  return `funding:${enrolmentId}:${calendarYear}:${version}`;
}

function posting(
  commitment: Commitment,
  causeEventId: string,
  version: number,
  amountMinor: number,
): Omit<Posting, 'debit' | 'credit'> {
  const { institutionId, programmeId, enrolmentId } = commitment;
  return {
    businessKey: businessKey(commitment, version),
    causeEventId,
    amountMinor,
    about: { fundingSource: stateFunded, institutionId, programmeId, enrolmentId },
  };
}

function stateOf(commitment: Commitment): CommitmentCreatedV1 {
  const {
    id,
    version,
    enrolmentId,
    institutionId,
    programmeId,
    fieldCode,
    calendarYear,
    creditsHundredths,
    currency,
    state,
  } = commitment;
  return {
    ...{
      commitmentId: id,
      version,
      enrolmentId,
      institutionId,
      programmeId,
      fieldCode,
      calendarYear,
      creditsHundredths,
      currency,
      state,
    },
    amountMinor: Number(commitment.amountMinor),
  };
}
