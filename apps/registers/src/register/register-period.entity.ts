import { Check, Column, Entity, Exclusion, Index, PrimaryColumn } from 'typeorm';

/**
 * A period of a register entry that has a history: what was or is believed to hold in it, since when and until when it
 * was believed. An entry that never changed has none; its row in the register says all. Periods that are believed do
 * not overlap.
 */
@Entity('register_period')
@Check('register_period_order', 'valid_to IS NULL OR valid_from < valid_to')
@Exclusion(
  'register_period_overlaps',
  'USING gist (entry_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)',
)
@Index('register_period_of_entry', ['entryId', 'validFrom'])
@Index('register_period_pending', ['validFrom'], { where: 'pending' })
export class RegisterPeriod {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'register_period_pk' })
  id: string;

  /** Table of the register. */
  @Column('text')
  register: string;

  @Column('uuid', { name: 'entry_id' })
  entryId: string;

  /** The person that the entry is about: who may not see the person sees no period. Null for what is about nobody. */
  @Column('uuid', { name: 'subject_id', nullable: true })
  subjectId: string | null;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  /** When it was no longer believed; null while it is. */
  @Column('timestamptz', { name: 'superseded_at', nullable: true })
  supersededAt: Date | null;

  /** It begins in the future: it takes effect by itself on its first day. */
  @Column('boolean')
  pending: boolean;

  /** The facts by the names of the entity's properties. */
  @Column('jsonb')
  facts: Record<string, unknown>;

  @Column('text')
  provider: string;

  @Column('text', { name: 'legal_basis', nullable: true })
  legalBasis: string | null;

  @Column('text', { nullable: true })
  reason: string | null;
}
