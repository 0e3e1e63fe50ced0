import { IsBoolean, IsIn, IsInt, IsUUID, Matches, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** A position that a person holds at an institution: ids alone, nothing of the person. */
abstract class StaffPostEvent extends DomainEvent {
  static readonly key = 'staffPostId';

  @IsUUID()
  staffPostId: string;

  @IsUUID()
  staffMemberId: string;

  @IsUUID()
  institutionId: string;

  @IsBoolean()
  isMainPosition: boolean;

  /** Hundredths of a full position. */
  @IsInt()
  @Min(1)
  fullTimeShareHundredths: number;

  @IsIn(['ACTIVE', 'ENDED'])
  state: 'ACTIVE' | 'ENDED';

  /** First day of what the event says. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  validFrom: string;
}

export class StaffPostStartedV1 extends StaffPostEvent {
  static readonly type = 'registers.staff-post.started.v1';
}
export class StaffPostChangedV1 extends StaffPostEvent {
  static readonly type = 'registers.staff-post.changed.v1';
}
export class StaffPostEndedV1 extends StaffPostEvent {
  static readonly type = 'registers.staff-post.ended.v1';
}
