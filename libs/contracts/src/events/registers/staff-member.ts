import { IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** A member of staff as other services may know one: an id, no personal data. */
abstract class StaffMemberEvent extends DomainEvent {
  static readonly key = 'staffMemberId';

  @IsUUID()
  staffMemberId: string;
}

/** It was found to be another entry of a person who is registered; its id leads there from now on (R-REG-28). */
export class StaffMemberMergedV1 extends StaffMemberEvent {
  static readonly type = 'registers.staff-member.merged.v1';

  /** The member of staff that was kept. */
  @IsUUID()
  mergedIntoId: string;
}
/** Its person is nobody any more: what consumers keep of it must go too. The id remains. */
export class StaffMemberErasedV1 extends StaffMemberEvent {
  static readonly type = 'registers.staff-member.erased.v1';
}
/** It had been merged by mistake and stands for itself again. */
export class StaffMemberUnmergedV1 extends StaffMemberEvent {
  static readonly type = 'registers.staff-member.unmerged.v1';
}
