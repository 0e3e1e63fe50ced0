import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { SuitabilityState } from './suitability.rules.js';

/** The institution's finding on one applicant and one of its offerings. */
@Entity('suitability')
@Index('suitability_at', ['institutionId', 'applicationId', 'offeringId'])
export class Suitability {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'suitability_pk' })
  @ForeignKey('Application', { name: 'suitability_application_fk' })
  applicationId: string;

  @PrimaryColumn('uuid', { name: 'offering_id', primaryKeyConstraintName: 'suitability_pk' })
  @ForeignKey('Offering', { name: 'suitability_offering_fk' })
  offeringId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  stageId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text')
  state: SuitabilityState;

  /** Said by the institution of the first preference, which judges for the others too (R-ADM-18). */
  @Column('boolean')
  bound: boolean;

  /** Coded, so that no personal data stand in it. */
  @Column('text', { nullable: true })
  reason: string | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  /** The client that decided. */
  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy: string | null;
}
