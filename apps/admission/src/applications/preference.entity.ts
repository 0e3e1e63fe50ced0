import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { FundingType } from '../allocation/allocation-problem.js';
import type { Ineligible } from './application.rules.js';

/** One ranked choice: an offering and how the place is paid (R-ADM-14). */
@Entity('preference')
@Unique('preference_taken', ['applicationId', 'offeringId', 'fundingType'])
@Index('preference_at', ['institutionId', 'applicationId'])
export class Preference {
  @PrimaryColumn('uuid', { name: 'application_id', primaryKeyConstraintName: 'preference_pk' })
  @ForeignKey('Application', { name: 'preference_application_fk' })
  applicationId: string;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'preference_pk' })
  rank: number;

  @Column('uuid', { name: 'offering_id' })
  @ForeignKey('Offering', { name: 'preference_offering_fk' })
  offeringId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text', { name: 'funding_type' })
  fundingType: FundingType;

  /** Why it does not compete although it is listed; judged when the list is saved. */
  @Column('jsonb', { nullable: true })
  ineligible: Ineligible | null;
}
