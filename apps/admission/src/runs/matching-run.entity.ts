import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { RunWork } from './run-work.entity.js';

export const runStates = ['RUNNING', 'COMPLETED', 'FAILED', 'PUBLISHING', 'PUBLISHED'] as const;
export type RunState = (typeof runStates)[number];

/** One allocation of a stage, with everything that proves it. Runs are kept, also those that a later one replaced. */
@Entity('matching_run')
@Index('matching_run_one_running', ['stageId'], { unique: true, where: `state = 'RUNNING'` })
@Index('matching_run_in', ['stageId', 'id'])
export class MatchingRun extends RunWork {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'matching_run_pk' })
  id: string;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'matching_run_stage_fk' })
  stageId: string;

  @Column('text')
  state: RunState;

  /** Drawn in public after LOCKED and appended to the seed, where the policy says so. */
  @Column('text', { name: 'public_draw', nullable: true })
  publicDraw: string | null;

  /** SHA-256 over the artefact, which the key signed. */
  @Column('text', { nullable: true })
  digest: string | null;

  @Column('text', { name: 'key_id', nullable: true })
  keyId: string | null;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null;

  /** The last application whose invitation is issued; publication goes on behind it. */
  @Column('uuid', { name: 'published_up_to', nullable: true })
  publishedUpTo: string | null;
}
