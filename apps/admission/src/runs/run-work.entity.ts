import { Column } from 'typeorm';
import type { RunPhase } from './run.job.js';
import { engineVersion } from './run.rules.js';
import type { RefusalReport, RunReport } from './run.rules.js';

/** The work of a run and what came of it, whether a stage may stand on it or not. */
export abstract class RunWork {
  @Column('integer')
  version: number;

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

  @Column('text', { name: 'input_hash', nullable: true })
  inputHash: string | null;

  @Column('text', { name: 'result_hash', nullable: true })
  resultHash: string | null;

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
}

/** Work that nobody has begun. */
export const workBy = (startedBy: string, startedAt: Date): RunWork => ({
  ...{ version: 1, engineVersion, startedBy, startedAt, finishedAt: null, attempt: 0, phase: null, done: 0, total: 0 },
  ...{ inputHash: null, resultHash: null, applicants: null, placed: null, report: null, error: null, refusal: null },
});
