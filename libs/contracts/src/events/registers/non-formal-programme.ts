import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class NonFormalProgrammeEvent extends DomainEvent {
  static readonly key = 'programmeId';

  @IsUUID()
  programmeId: string;

  @IsString()
  code: string;

  @IsString()
  purpose: string;

  /** ISO 3166-2 code of the municipality in which it is run. */
  @IsString()
  municipalityCode: string;

  @IsIn(['REGISTERED', 'DEREGISTERED'])
  state: 'REGISTERED' | 'DEREGISTERED';

  /** Why it left the register. */
  @IsOptional()
  @IsString()
  deregistrationReason?: string;
}

export class NonFormalProgrammeRegisteredV1 extends NonFormalProgrammeEvent {
  static readonly type = 'registers.non-formal-programme.registered.v1';
}
export class NonFormalProgrammeChangedV1 extends NonFormalProgrammeEvent {
  static readonly type = 'registers.non-formal-programme.changed.v1';
}
