import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A member of staff that was merged into another one: its id leads there (R-REG-28). */
@Entity('staff_redirect')
@Index('staff_redirect_to', ['survivorId'])
export class StaffRedirect {
  @PrimaryColumn('uuid', { name: 'staff_member_id', primaryKeyConstraintName: 'staff_redirect_pk' })
  staffMemberId: string;

  /** The one that it was merged into. */
  @Column('uuid', { name: 'merged_into_id' })
  mergedIntoId: string;

  /** The one that stands in the end, when that one was merged into another. */
  @Column('uuid', { name: 'survivor_id' })
  survivorId: string;

  @Column('uuid', { name: 'review_id' })
  reviewId: string;

  @Column('timestamptz', { name: 'merged_at' })
  mergedAt: Date;

  /** Posts that went over with it; they come back when the two are taken apart. */
  @Column('jsonb', { name: 'moved_post_ids' })
  movedPostIds: string[];
}
