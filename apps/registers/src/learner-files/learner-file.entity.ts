import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';

export const learnerFileKinds = ['GUARDIANS', 'CONTACTS', 'SPECIAL_NEEDS', 'PRIOR_EDUCATION'] as const;
export type LearnerFileKind = (typeof learnerFileKinds)[number];

/** Something that is kept of a learner and not everybody may see who may see the learner. Replaced as a whole. */
@Entity('learner_file')
@Unique('learner_file_of_learner', ['learnerId', 'kind'])
export class LearnerFile extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'learner_file_pk' })
  id: string;

  @Column('text')
  state: 'KEPT';

  @ForeignKey('Learner', { name: 'learner_file_learner' })
  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('text')
  kind: LearnerFileKind;

  /** Sealed by the learner's key, in base64; facts that lie open are from before there were keys. */
  @Column('jsonb')
  content: string | object;
}
