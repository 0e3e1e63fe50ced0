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
}
