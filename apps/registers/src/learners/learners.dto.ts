import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import type { LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { IsDay } from '@meistras/platform/http/day';
import { withoutNulls } from '@meistras/platform/http/validation';
import type { RegisterEntry } from '../register/register-entry.js';
import { AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import { learnerStates } from './learner.entity.js';
import type { Learner, LearnerState, timelessOfLearner } from './learner.entity.js';
import { origins, searchKey, settlementTypes, sexes } from './learner.rules.js';
import type { Origin, Person, SettlementType, Sex } from './learner.rules.js';
import { IsPersonalCode } from './personal-code.validator.js';

const trimmed = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.trim() : value);

/** What may change of a learner. */
export class LearnerFactsDto extends StatedTerms {
  /** @example "Learner-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  givenName: string;

  /** @example "Example-07" */
  @MaxLength(100)
  @Matches(/^\S(.*\S)?$/)
  familyName: string;

  /**
   * Needed unless the personal code says it.
   * @example "2009-05-14"
   */
  @IsOptional()
  @IsDay()
  birthOn?: string;

  /** Needed unless the personal code says it. */
  @IsOptional()
  @IsIn(sexes)
  sex?: Sex;

  /**
   * National code of 11 digits; absent for a person who has none. On a change, absent leaves the one that is held.
   * Answered only to reads with the scope `registers.personal-codes:read`.
   * @example "50905149902"
   */
  @ApiProperty({ pattern: '^[1-9][0-9]{10}$' })
  @IsOptional()
  @Transform(trimmed)
  @IsPersonalCode()
  personalCode?: string;

  /**
   * ISO 3166-2 code of the home municipality.
   * @example "LT-16"
   */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  homeMunicipalityCode?: string;

  /** Whether the home settlement is a town or in the country. */
  @IsOptional()
  @IsIn(settlementTypes)
  settlementType?: SettlementType;

  /** Whether the person comes from this state or another one. */
  @IsOptional()
  @IsIn(origins)
  origin?: Origin;
}

export class RegisterLearnerDto extends LearnerFactsDto {
  /** The school that registers the learner; a client that acts nationally may leave it out. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;
}

export class LearnerDto extends RegisterLearnerDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: learnerStates })
  state: LearnerState;
  @ApiProperty({ format: 'date', required: true })
  override birthOn: string;
  @ApiProperty({ enum: sexes, required: true })
  override sex: Sex;
  /** True for a person without a personal code. */
  possiblyForeign: boolean;
  @ApiProperty({ format: 'date', required: true })
  override validFrom: string;
  /** First day on which the facts no longer hold; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** When the register came to know them. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** The API client that stated them. */
  provider: string;
  /**
   * Why the person is protected; absent for one who is not.
   * @example "ADOPTION"
   */
  protectionCategory?: string;
}

export class ProtectLearnerDto {
  /**
   * A category of the policy parameter `reg.protected.categories`; left out, the protection ends.
   * @example "ADOPTION"
   */
  @IsOptional()
  @Matches(/^[A-Z_]{1,40}$/)
  category?: string;
}

export class LearnerPageDto {
  items: LearnerDto[];
  next?: string;
}

export class LearnersQuery extends AsOfPageQuery {
  /** Only learners registered by this institution or enrolled there. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /**
   * Beginning of the family name; case and accents do not matter.
   * @example "exam"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  familyName?: string;
}

export class MatchLearnerDto {
  /** @example "50905149902" */
  @ApiProperty({ pattern: '^[1-9][0-9]{10}$' })
  @Transform(trimmed)
  @IsPersonalCode()
  personalCode: string;
}

export class LearnerMatchDto {
  /**
   * The code belongs to a registered learner; otherwise the answer is 404.
   * @example true
   */
  known: boolean;
  /** Absent when the learner is not within the caller's reach. */
  @ApiProperty({ format: 'uuid', example: '01990000-0000-7000-8000-000000000001' })
  learnerId?: string;
}

export type LearnerFacts = Omit<Learner, keyof RegisterEntry | 'possiblyForeign' | (typeof timelessOfLearner)[number]>;

/** The facts as they are stored; `person` is what the request and its personal code say together. */
export function learnerFactsOf(dto: LearnerFactsDto, { birthOn, sex }: Person): LearnerFacts {
  const givenName = dto.givenName.normalize('NFC');
  const familyName = dto.familyName.normalize('NFC');
  // Named one by one, here and where rows are imported: spread, it takes thrice the time, and there are millions of them.
  return {
    birthOn,
    sex,
    givenName,
    familyName,
    givenNameKey: searchKey(givenName),
    familyNameKey: searchKey(familyName),
    homeMunicipalityCode: dto.homeMunicipalityCode ?? null,
    settlementType: dto.settlementType ?? null,
    origin: dto.origin ?? null,
  };
}

/** The personal code is left out unless the caller was given it in clear. */
export function toLearnerDto(learner: Learner, personalCode?: string): LearnerDto {
  const { id, version, state, institutionId, givenName, familyName, birthOn, sex, possiblyForeign } = learner;
  const { homeMunicipalityCode, settlementType, origin, validFrom, validTo, recordedAt } = learner;
  const { provider, legalBasis, reason, protectionCategory } = learner;
  return withoutNulls({
    ...{ id, version, state, institutionId, givenName, familyName, birthOn, sex, possiblyForeign, personalCode },
    ...{ homeMunicipalityCode, settlementType, origin, validFrom, validTo, recordedAt: recordedAt.toISOString() },
    ...{ provider, legalBasis, reason, protectionCategory },
  }) as unknown as LearnerDto;
}

/** A learner as its events state it: no personal data. */
export function learnerStateOf({
  id,
  version,
  institutionId,
  birthOn,
}: Pick<Learner, 'id' | 'version' | 'institutionId' | 'birthOn'>): LearnerRegisteredV1 {
  const birthYear = Number(birthOn.slice(0, 4));
  return { learnerId: id, version, birthYear, ...(institutionId === null ? {} : { institutionId }) };
}
