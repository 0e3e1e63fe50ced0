import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import { AboutEntryDto } from '../register/register.dto.js';
import { SupplementFactsDto } from './certificate-supplement.dto.js';
import { toEntryDto } from '../register/register.js';
import type { CertificateEntry } from './certificate-entry.entity.js';
import { certificateStates } from './certificate-entry.rules.js';
import type { CertificateState, Refusal } from './certificate-entry.rules.js';

const numberShape = /^\S{1,20}$/;

export class CertificateEntriesQuery extends PageQuery {
  /** Only entries of this holder. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  /** Only entries of this institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /**
   * Only entries with this number.
   * @example "D-2026-000123"
   */
  @IsOptional()
  @Matches(numberShape)
  registrationNumber?: string;

  @IsOptional()
  @IsIn(certificateStates)
  state?: CertificateState;
}

/** The official entry of a diploma or certificate. The institution that issued it answers for its data (R-REG-19). */
export class CertificateEntryDto extends AboutEntryDto {
  /** What its supplement says; absent while nothing was stated. */
  @ApiProperty({ type: () => SupplementFactsDto })
  supplement?: SupplementFactsDto;

  /** @example "QUALIFICATION_DIPLOMA" */
  kind: string;
  /** The holder. */
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  /** Absent for one that was entered from paper or from an older register. */
  @ApiProperty({ format: 'uuid' })
  enrolmentId?: string;
  /** Who issued it, and answers for its data. */
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  /** Absent where the register has no programme of the code. */
  @ApiProperty({ format: 'uuid' })
  programmeId?: string;
  /**
   * The code that it was issued under.
   * @example "P43061301"
   */
  programmeCode: string;
  /** @example "D-2026-000123" */
  registrationNumber: string;
  @ApiProperty({ format: 'date', example: '2026-06-20' })
  issuedOn: string;
  @ApiProperty({ enum: certificateStates })
  state: CertificateState;
  /** Why it was refused: it is under another code than that of admission. */
  @ApiProperty({ enum: ['PROGRAMME_CODE_DIFFERS'] })
  refusal?: Refusal;
  /** The entry that holds instead of a corrected or duplicated one. */
  @ApiProperty({ format: 'uuid' })
  replacedById?: string;
}

export class CertificateEntryPageDto {
  items: CertificateEntryDto[];
  next?: string;
}

/** Both stand on the paper, and both are needed: nobody can try numbers alone. */
export class IsRegisteredQuery {
  /**
   * Registration number on the diploma.
   * @example "D-2026-000123"
   */
  @Matches(numberShape)
  registrationNumber: string;

  /**
   * Day of issue on the diploma.
   * @example "2026-06-20"
   */
  @IsDay()
  issuedOn: string;
}

/** The official answer to whether a diploma is registered. It says nothing about the holder. */
export class IsRegisteredDto {
  /** It is in the register and holds. */
  registered: boolean;
  /** Why one that is in the register does not hold any more; absent for one that is not. */
  @ApiProperty({ enum: certificateStates.filter((state) => state !== 'REFUSED') })
  state?: CertificateState;
  /** @example "QUALIFICATION_DIPLOMA" */
  kind?: string;
  /** Who issued it. */
  @ApiProperty({ format: 'uuid' })
  institutionId?: string;
}

/** An entry with what its supplement says; null where nothing was stated. */
export type SupplementedEntry = CertificateEntry & { supplement: SupplementFactsDto | null };

export const toCertificateEntryDto = (entry: SupplementedEntry): CertificateEntryDto =>
  toEntryDto<CertificateEntryDto>(entry);
