import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A legal number with the days on which it holds (half-open) and where it comes from. */
@Entity('policy_parameter')
export class PolicyParameter {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'policy_parameter_pk' })
  code: string;

  @PrimaryColumn('date', { name: 'valid_from', primaryKeyConstraintName: 'policy_parameter_pk' })
  validFrom: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('jsonb')
  value: unknown;

  @Column('text', { nullable: true })
  unit: string | null;

  @Column('text', { name: 'legal_basis' })
  legalBasis: string;
}
