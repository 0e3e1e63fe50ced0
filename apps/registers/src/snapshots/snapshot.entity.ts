import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { CountedRegister, Figure } from './snapshot.rules.js';

/** Figures of a day as they were known at one moment, frozen: neither this row nor its figures are ever changed. */
@Entity('snapshot')
export class Snapshot {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'snapshot_pk' })
  id: string;

  @Column('text')
  name: string;

  /** The day whose facts are counted. */
  @Column('date', { name: 'valid_on' })
  validOn: string;

  @Column('timestamptz', { name: 'taken_at' })
  takenAt: Date;

  @Column('text', { name: 'taken_by' })
  takenBy: string;

  @Column('text', { name: 'legal_basis', nullable: true })
  legalBasis: string | null;

  /** How many figures there are. */
  @Column('integer')
  figures: number;

  /** Hexadecimal SHA-256 of the canonical figures: the bytes of their whole NDJSON export. */
  @Column('text')
  sha256: string;
}

@Entity('snapshot_figure')
@Check('snapshot_figure_register', `register IN ('INSTITUTIONS', 'LEARNER_ENTRIES', 'STAFF_POSTS')`)
export class SnapshotFigure implements Figure {
  @ForeignKey('Snapshot', { name: 'snapshot_figure_snapshot' })
  @PrimaryColumn('uuid', { name: 'snapshot_id', primaryKeyConstraintName: 'snapshot_figure_pk' })
  snapshotId: string;

  /** Place in the canonical order, from 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'snapshot_figure_pk' })
  number: number;

  @Column('text')
  register: CountedRegister;

  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  @Column('text', { name: 'institution_type', nullable: true })
  institutionType: string | null;

  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;

  @Column('text', { name: 'programme_code', nullable: true })
  programmeCode: string | null;

  @Column('text', { name: 'field_code', nullable: true })
  fieldCode: string | null;

  @Column('text', { nullable: true })
  sex: string | null;

  @Column('text', { name: 'age_group', nullable: true })
  ageGroup: string | null;

  @Column('text', { nullable: true })
  position: string | null;

  @Column('integer')
  value: number;
}
