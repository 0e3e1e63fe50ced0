import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { AboutEntryDto, AsOfPageQuery, StatedTerms } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import { IsProgrammeCode } from './programme-code.validator.js';
import type { Programme } from './programme.entity.js';
import { codeWarnings, moduleKinds, programmeKinds, programmeSchemes, programmeStates } from './programme.rules.js';
import type { ModuleKind, ProgrammeKind, ProgrammeModule, ProgrammeScheme, ProgrammeState } from './programme.rules.js';

export class ProgrammeModuleDto {
  /** @example "4061301" */
  @Matches(/^\S{1,20}$/)
  code: string;

  /** @example "Introduction to the profession" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "INTRODUCTORY" */
  @IsIn(moduleKinds)
  kind: ModuleKind;

  /** @example true */
  @IsBoolean()
  mandatory: boolean;

  /** @example 1 */
  @ApiProperty({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(1000)
  credits: number;
}

/** What may change of a programme without its code changing. */
export class ProgrammeFactsDto extends StatedTerms {
  /** @example "Programinės įrangos testuotojo modulinė profesinio mokymo programa" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  name: string;

  /** @example "Modular VET programme for software testers" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  nameEn?: string;

  /** Initial VET, continuing VET, or higher education.  */
  @IsIn(programmeKinds)
  kind: ProgrammeKind;

  /**
   * Field of education, an item of KL_ISCED_F.
   * @example "0613"
   */
  @Matches(/^\d{2,4}$/)
  fieldCode: string;

  /**
   * Level of the European Qualifications Framework, equal to the national one.
   * @example 4
   */
  @ApiProperty({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel: number;

  /** @example 60 */
  @ApiProperty({ type: 'integer' })
  @IsInt()
  @Min(1)
  @Max(1000)
  credits: number;

  /**
   * The registered qualification that it leads to.
   * @example "406130101"
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  qualificationCode?: string;

  /** Where given, their credits add up to those of the programme. */
  @ApiProperty({ type: [ProgrammeModuleDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => ProgrammeModuleDto)
  modules?: ProgrammeModuleDto[];
}

export class RegisterProgrammeDto extends ProgrammeFactsDto {
  /** Whose code it is: `SMPKR` for Lithuania's programmes, `PSUP` for offerings of the French platform. */
  @IsIn(programmeSchemes)
  codeScheme: ProgrammeScheme;

  /** @example "P43061301" */
  @IsProgrammeCode()
  code: string;
}

/** The natural key of a programme, as it stands in a path. */
export class ProgrammeCodeParams {
  /** Whose code it is. */
  @IsIn(programmeSchemes)
  codeScheme: ProgrammeScheme;

  /** @example "P43061301" */
  @IsProgrammeCode()
  code: string;
}

export class ProgrammeWarningDto {
  /** @example "/eqfLevel" */
  pointer: string;
  /** @example "CODE_READS_OTHERWISE" */
  code: string;
  /** @example "The code reads level 4." */
  message: string;
}

export class ProgrammeDto extends IntersectionType(RegisterProgrammeDto, AboutEntryDto) {
  @ApiProperty({
    enum: programmeStates,
    description: '`SUPERSEDED`: another code stands beside it; learners admitted under this one stay.',
  })
  state: ProgrammeState;
  /** The programme under the new code, of a superseded one. */
  @ApiProperty({ format: 'uuid' })
  successorId?: string;
  /** Empty where they are not given. */
  @ApiProperty({ type: [ProgrammeModuleDto], required: true })
  override modules: ProgrammeModuleDto[];
  /** Where the code reads otherwise than the fields say; absent when it does not. */
  warnings?: ProgrammeWarningDto[];
}

export class ProgrammePageDto {
  items: ProgrammeDto[];
  next?: string;
}

export class ProgrammesQuery extends AsOfPageQuery {
  @IsOptional()
  @IsIn(programmeSchemes)
  codeScheme?: ProgrammeScheme;

  /** Only the programme with this code. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  code?: string;

  @IsOptional()
  @IsIn(programmeKinds)
  kind?: ProgrammeKind;

  /**
   * Only programmes of this field and of those below it.
   * @example "061"
   */
  @IsOptional()
  @Matches(/^\d{2,4}$/)
  fieldCode?: string;

  @ApiProperty({ type: 'integer' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel?: number;

  @IsOptional()
  @IsIn(programmeStates)
  state?: ProgrammeState;

  /** Only programmes that lead to this qualification. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  qualificationCode?: string;
}

export function toProgrammeDto(programme: Programme): ProgrammeDto {
  const warnings = codeWarnings(programme);
  return { ...toEntryDto<ProgrammeDto>(programme), ...(warnings.length === 0 ? {} : { warnings }) };
}

/** Modules as they are stored: nothing but what a module has, its name composed. */
export function toModules(modules: ProgrammeModuleDto[]): ProgrammeModule[] {
  return modules.map(({ code, name, kind, mandatory, credits }) => ({
    ...{ code, kind, mandatory, credits },
    name: name.normalize('NFC'),
  }));
}

/** What must be taught under a code. */
export class ProgrammeModulesDto {
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  @ApiProperty({ enum: programmeSchemes })
  codeScheme: ProgrammeScheme;
  /** @example "P43061301" */
  code: string;
  /** Credits of the whole programme.
   * @example 60
   */
  @ApiProperty({ type: 'integer' })
  credits: number;
  /** First day on which these modules are taught. */
  @ApiProperty({ format: 'date', example: '2026-09-01' })
  validFrom: string;
  /** First day on which others are; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** Empty where they are not given. */
  @ApiProperty({ type: () => [ProgrammeModuleDto] })
  items: ProgrammeModuleDto[];
}

export function toProgrammeModulesDto(programme: Programme): ProgrammeModulesDto {
  const { id, codeScheme, code, credits, validFrom, validTo, modules } = programme;
  const end = validTo === null ? {} : { validTo };
  return { programmeId: id, codeScheme, code, credits, validFrom, ...end, items: modules };
}

/** A licence under which the programme may be run. */
export class ProgrammeProviderDto {
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  licenceId: string;
  /** First day of the right. */
  @ApiProperty({ format: 'date', example: '2026-09-01' })
  validFrom: string;
  /** First day without it; absent while no end is known. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
}

export class ProgrammeProvidersDto {
  @ApiProperty({ type: () => [ProgrammeProviderDto] })
  items: ProgrammeProviderDto[];
}

/** The end of a programme in the register. */
export class DeregisterProgrammeDto extends StatedTerms {
  /** First day on which it is no longer registered. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;
}

/** Another code beside this one (R-REG-11). */
export class SupersedeProgrammeDto extends StatedTerms {
  /** The registered programme under the new code. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  successorId: string;

  /** First day on which nobody is admitted under this code any more. */
  @ApiProperty({ format: 'date', required: true })
  @IsDay()
  override validFrom: string;
}

/** Another code of the same programme (R-REG-11, R-REG-31). */
export class RecodeProgrammeDto extends StatedTerms {
  @IsIn(programmeSchemes)
  codeScheme: ProgrammeScheme;

  /** @example "P43061302" */
  @IsProgrammeCode()
  code: string;
}
