import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One read of all persons that a register had at one instant: one record for all of them. Whose data were read follows
 * from what the read saw. Written before the data leave, never changed.
 */
@Entity('bulk_access')
export class BulkAccess {
  /** UUIDv7 of the database, so that it sorts among the records of single persons. */
  @PrimaryColumn('uuid', { default: () => 'uuidv7()', primaryKeyConstraintName: 'bulk_access_pk' })
  id: string;

  /** The table of the entries that were read. */
  @Column('text')
  register: string;

  /** PostgreSQL's snapshot that the read saw (`pg_snapshot`): an entry was there if its first event is visible in it. */
  @Column('text')
  snapshot: string;

  /** Persons who were there and were not read: who is protected, who had been merged into another. */
  @Column('uuid', { array: true })
  excepted: string[];

  /** How many were read. */
  @Column('integer')
  persons: number;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('text', { name: 'client_id' })
  clientId: string;

  /** Keyed hash of `X-Road-UserId`: tells an employee from another without naming one. */
  @Column('text', { nullable: true })
  employee: string | null;

  /** Id of the operation in the OpenAPI document. */
  @Column('text')
  operation: string;

  @Column('text')
  purpose: string;

  @Column('text', { name: 'request_id' })
  requestId: string;
}
