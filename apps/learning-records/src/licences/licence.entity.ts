import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Institution X may run programme P, as accreditation has decided. */
@Entity('licence')
@Index('licence_scope', ['institutionId', 'programmeId'])
export class Licence {
  @PrimaryColumn('uuid', { name: 'decision_id', primaryKeyConstraintName: 'licence_pk' })
  decisionId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day without the right. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;
}
