import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Sex } from './learner.rules.js';

@Entity('learner')
@Unique('learner_personal_code_taken', ['personalCodeIndex'])
@Index('learner_of_institution', ['institutionId', 'id'])
// For prefixes in any collation (text_pattern_ops), which TypeORM cannot say.
@Index('learner_family_name', { synchronize: false })
export class Learner {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'learner_pk' })
  id: string;

  @Column('integer')
  version: number;

  /** The school that registered the learner; null when a national body did. */
  @ForeignKey('Institution', { name: 'learner_institution' })
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

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

  /** Encrypted and bound to this row; null for a person without a personal code (R-REG-02). */
  @Column('bytea', { name: 'personal_code_sealed', nullable: true })
  personalCodeSealed: Buffer | null;

  /** Keyed hash of the personal code, to find the person by it. */
  @Column('bytea', { name: 'personal_code_index', nullable: true })
  personalCodeIndex: Buffer | null;

  @Column('text', { name: 'home_municipality_code', nullable: true })
  homeMunicipalityCode: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
