import { IsInt, IsOptional, IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** A learner as other services may know one: an id, no personal data. */
abstract class LearnerEvent extends DomainEvent {
  static readonly key = 'learnerId';

  @IsUUID()
  learnerId: string;

  /** The institution that registered the learner; absent when a national body did. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsInt()
  birthYear: number;
}

export class LearnerRegisteredV1 extends LearnerEvent {
  static readonly type = 'registers.learner.registered.v1';
}
export class LearnerChangedV1 extends LearnerEvent {
  static readonly type = 'registers.learner.changed.v1';

  /** The institution that the learner was transferred from by this change; its feed shows that they have left. */
  @IsOptional()
  @IsUUID()
  previousInstitutionId?: string;
}
/** It was found to be another entry of a person who is registered; its id leads there from now on (R-REG-28). */
export class LearnerMergedV1 extends LearnerEvent {
  static readonly type = 'registers.learner.merged.v1';

  /** The learner that was kept. */
  @IsUUID()
  mergedIntoId: string;
}
/** Its person is nobody any more: what consumers keep of it must go too. Id and birth year remain. */
export class LearnerErasedV1 extends LearnerEvent {
  static readonly type = 'registers.learner.erased.v1';
}
/** It had been merged by mistake and stands for itself again. */
export class LearnerUnmergedV1 extends LearnerEvent {
  static readonly type = 'registers.learner.unmerged.v1';
}
