import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** Of what a person's record consists that can be wrong. */
export const recordParts = [
  ...(['LEARNER', 'GUARDIANS', 'CONTACTS', 'SPECIAL_NEEDS', 'PRIOR_EDUCATION'] as const),
  ...(['LEARNER_ENTRY', 'CERTIFICATE_ENTRY'] as const),
] as const;
export type RecordPart = (typeof recordParts)[number];

/** Whoever holds an entry found that a request to correct it was right: ids alone, nothing of what was wrong. */
export class RecordCorrectedV1 extends DomainEvent {
  static readonly type = 'registers.record.corrected.v1';
  static readonly key = 'correctionRequestId';

  @IsUUID()
  correctionRequestId: string;

  @IsIn(recordParts)
  about: RecordPart;

  /** The learner, the enrolment or the certificate's entry. */
  @IsUUID()
  entryId: string;

  @IsUUID()
  learnerId: string;

  /** Who holds the entry; absent when that is a national body. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;
}
