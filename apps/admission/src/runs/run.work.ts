import { NO_PLACE, type AllocationProblem, type AllocationResult } from '../allocation/allocation-problem.js';
import type { ProblemNames } from '../allocation/allocation-problem.js';
import { allocate } from '../allocation/allocation.engine.js';
import { Concerned, verifyAllocation } from '../allocation/allocation.verifier.js';
import type { VerifierEvidence } from '../allocation/allocation.verifier.js';
import { quarantine } from '../allocation/connected-groups.js';
import { verifyByInstitutions } from '../allocation/institution-proposing.js';
import { EqualLotteries } from '../allocation/lottery.rules.js';
import { artefactFormat } from '../artefacts/artefact.format.js';
import { ArtefactWriter } from '../artefacts/artefact.writer.js';
import { Assumed } from './assumptions.js';
import { RunInput } from './run.input.js';
import type { LoadedInput } from './run.input.js';
import type { Allocated, Refused, RunJob, RunOutcome } from './run.job.js';
import { reportOf } from './run.rules.js';
import type { RunReport, Verdict } from './run.rules.js';
import { keepResult, writeResult } from './run.result.js';
import { MustGiveWay, RunDatabase } from './run.source.js';

/** What computes; a spec that wants a wrong result puts another one in its place. */
export interface Steps {
  allocate(problem: AllocationProblem): AllocationResult;
}

export const realSteps: Steps = { allocate };

/**
 * The whole work of a run: freeze and check the input, allocate, verify, hold back what a violation reaches, store. Runs in a
 * thread of its own; whatever breaks it off leaves the run to be begun again, and the same input gives the same hashes.
 */
export async function workOff(job: RunJob, steps: Steps = realSteps): Promise<RunOutcome> {
  const database = await RunDatabase.open(job);
  try {
    // Of a trial the artefact's hashes are enough.
    const writer = new ArtefactWriter(job.kind === 'FINAL' ? database.keepChunk : undefined);
    writer.line(`{"format":"${artefactFormat}",`);
    const { runId: id, engineVersion, startedAt } = job;
    writer.line(`"run":${JSON.stringify({ id, engineVersion, startedAt })},`);
    const input = await load(database, writer, job);
    if (input.faultCount > 0) return refused('ALLOCATION_INPUT_INVALID', input);
    const outcome = await compute({ database, writer, steps }, input.loaded());
    const { added = 0, leftOut = 0 } = input.assumed ?? {};
    return { ...outcome, added, leftOut };
  } catch (error) {
    if (error instanceof MustGiveWay) return { kind: 'GAVE_WAY' };
    // What another attempt would meet again; all else is tried again.
    if (error instanceof EqualLotteries) return refused(error.code);
    if (error instanceof RangeError) return refused('PROBLEM_INCONSISTENT');
    throw error;
  } finally {
    await database.close();
  }
}

const refused = (
  code: string,
  { faultCount, faults }: Pick<RunInput, 'faultCount' | 'faults'> = { faultCount: 0, faults: [] },
): Refused => ({ kind: 'REFUSED', code, faultCount, faults });

async function load(database: RunDatabase, writer: ArtefactWriter, job: RunJob): Promise<RunInput> {
  const assumed = job.assumptions && new Assumed(job.assumptions, job.stage.seed);
  let [offerings, pools] = [await database.offerings(), await database.pools()];
  if (assumed) [offerings, pools] = [assumed.offerings(offerings), assumed.pools(pools)];
  const total = await database.applicationCount();
  const input = new RunInput(job, offerings, pools, writer, assumed);
  await database.say({ phase: 'LOADING', done: 0, total });
  for await (const lines of database.applications()) {
    input.takeLines(lines);
    await writer.flush();
    await database.say({ phase: 'LOADING', done: input.count, total });
  }
  return input;
}

type Computed = Omit<Allocated, 'added' | 'leftOut'>;

interface Workshop {
  database: RunDatabase;
  writer: ArtefactWriter;
  steps: Steps;
}

async function compute({ database, writer, steps }: Workshop, loaded: LoadedInput): Promise<Computed> {
  const { problem, names, evidence, warnings } = loaded;
  writer.close();
  const inputHash = writer.endSection();
  writer.line(`"inputHash":"${inputHash}",`);
  const applicants = problem.applicantCount;
  await database.say({ phase: 'ALLOCATING', done: 0, total: applicants });
  const result = steps.allocate(problem);
  await database.say({ phase: 'VERIFYING', done: 0, total: applicants });
  const verdict = verify(problem, result, evidence);
  const report: RunReport = { ...reportOf(verdict, names), warnings };
  const allocated = { problem, names, result, closed: loaded.closed };
  writer.beginSection();
  await writeResult(writer, allocated);
  const resultHash = writer.endSection();
  writer.line(`"resultHash":"${resultHash}",`);
  const { digest, nextSequence } = await writer.end();
  await keepResult(database, allocated, verdict.quarantine.groupOf);
  const placed = result.option.reduce((sum, option) => sum + (option === NO_PLACE ? 0 : 1), 0);
  return { kind: 'ALLOCATED', inputHash, resultHash, digest, nextSequence, applicants, placed, report };
}

function verify(problem: AllocationProblem, result: AllocationResult, evidence: VerifierEvidence): Verdict {
  const concerned = new Concerned(problem);
  const report = verifyAllocation(problem, result, evidence, concerned);
  const institutions = verifyByInstitutions(problem, result.option, concerned);
  return {
    ...{ report, institutions, everybody: concerned.everybody },
    quarantine: quarantine(problem, result.option, concerned),
  };
}

export interface AllocatedStage {
  problem: AllocationProblem;
  names: ProblemNames;
  result: AllocationResult;
  closed: ReadonlySet<string>;
}
