import { Check, Column, Entity, Index, JoinColumn, ManyToOne, OneToMany, PrimaryColumn, Unique } from 'typeorm';
import type { Relation } from 'typeorm';
import { Account } from './account.entity.js';

/** A balanced posting. Never changed or deleted: a correction is a reversal and a new entry (R-FIN-32). */
@Entity('entry')
@Unique('entry_business_key', ['businessKey'])
export class Entry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'entry_pk' })
  id: string;

  /** `kind:subject:period:version`; one makes one entry for ever (R-FIN-33). */
  @Column('text', { name: 'business_key' })
  businessKey: string;

  @Column('date', { name: 'booked_on' })
  bookedOn: string;

  @Column('uuid', { name: 'cause_event_id' })
  causeEventId: string;

  @Column('uuid', { nullable: true })
  reverses: string | null;

  @ManyToOne(() => Entry)
  @JoinColumn({ name: 'reverses', foreignKeyConstraintName: 'entry_reverses' })
  reversed?: Relation<Entry> | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @OneToMany(() => EntryLine, (line) => line.entry)
  lines?: Relation<EntryLine>[];
}

@Entity('entry_line')
@Index('entry_line_institution', ['institutionId', 'entryId'])
@Check('entry_line_one_side', `debit_minor >= 0 AND credit_minor >= 0 AND (debit_minor = 0) <> (credit_minor = 0)`)
@Check('entry_line_currency', `currency = 'EUR'`)
export class EntryLine {
  @PrimaryColumn('uuid', { name: 'entry_id', primaryKeyConstraintName: 'entry_line_pk' })
  entryId: string;

  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'entry_line_pk' })
  line: number;

  @ManyToOne(() => Entry, (entry) => entry.lines)
  @JoinColumn({ name: 'entry_id', foreignKeyConstraintName: 'entry_line_entry' })
  entry?: Relation<Entry>;

  @Column('text', { name: 'account_code' })
  accountCode: string;

  @ManyToOne(() => Account)
  @JoinColumn({ name: 'account_code', foreignKeyConstraintName: 'entry_line_account' })
  account?: Relation<Account>;

  /** Cents; one of debit and credit is 0. Text, as the driver gives 64-bit integers. */
  @Column('bigint', { name: 'debit_minor' })
  debitMinor: string;

  @Column('bigint', { name: 'credit_minor' })
  creditMinor: string;

  @Column('text')
  currency: string;

  /** Code of KL_M_FINSALT (R-FIN-31). */
  @Column('text', { name: 'funding_source' })
  fundingSource: string;

  @Column('uuid', { name: 'institution_id' })
  institutionId: string;

  @Column('uuid', { name: 'programme_id' })
  programmeId: string;

  @Column('uuid', { name: 'enrolment_id' })
  enrolmentId: string;
}
