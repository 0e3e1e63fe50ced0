import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** One admission year. */
@Entity('campaign')
@Unique('campaign_year_taken', ['year'])
export class Campaign {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'campaign_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('integer')
  year: number;

  /** Act that approves the plan of state-funded places (R-ADM-10). */
  @Column('text', { name: 'plan_act' })
  planAct: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
