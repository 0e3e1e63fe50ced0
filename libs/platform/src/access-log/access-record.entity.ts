import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One read of one person's data. Written before the data leave, never changed. A service that keeps records lists this
 * entity and makes the table by `createAccessRecord` in a migration.
 */
@Entity('access_record')
@Index('access_record_at', ['recordedAt'])
export class AccessRecord {
  /** The person whose data were read. First in the key: a person's records lie together. */
  @PrimaryColumn('uuid', { name: 'subject_id', primaryKeyConstraintName: 'access_record_pk' })
  subjectId: string;

  /** UUIDv7 of the database, so that records sort by their making. */
  @PrimaryColumn('uuid', { default: () => 'uuidv7()', primaryKeyConstraintName: 'access_record_pk' })
  id: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('text', { name: 'client_id' })
  clientId: string;

  /** Keyed hash of `X-Road-UserId`: tells an employee from another without naming one. */
  @Column('text', { nullable: true })
  employee: string | null;

  /** The institutions that the client acts for; null for the whole country, none for a municipality. */
  @Column('uuid', { array: true, nullable: true })
  institutions: string[] | null;

  /** The municipalities (ISO 3166-2) that the client reads for; null for any other client. */
  @Column('text', { array: true, nullable: true })
  municipalities: string[] | null;

  /** Id of the operation in the OpenAPI document. */
  @Column('text')
  operation: string;

  @Column('text')
  purpose: string;

  @Column('text', { name: 'request_id' })
  requestId: string;
}
