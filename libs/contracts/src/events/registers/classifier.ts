import { IsInt, IsOptional, IsString, IsUUID, Matches, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** A code list. Its items are read from the register: an event carries codes and days alone. */
abstract class ClassifierEvent extends DomainEvent {
  static readonly key = 'classifierId';

  @IsUUID()
  classifierId: string;

  /** Short name, `KL_…`. */
  @Matches(/^KL_[A-Z0-9_]{1,40}$/)
  code: string;
}

abstract class ClassifierVersionEvent extends ClassifierEvent {
  /** Number of the published version that it is about. */
  @IsInt()
  @Min(1)
  number: number;

  /** First day of that version; absent: ever since. */
  @IsOptional()
  @Matches(day)
  validFrom?: string;

  /** First day on which that version no longer holds; absent while it is open-ended. */
  @IsOptional()
  @Matches(day)
  validTo?: string;
}

/** The head is there; nothing is published yet. */
export class ClassifierCreatedV1 extends ClassifierEvent {
  static readonly type = 'registers.classifier.created.v1';
}

export class ClassifierPublishedV1 extends ClassifierVersionEvent {
  static readonly type = 'registers.classifier.published.v1';
}

/** A published version or one of its items got another end. */
export class ClassifierChangedV1 extends ClassifierVersionEvent {
  static readonly type = 'registers.classifier.changed.v1';

  /** The item that ended; absent when it was the version itself. */
  @IsOptional()
  @IsString()
  itemCode?: string;
}
