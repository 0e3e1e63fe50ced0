import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class QualificationEvent extends DomainEvent {
  static readonly key = 'qualificationId';

  @IsUUID()
  qualificationId: string;

  @IsString()
  code: string;

  /** EQF level, equal to the LTQF level. */
  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel: number;

  /** The occupational standard that it rests on. */
  @IsOptional()
  @IsString()
  standardCode?: string;

  @IsIn(['REGISTERED', 'DEREGISTERED'])
  state: 'REGISTERED' | 'DEREGISTERED';
}

export class QualificationRegisteredV1 extends QualificationEvent {
  static readonly type = 'registers.qualification.registered.v1';
}
export class QualificationChangedV1 extends QualificationEvent {
  static readonly type = 'registers.qualification.changed.v1';
}
