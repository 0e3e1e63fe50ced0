import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const factKinds = [
  'PLACES',
  'APPLICATION',
  'INVITATION',
  'AGREEMENT',
  'ENROLMENT',
  'CREDENTIAL',
  'COMMITMENT',
] as const;
export type FactKind = (typeof factKinds)[number];

/** The newest known state of one aggregate of another service, reduced to what is counted. One row, however many events. */
@Entity('fact')
@Index('fact_cube', ['kind', 'year', 'institutionId'])
export class Fact {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'fact_pk' })
  kind: FactKind;

  @PrimaryColumn('uuid', { name: 'subject_id', primaryKeyConstraintName: 'fact_pk' })
  subjectId: string;

  @Column('integer')
  year: number;

  @Column('uuid', { name: 'institution_id', nullable: true })
  institutionId: string | null;

  /** ISCED-F code. */
  @Column('text', { name: 'field_code', nullable: true })
  fieldCode: string | null;

  @Column('text', { name: 'funding_type', nullable: true })
  fundingType: string | null;

  @Column('text')
  state: string;

  /** 1, or places, or cents. */
  @Column('bigint')
  quantity: string;
}
