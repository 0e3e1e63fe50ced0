import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';

/** A position that a member of staff holds at an institution. Whose data an institution sees follows from it. */
@Entity('staff_post')
@Index('staff_post_taken', ['staffMemberId', 'institutionId', 'position'], { unique: true, where: `state = 'ACTIVE'` })
@Index('staff_post_of_member', ['staffMemberId'])
@Index('staff_post_of_institution', ['institutionId', 'staffMemberId'])
export class StaffPost extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'staff_post_pk' })
  id: string;

  @ForeignKey('StaffMember', { name: 'staff_post_member' })
  @Column('uuid', { name: 'staff_member_id' })
  staffMemberId: string;

  @ForeignKey('Institution', { name: 'staff_post_institution' })
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text')
  position: string;

  @Column('boolean', { name: 'is_main_position' })
  isMainPosition: boolean;

  /** Of a full position. */
  @Column('double precision', { name: 'full_time_share' })
  fullTimeShare: number;

  @Column('jsonb')
  subjects: string[];

  @Column('text')
  state: 'ACTIVE' | 'ENDED';
}
