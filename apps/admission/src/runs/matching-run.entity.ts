import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { RunPhase } from './run.job.js';
import type { RefusalReport, RunReport } from './run.rules.js';

export const runStates = ['RUNNING', 'COMPLETED', 'FAILED', 'PUBLISHING', 'PUBLISHED'] as const;
export type RunState = (typeof runStates)[number];

/** One allocation of a stage, with everything that proves it. Runs are kept, also those that a later one replaced. */
@Entity('matching_run')
@Index('matching_run_one_running', ['stageId'], { unique: true, where: `state = 'RUNNING'` })
@Index('matching_run_in', ['stageId', 'id'])
export class MatchingRun {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'matching_run_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'matching_run_stage_fk' })
  stageId: string;

  @Column('text')
  state: RunState;

  @Column('text', { name: 'engine_version' })
  engineVersion: string;

  @Column('text', { name: 'started_by' })
  startedBy: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  /** How often the work was begun; more than once after a crash. */
  @Column('integer', { default: 0 })
  attempt: number;

  /** What is being done, and how much of it. */
  @Column('text', { nullable: true })
  phase: RunPhase | null;

  @Column('integer', { default: 0 })
  done: number;

  @Column('integer', { default: 0 })
  total: number;

  /** Drawn in public after LOCKED and appended to the seed, where the policy says so. */
  @Column('text', { name: 'public_draw', nullable: true })
  publicDraw: string | null;

  @Column('text', { name: 'input_hash', nullable: true })
  inputHash: string | null;

  @Column('text', { name: 'result_hash', nullable: true })
  resultHash: string | null;

  /** SHA-256 over the artefact, which the key signed. */
  @Column('text', { nullable: true })
  digest: string | null;

  @Column('text', { name: 'key_id', nullable: true })
  keyId: string | null;

  @Column('integer', { nullable: true })
  applicants: number | null;

  @Column('integer', { nullable: true })
  placed: number | null;

  @Column('jsonb', { nullable: true })
  report: RunReport | null;

  /** Why it failed; a code. */
  @Column('text', { nullable: true })
  error: string | null;

  /** What is wrong with the input of a run that failed. */
  @Column('jsonb', { nullable: true })
  refusal: RefusalReport | null;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null;

  /** The last application whose invitation is issued; publication goes on behind it. */
  @Column('uuid', { name: 'published_up_to', nullable: true })
  publishedUpTo: string | null;
}
