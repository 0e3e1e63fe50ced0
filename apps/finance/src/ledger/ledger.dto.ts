import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Entry } from './entry.entity.js';

export class AccountDto {
  /** @example "2220001" */
  code: string;
  name: string;
  @ApiProperty({ enum: ['ASSET', 'LIABILITY', 'NET_ASSET', 'REVENUE', 'EXPENSE'] })
  nature: string;
  @ApiProperty({ format: 'date' })
  validFrom: string;
  @ApiProperty({ format: 'date' })
  validTo?: string;
}

export class AccountListDto {
  items: AccountDto[];
}

export class EntryLineDto {
  line: number;
  accountCode: string;
  /** Cents; one of debit and credit is 0. */
  @ApiProperty({ type: 'integer' })
  debitMinor: number;
  @ApiProperty({ type: 'integer' })
  creditMinor: number;
  currency: string;
  fundingSource: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
}

export class EntryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "funding:01980000-0000-7000-8000-000000000001:2026:1" */
  businessKey: string;
  @ApiProperty({ format: 'date' })
  bookedOn: string;
  @ApiProperty({ format: 'uuid', description: 'The event that caused the entry.' })
  causeEventId: string;
  @ApiProperty({ format: 'uuid', description: 'The entry that this one takes back.' })
  reverses?: string;
  lines: EntryLineDto[];
}

export class EntryPageDto {
  items: EntryDto[];
  next?: string;
}

export class EntriesQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsOptional()
  @IsUUID()
  enrolmentId?: string;
}

export class BalanceDto {
  accountCode: string;
  @ApiProperty({ type: 'integer' })
  debitMinor: number;
  @ApiProperty({ type: 'integer' })
  creditMinor: number;
  /** Debit less credit, in cents. */
  @ApiProperty({ type: 'integer' })
  balanceMinor: number;
  currency: string;
}

export class BalanceListDto {
  items: BalanceDto[];
}

export function toEntryDto(entry: Entry): EntryDto {
  const { id, businessKey, bookedOn, causeEventId, reverses, lines = [] } = entry;
  return {
    ...{ id, businessKey, bookedOn, causeEventId },
    ...(reverses === null ? {} : { reverses }),
    lines: lines
      .toSorted((a, b) => a.line - b.line)
      .map(
        ({
          line,
          accountCode,
          debitMinor,
          creditMinor,
          currency,
          fundingSource,
          institutionId,
          programmeId,
          enrolmentId,
        }) => ({
          ...{ line, accountCode, currency, fundingSource, institutionId, programmeId, enrolmentId },
          debitMinor: Number(debitMinor),
          creditMinor: Number(creditMinor),
        }),
      ),
  };
}
