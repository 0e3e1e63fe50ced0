import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Sex } from '../learners/learner.rules.js';

/** A teacher or another member of staff, as a person. */
@Entity('staff_member')
@Unique('staff_member_personal_code_taken', ['personalCodeIndex'])
// For prefixes in any collation (text_pattern_ops), which TypeORM cannot say.
@Index('staff_member_family_name', { synchronize: false })
@Index('staff_member_born', ['birthOn'])
@Check('staff_member_state', `state IN ('REGISTERED', 'MERGED', 'ERASED')`)
export class StaffMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'staff_member_pk' })
  id: string;

  @Column('integer')
  version: number;

  /** `MERGED`: leads to another one (R-REG-28). `ERASED`: nobody any more. */
  @Column('text', { default: 'REGISTERED' })
  state: 'REGISTERED' | 'MERGED' | 'ERASED';

  @Column('text', { name: 'given_name' })
  givenName: string;

  @Column('text', { name: 'family_name' })
  familyName: string;

  /** The family name without case and accents, to search by. */
  @Column('text', { name: 'family_name_key' })
  familyNameKey: string;

  @Column('date', { name: 'birth_on' })
  birthOn: string;

  @Column('text')
  sex: Sex;

  /** Encrypted and bound to this row; null for a person without a personal code. */
  @Column('bytea', { name: 'personal_code_sealed', nullable: true })
  personalCodeSealed: Buffer | null;

  /** Keyed hash of the personal code, another than that of a learner with the same. */
  @Column('bytea', { name: 'personal_code_index', nullable: true })
  personalCodeIndex: Buffer | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
