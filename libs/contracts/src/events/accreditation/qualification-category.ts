import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** The qualification category of a teacher (R-ACC-46). */
abstract class QualificationCategoryEvent extends DomainEvent {
  static readonly key = 'categoryId';

  @IsUUID()
  categoryId: string;

  /** The person, as `registers.staff-post` names one. */
  @IsUUID()
  staffMemberId: string;

  @IsIn(['TEACHER', 'SENIOR', 'METHODOLOGIST', 'EXPERT'])
  category: 'TEACHER' | 'SENIOR' | 'METHODOLOGIST' | 'EXPERT';

  /** The subject that it is for; absent where it is for none in particular. */
  @IsOptional()
  @IsString()
  subject?: string;

  @Matches(day)
  validFrom: string;

  /** First day without it; of a withdrawn one the day on which the withdrawal takes effect. */
  @IsOptional()
  @Matches(day)
  validTo?: string;

  /** Number of the act that it rests on. */
  @IsString()
  actNumber: string;
}

export class QualificationCategoryGrantedV1 extends QualificationCategoryEvent {
  static readonly type = 'accreditation.qualification-category.granted.v1';
}
export class QualificationCategoryWithdrawnV1 extends QualificationCategoryEvent {
  static readonly type = 'accreditation.qualification-category.withdrawn.v1';
}
