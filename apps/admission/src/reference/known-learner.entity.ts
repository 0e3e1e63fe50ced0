import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A learner as admission may know one: an id, who registered it, and the year of birth. */
@Entity('known_learner')
export class KnownLearner {
  @PrimaryColumn('uuid', { name: 'learner_id', primaryKeyConstraintName: 'known_learner_pk' })
  learnerId: string;

  @Column('integer')
  version: number;

  /** The institution that registered the learner; null when a national body did. */
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  @Column('integer', { name: 'birth_year' })
  birthYear: number;
}
