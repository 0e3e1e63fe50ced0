import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import type { StageType } from './stage.rules.js';

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

  @Column('timestamptz', { name: 'sign_until' })
  signUntil: Date;

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
