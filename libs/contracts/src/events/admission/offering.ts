import { IsIn, IsInt, IsString, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class OfferingEvent extends DomainEvent {
  static readonly key = 'offeringId';

  @IsUUID()
  offeringId: string;

  @IsUUID()
  stageId: string;

  /** Year of the campaign. */
  @IsInt()
  year: number;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsString()
  fieldCode: string;

  @IsInt()
  @Min(0)
  fundedSeats: number;

  @IsInt()
  @Min(0)
  nonFundedSeats: number;

  @IsIn(['OPEN', 'CLOSED'])
  state: 'OPEN' | 'CLOSED';
}

export class OfferingPlannedV1 extends OfferingEvent {
  static readonly type = 'admission.offering.planned.v1';
}
export class OfferingChangedV1 extends OfferingEvent {
  static readonly type = 'admission.offering.changed.v1';
}
export class OfferingClosedV1 extends OfferingEvent {
  static readonly type = 'admission.offering.closed.v1';
}
