import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Professional development of a member of staff on a day. */
@Entity('staff_development')
@Index('staff_development_of_member', ['staffMemberId', 'heldOn'])
export class StaffDevelopment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'staff_development_pk' })
  id: string;

  @ForeignKey('StaffMember', { name: 'staff_development_member' })
  @Column('uuid', { name: 'staff_member_id' })
  staffMemberId: string;

  /** The institution that stated it. */
  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('date', { name: 'held_on' })
  heldOn: string;

  /** Academic hours. */
  @Column('double precision')
  hours: number;

  @Column('text')
  title: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
