import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Attestations, DraftKind, DraftState } from './draft.rules.js';

/** An entry that somebody proposes and somebody else confirms: it is in its register from then on only. */
@Entity('draft')
@Check('draft_kind', `kind IN ('INSTITUTION', 'PROGRAMME')`)
@Check('draft_state', `state IN ('DRAFT', 'REGISTERED', 'REJECTED')`)
@Index('draft_of_kind', ['kind', 'state', 'id'])
export class Draft {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'draft_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text')
  kind: DraftKind;

  @Column('text')
  state: DraftState;

  /** The entry as it is to be registered. */
  @Column('jsonb')
  facts: object;

  /** The institution that proposes a programme. */
  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  /** The municipality (ISO 3166-2) of a proposed institution. */
  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;

  /** What was attached, and what was attested when it was confirmed. */
  @Column('jsonb')
  attestations: Partial<Attestations>;

  @Column('text', { name: 'proposed_by' })
  proposedBy: string;

  @Column('timestamptz', { name: 'proposed_at' })
  proposedAt: Date;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  /** Why it was rejected. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** The entry that it became. */
  @Column('uuid', { name: 'entry_id', nullable: true })
  entryId: string | null;
}
