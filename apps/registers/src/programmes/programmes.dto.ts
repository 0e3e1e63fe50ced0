import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import { IsProgrammeCode } from './programme-code.validator.js';
import type { Programme } from './programme.entity.js';
import { codeWarnings, moduleKinds, programmeKinds, programmeSchemes } from './programme.rules.js';
import type { ModuleKind, ProgrammeKind, ProgrammeScheme } from './programme.rules.js';

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
export class ProgrammeFactsDto {
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

export class ProgrammeDto extends RegisterProgrammeDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: ['REGISTERED', 'DEREGISTERED'] })
  state: 'REGISTERED' | 'DEREGISTERED';
  /** Empty where they are not given. */
  @ApiProperty({ type: [ProgrammeModuleDto], required: true })
  override modules: ProgrammeModuleDto[];
  /** When the register took the newest facts. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** Where the code reads otherwise than the fields say; absent when it does not. */
  warnings?: ProgrammeWarningDto[];
}

export class ProgrammePageDto {
  items: ProgrammeDto[];
  next?: string;
}

export class ProgrammesQuery extends PageQuery {
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
}

export type ProgrammeFacts = Omit<Programme, 'id' | 'version' | 'codeScheme' | 'code' | 'state' | 'recordedAt'>;

/** The facts as they are stored. */
export function programmeFactsOf(dto: ProgrammeFactsDto): ProgrammeFacts {
  const { kind, fieldCode, eqfLevel, credits, modules = [] } = dto;
  return {
    ...{ kind, fieldCode, eqfLevel, credits },
    name: dto.name.normalize('NFC'),
    nameEn: dto.nameEn?.normalize('NFC') ?? null,
    modules: modules.map((module) => ({ ...module, name: module.name.normalize('NFC') })),
  };
}

export function toProgrammeDto(programme: Programme): ProgrammeDto {
  const { id, version, codeScheme, code, name, kind, fieldCode, eqfLevel, credits, modules, state } = programme;
  const warnings = codeWarnings(programme);
  return {
    ...{ id, version, codeScheme, code, name, kind, fieldCode, eqfLevel, credits, state },
    modules: modules.map(toModuleDto),
    recordedAt: programme.recordedAt.toISOString(),
    ...(programme.nameEn === null ? {} : { nameEn: programme.nameEn }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function toModuleDto({ code, name, kind, mandatory, credits }: ProgrammeModuleDto): ProgrammeModuleDto {
  return { code, name, kind, mandatory, credits };
}
