import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { PersonKind } from '../personal-data/person-kinds.js';

/** Why a person is erased: its time is over, it should never have been there, or a court says so. */
export const erasureGrounds = ['RETENTION_ENDED', 'REGISTERED_BY_MISTAKE', 'COURT_ORDER'] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** The proof that a person's data were erased, by whom and on what ground. */
@Entity('erasure')
@Unique('erasure_once', ['personId'])
@Check('erasure_about', `about IN ('LEARNER', 'STAFF_MEMBER')`)
@Check('erasure_ground', `ground IN ('RETENTION_ENDED', 'REGISTERED_BY_MISTAKE', 'COURT_ORDER')`)
export class Erasure {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erasure_pk' })
  id: string;

  @Column('text', { default: 'LEARNER' })
  about: PersonKind;

  /** The column is from when learners alone were erased. */
  @Column('uuid', { name: 'learner_id' })
  personId: string;

  @Column('text')
  ground: ErasureGround;

  @Column('text', { name: 'legal_basis' })
  legalBasis: string;

  @Column('timestamptz', { name: 'erased_at' })
  erasedAt: Date;

  /** The API client. */
  @Column('text', { name: 'erased_by' })
  erasedBy: string;

  /** Other ids that the person had: of entries that were merged into this one, and erased with it. */
  @Column('jsonb', { name: 'merged_ids', default: [] })
  mergedIds: string[];

  /** SHA-256 of each key that was destroyed, hexadecimal: a copy that turns up is known by it, and nothing else of it is. */
  @Column('jsonb', { name: 'destroyed_keys', default: [] })
  destroyedKeys: string[];
}
