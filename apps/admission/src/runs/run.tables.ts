/** A final run is one that a stage may stand on; a trial is what would be, and changes nothing. */
export type RunKind = 'FINAL' | 'TRIAL';

/** Where a run and its result are kept. */
export interface RunTables {
  run: string;
  placement: string;
  limit: string;
  /** Results held back; a trial holds nobody back. */
  held?: string;
}

/** Trials have tables of their own: nothing that publishes, invites or explains reads them. */
export const tablesOf: Record<RunKind, RunTables> = {
  FINAL: { run: 'matching_run', placement: 'placement', limit: 'run_limit', held: 'quarantined_application' },
  TRIAL: { run: 'trial_run', placement: 'trial_placement', limit: 'trial_limit' },
};
