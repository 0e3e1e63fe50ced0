import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import type { Assumptions } from '../runs/assumptions.js';
import { RunWork } from '../runs/run-work.entity.js';

export const trialStates = ['RUNNING', 'COMPLETED', 'FAILED', 'DISCARDED'] as const;
export type TrialState = (typeof trialStates)[number];

/** An allocation of a stage as it would be under assumptions. Nothing can come of it but figures. */
@Entity('trial_run')
@Index('trial_run_in', ['stageId', 'id'])
export class TrialRun extends RunWork {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'trial_run_pk' })
  id: string;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'trial_run_stage_fk' })
  stageId: string;

  /** DISCARDED: as if it were not there; its result is deleted piece by piece, and it with the last of them. */
  @Column('text')
  state: TrialState;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('jsonb')
  assumptions: Assumptions;

  /** What its lottery is drawn by: never a stage's seed that is still a secret. */
  @Column('text')
  seed: string;

  /** The stage's, where the trial draws by the revealed seed. */
  @Column('text', { name: 'public_draw', nullable: true })
  publicDraw: string | null;

  /** Of the stage, when its applications were read. */
  @Column('text', { name: 'stage_state', nullable: true })
  stageState: StageState | null;

  /** Applicants that assumed demand added, and those that it left out. */
  @Column('integer', { nullable: true })
  added: number | null;

  @Column('integer', { name: 'left_out', nullable: true })
  leftOut: number | null;

  /** Applicants placed on state-funded places. */
  @Column('integer', { nullable: true })
  funded: number | null;
}
