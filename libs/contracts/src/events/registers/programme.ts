import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class ProgrammeEvent extends DomainEvent {
  static readonly key = 'programmeId';

  @IsUUID()
  programmeId: string;

  /** `SMPKR` (Lithuania's register of programmes) or another country's scheme. */
  @IsString()
  codeScheme: string;

  /** State code of the programme. */
  @IsString()
  code: string;

  /** ISCED-F 2013 code of the field of education, 2 to 4 digits. */
  @IsString()
  fieldCode: string;

  @IsIn(['INITIAL', 'CONTINUING', 'HIGHER'])
  kind: 'INITIAL' | 'CONTINUING' | 'HIGHER';

  /** EQF level, equal to the LTQF level. */
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel: number;

  /** Whole credits of the programme. */
  @IsInt()
  @Min(1)
  credits: number;

  /** `SUPERSEDED`: another code stands beside it; learners admitted under this one stay (R-REG-11). */
  @IsIn(['REGISTERED', 'SUPERSEDED', 'DEREGISTERED'])
  state: 'REGISTERED' | 'SUPERSEDED' | 'DEREGISTERED';

  /** The programme under the new code. */
  @IsOptional()
  @IsUUID()
  successorId?: string;
}

export class ProgrammeRegisteredV1 extends ProgrammeEvent {
  static readonly type = 'registers.programme.registered.v1';
}
export class ProgrammeChangedV1 extends ProgrammeEvent {
  static readonly type = 'registers.programme.changed.v1';
}

/** The programme has another code from now on; the one before stays in its history (R-REG-31). */
export class ProgrammeKeyChangedV1 extends ProgrammeEvent {
  static readonly type = 'registers.programme.key-changed.v1';

  @IsString()
  previousCodeScheme: string;

  @IsString()
  previousCode: string;
}
