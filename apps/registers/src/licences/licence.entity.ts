import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { RegisterEntry } from '../register/register-entry.js';
import type { LicenceState } from './licence.rules.js';

/** The right of an institution to run a programme, as accreditation decided it (R-REG-14). Its id is the decision's. */
@Entity('licence')
@Index('licence_of_institution', ['institutionId', 'programmeId'])
@Index('licence_of_programme', ['programmeId'])
export class Licence extends RegisterEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'licence_pk' })
  id: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('text')
  state: LicenceState;
}
