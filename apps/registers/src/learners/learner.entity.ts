import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { Origin, SettlementType, Sex } from './learner.rules.js';

/** `PROTECTED`: found and read with a special scope alone (R-REG-32). `MERGED`: leads to another one (R-REG-28).
 * `ERASED`: nobody any more. */
export const learnerStates = ['REGISTERED', 'PROTECTED', 'MERGED', 'ERASED'] as const;
export type LearnerState = (typeof learnerStates)[number];

@Entity('learner')
@Unique('learner_personal_code_taken', ['personalCodeIndex'])
@Index('learner_of_institution', ['institutionId', 'id'])
@Index('learner_born', ['birthOn'])
// For prefixes in any collation (text_pattern_ops), which TypeORM cannot say.
@Index('learner_name_key', { synchronize: false })
@Index('learner_given_name', { synchronize: false })
export class Learner extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'learner_pk' })
  id: string;

  @Column('text')
  state: LearnerState;

  /** Why the person is protected, a category of the policy; null for one who is not. */
  @Column('text', { name: 'protection_category', nullable: true })
  protectionCategory: string | null;

  /** The school that registered the learner; null when a national body did. */
  @ForeignKey('Institution', { name: 'learner_institution' })
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  @Column('text', { name: 'given_name' })
  givenName: string;

  @Column('text', { name: 'family_name' })
  familyName: string;

  /** The names without case and accents, to search by. */
  @Column('text', { name: 'given_name_key' })
  givenNameKey: string;

  @Column('text', { name: 'family_name_key' })
  familyNameKey: string;

  @Column('date', { name: 'birth_on' })
  birthOn: string;

  @Column('text')
  sex: Sex;

  @Column('text', { nullable: true })
  origin: Origin | null;

  @Column('text', { name: 'home_municipality_code', nullable: true })
  homeMunicipalityCode: string | null;

  @Column('text', { name: 'settlement_type', nullable: true })
  settlementType: SettlementType | null;

  /** A person without a personal code (R-REG-02). */
  @Column('boolean', { name: 'possibly_foreign' })
  possiblyForeign: boolean;

  /** Encrypted and bound to this row; null for a person without a personal code. */
  @Column('bytea', { name: 'personal_code_sealed', nullable: true })
  personalCodeSealed: Buffer | null;

  /** Keyed hash of the personal code, to find the person by it. */
  @Column('bytea', { name: 'personal_code_index', nullable: true })
  personalCodeIndex: Buffer | null;
}

/** Properties that are the same at all times; all others have periods. */
export const timelessOfLearner = [
  'state',
  'protectionCategory',
  'institutionId',
  'personalCodeSealed',
  'personalCodeIndex',
] as const satisfies (keyof Learner)[];

/** Properties that follow from others, to search by; nobody is shown them. */
export const derivedOfLearner: readonly string[] = ['givenNameKey', 'familyNameKey'];
