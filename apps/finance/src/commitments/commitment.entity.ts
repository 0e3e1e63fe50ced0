import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('commitment')
@Unique('commitment_enrolment_year', ['enrolmentId', 'calendarYear'])
@Index('commitment_institution', ['institutionId', 'id'])
export class Commitment {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'commitment_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text', { name: 'field_code' })
  fieldCode: string;

  @Column('integer', { name: 'calendar_year' })
  calendarYear: number;

  @Column('integer', { name: 'credits_hundredths' })
  creditsHundredths: number;

  /** What was committed at first, in cents. */
  @Column('bigint', { name: 'committed_minor' })
  committedMinor: string;

  /** What is still committed, in cents. */
  @Column('bigint', { name: 'amount_minor' })
  amountMinor: string;

  @Column('text')
  currency: 'EUR';

  @Column('text')
  state: 'ACTIVE' | 'ENDED';

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
