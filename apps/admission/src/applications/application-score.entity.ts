import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Grade } from '../allocation/score.rules.js';

/** What a version of an application was scored by. Rows are only added. */
@Entity('application_score')
export class ApplicationScore {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'application_score_pk' })
  @ForeignKey('Application', { name: 'application_score_application_fk' })
  applicationId: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'application_score_pk' })
  version: number;

  @Column('jsonb')
  grades: Grade[];

  @Column('jsonb', { name: 'exam_results' })
  examResults: number[];

  /** Weight of the examinations in whole per cent. */
  @Column('integer', { name: 'secondary_weight' })
  secondaryWeight: number;

  /** Ten-thousandths of a point. */
  @Column('integer')
  score: number;

  @Column('text', { name: 'score_formula' })
  scoreFormula: string;

  /** Why it was computed anew; null for the first. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** The client. */
  @Column('text', { name: 'stated_by' })
  statedBy: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
