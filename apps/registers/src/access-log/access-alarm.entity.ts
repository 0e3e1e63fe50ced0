import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client read more learners than the policy lets pass in silence; once for a client and window. */
@Entity('access_alarm')
@Index('access_alarm_of_client', ['clientId', 'firstAt'])
export class AccessAlarm {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'access_alarm_pk' })
  id: string;

  @Column('text', { name: 'client_id' })
  clientId: string;

  /** Different learners read in the window, as far as it had passed. */
  @Column('integer')
  learners: number;

  @Column('integer', { name: 'most_learners' })
  limit: number;

  @Column('integer', { name: 'window_minutes' })
  windowMinutes: number;

  @Column('timestamptz', { name: 'first_at' })
  firstAt: Date;

  @Column('timestamptz', { name: 'last_at' })
  lastAt: Date;

  @Column('timestamptz', { name: 'raised_at' })
  raisedAt: Date;
}

/** How far the reads have been looked through; one row. Its lock lets one instance look at a time. */
@Entity('access_watch')
export class AccessWatch {
  @PrimaryColumn('boolean', { default: true, primaryKeyConstraintName: 'access_watch_pk' })
  singleton: boolean;

  @Column('timestamptz', { name: 'looked_until' })
  lookedUntil: Date;
}
