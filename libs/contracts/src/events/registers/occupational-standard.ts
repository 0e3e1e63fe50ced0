import { IsIn, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class OccupationalStandardEvent extends DomainEvent {
  static readonly key = 'occupationalStandardId';

  @IsUUID()
  occupationalStandardId: string;

  @IsString()
  code: string;

  @IsString()
  sector: string;

  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  approvedOn: string;

  @IsIn(['REGISTERED', 'DEREGISTERED'])
  state: 'REGISTERED' | 'DEREGISTERED';
}

export class OccupationalStandardRegisteredV1 extends OccupationalStandardEvent {
  static readonly type = 'registers.occupational-standard.registered.v1';
}
export class OccupationalStandardChangedV1 extends OccupationalStandardEvent {
  static readonly type = 'registers.occupational-standard.changed.v1';
}
