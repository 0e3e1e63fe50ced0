import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The right of an institution to run a programme, as accreditation announced it (R-REG-14). */
@Entity('licence')
@Index('licence_of_institution', ['institutionId', 'programmeId'])
@Index('licence_of_programme', ['programmeId'])
export class Licence {
  @PrimaryColumn('uuid', { name: 'decision_id', primaryKeyConstraintName: 'licence_pk' })
  decisionId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text')
  state: 'GRANTED' | 'REVOKED';

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day without the right; of a revoked licence the day on which the revocation takes effect. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('text', { name: 'act_number' })
  actNumber: string;
}
