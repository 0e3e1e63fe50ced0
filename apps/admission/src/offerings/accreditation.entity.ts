import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A decision that an institution may run a programme, as the accreditation service announced it. */
@Entity('accreditation')
@Index('accreditation_of', ['programmeId', 'institutionId'])
export class Accreditation {
  @PrimaryColumn('uuid', { name: 'decision_id', primaryKeyConstraintName: 'accreditation_pk' })
  decisionId: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day without the right. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('text')
  state: 'GRANTED' | 'REVOKED';
}
