import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { ServiceConfig } from '@meistras/platform/config/config';
import { invalid } from '@meistras/platform/errors/domain-error';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Account } from './account.entity.js';
import { Entry } from './entry.entity.js';
import { toEntryDto } from './ledger.dto.js';
import type { AccountDto, BalanceDto, EntriesQuery, EntryDto } from './ledger.dto.js';

/** What a posting is about; stands on each of its lines. */
export interface Dimensions {
  fundingSource: string;
  institutionId: string;
  programmeId: string;
  enrolmentId: string;
}

export interface Posting {
  businessKey: string;
  causeEventId: string;
  debit: string;
  credit: string;
  amountMinor: number;
  about: Dimensions;
  /** The entry that this one takes back, in whole or in part. */
  reverses?: string;
}

/** Accounts that funding is booked on, until the sector chart is loaded [PP fin.chart]. */
export const fundingAccounts = { receivable: '2220001', deferred: '4210001' } as const;

@Injectable()
export class LedgerService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: ServiceConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Books one amount from one account to another. Returns the entry's id; the same business key again is refused. */
  async post(tx: EntityManager, posting: Posting): Promise<string> {
    const { amountMinor, about } = posting;
    if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0)
      throw invalid('amount', 'An amount is a whole number of cents above 0.');
    const id = this.ids.next();
    const now = this.clock.now();
    await tx.query(
      `WITH e AS (
         INSERT INTO entry (id, business_key, booked_on, cause_event_id, reverses, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id)
       INSERT INTO entry_line (entry_id, line, account_code, debit_minor, credit_minor, currency, funding_source, institution_id, programme_id, enrolment_id)
       SELECT e.id, l.line, l.account, l.debit, l.credit, 'EUR', $7, $8, $9, $10
       FROM e, (VALUES (1::smallint, $11::text, $12::bigint, 0::bigint), (2::smallint, $13::text, 0::bigint, $12::bigint)) AS l (line, account, debit, credit)`,
      [
        ...[
          id,
          posting.businessKey,
          this.clock.today(this.config.TIME_ZONE),
          posting.causeEventId,
          posting.reverses ?? null,
          now,
        ],
        ...[about.fundingSource, about.institutionId, about.programmeId, about.enrolmentId],
        ...[posting.debit, amountMinor, posting.credit],
      ],
    );
    return id;
  }

  async accounts(): Promise<AccountDto[]> {
    const accounts = await this.dataSource.manager.find(Account, { order: { code: 'ASC' } });
    return accounts.map(({ code, name, nature, validFrom, validTo }) => ({
      code,
      name,
      nature,
      validFrom,
      ...(validTo === null ? {} : { validTo }),
    }));
  }

  async list(query: EntriesQuery, by: Actor): Promise<Page<EntryDto>> {
    if (query.institutionId !== undefined) by.mustActFor(query.institutionId, 'institution');
    const institutions = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    const select = this.dataSource.manager
      .createQueryBuilder(Entry, 'e')
      .where('e.id > :after', { after: afterId(query) })
      .orderBy('e.id')
      .take(query.limit + 1)
      .innerJoinAndSelect('e.lines', 'l');
    if (institutions) {
      select.andWhere('e.id IN (SELECT entry_id FROM entry_line WHERE institution_id = ANY(:institutions))', {
        institutions,
      });
    }
    if (query.enrolmentId !== undefined) {
      select.andWhere('e.id IN (SELECT entry_id FROM entry_line WHERE enrolment_id = :enrolmentId)', {
        enrolmentId: query.enrolmentId,
      });
    }
    return toPage(await select.getMany(), query.limit, toEntryDto, (row) => [row.id]);
  }

  /** Balance of every account, of the caller's institutions; recomputed from the lines. */
  async balances(by: Actor): Promise<BalanceDto[]> {
    const rows: { code: string; debit: string; credit: string }[] = await this.dataSource.query(
      `SELECT account_code AS code, sum(debit_minor) AS debit, sum(credit_minor) AS credit FROM entry_line
       WHERE $1::uuid[] IS NULL OR institution_id = ANY($1) GROUP BY account_code ORDER BY account_code`,
      [by.institutionFilter],
    );
    return rows.map(({ code, debit, credit }) => ({
      accountCode: code,
      debitMinor: Number(debit),
      creditMinor: Number(credit),
      balanceMinor: Number(BigInt(debit) - BigInt(credit)),
      currency: 'EUR',
    }));
  }
}
