import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { SaveDraftDto } from './drafts.dto.js';

/** An application that is filled in and not submitted. */
@Entity('application_draft')
export class ApplicationDraft {
  @PrimaryColumn('uuid', { name: 'stage_id', primaryKeyConstraintName: 'application_draft_pk' })
  @ForeignKey('Stage', { name: 'application_draft_stage_fk' })
  stageId: string;

  @PrimaryColumn('uuid', { name: 'learner_id', primaryKeyConstraintName: 'application_draft_pk' })
  learnerId: string;

  @Column('integer')
  version: number;

  /** Of the form of a submission; nothing of it is judged. */
  @Column('jsonb')
  content: SaveDraftDto;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
