import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import type { GroupWindow, StageType } from './stage.rules.js';

/** One pass of a campaign. The seed is here only once the results are published. */
@Entity('stage')
@Unique('stage_sequence_taken', ['campaignId', 'sequence'])
export class Stage {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'stage_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'campaign_id' })
  @ForeignKey('Campaign', { name: 'stage_campaign_fk' })
  campaignId: string;

  @Column('integer')
  year: number;

  @Column('text')
  type: StageType;

  @Column('integer')
  sequence: number;

  @Column('timestamptz', { name: 'apply_from' })
  applyFrom: Date;

  @Column('timestamptz', { name: 'apply_until' })
  applyUntil: Date;

  /** Findings of the institutions are due. */
  @Column('timestamptz', { name: 'suitability_until' })
  suitabilityUntil: Date;

  /** The last list counts as it stands then. */
  @Column('timestamptz', { name: 'order_until' })
  orderUntil: Date;

  @Column('timestamptz', { name: 'invite_from' })
  inviteFrom: Date;

  @Column('timestamptz', { name: 'sign_from' })
  signFrom: Date;

  @Column('timestamptz', { name: 'sign_until' })
  signUntil: Date;

  @Column('jsonb', { name: 'group_windows' })
  groupWindows: GroupWindow[];

  /** The most days that an institution has more to sign (R-ADM-30); known when the results are. */
  @Column('integer', { name: 'sign_extra_days' })
  signExtraDays: number;

  /** First teaching day. */
  @Column('date', { name: 'starts_on' })
  startsOn: string;

  @Column('integer', { name: 'preference_limit' })
  preferenceLimit: number;

  @Column('text', { name: 'limit_basis' })
  limitBasis: string;

  /** Act that set the windows last. */
  @Column('text', { nullable: true })
  act: string | null;

  @Column('text')
  state: StageState;

  /** SHA-256 of the seed, published at opening (P9). */
  @Column('text', { name: 'seed_commitment', nullable: true })
  seedCommitment: string | null;

  @Column('text', { nullable: true })
  seed: string | null;

  /** The run whose result the stage stands on. */
  @Column('uuid', { name: 'run_id', nullable: true })
  runId: string | null;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
