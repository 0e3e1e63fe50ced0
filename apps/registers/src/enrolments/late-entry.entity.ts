import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { EnteredFact } from './late-entry.rules.js';

/** A fact of an enrolment that was entered after its deadline (R-REG-22). */
@Entity('late_entry')
@Index('late_entry_of_institution', ['institutionId', 'id'])
export class LateEntry {
  /** Id of the event. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'late_entry_pk' })
  id: string;

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('text')
  fact: EnteredFact;

  @Column('date', { name: 'fact_on' })
  factOn: string;

  /** Last day on which it would have been in time. */
  @Column('date', { name: 'due_on' })
  dueOn: string;

  @Column('date', { name: 'entered_on' })
  enteredOn: string;
}
