import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Category } from './staff.rules.js';

/** A qualification category, as accreditation announced it (R-ACC-46). */
@Entity('staff_category')
@Index('staff_category_of_member', ['staffMemberId'])
export class StaffCategory {
  @PrimaryColumn('uuid', { name: 'category_id', primaryKeyConstraintName: 'staff_category_pk' })
  categoryId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'staff_member_id' })
  staffMemberId: string;

  @Column('text')
  category: Category;

  @Column('text', { nullable: true })
  subject: string | null;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day without it. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('text', { name: 'act_number' })
  actNumber: string;
}
