import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where an institution lies, for counting by county. */
@Entity('institution_place')
export class InstitutionPlace {
  @PrimaryColumn('uuid', { name: 'institution_id', primaryKeyConstraintName: 'institution_place_pk' })
  institutionId: string;

  @Column('text', { name: 'county_code', nullable: true })
  countyCode: string | null;

  @Column('text', { name: 'municipality_code', nullable: true })
  municipalityCode: string | null;
}
