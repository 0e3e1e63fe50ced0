import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { AllocationProblem, AllocationResult } from './allocation-problem.js';
import { allocate } from './allocation.engine.js';
import {
  verifyAllocation,
  type PropertyReport,
  type VerifierEvidence,
  type VerifierReport,
} from './allocation.verifier.js';
import { verifyByInstitutions } from './institution-proposing.js';

export interface AllocationJob {
  readonly problem: AllocationProblem;
  readonly evidence?: VerifierEvidence;
  /** Also the costlier second run proposed by the institutions (P8). */
  readonly byInstitutions?: boolean;
}

export interface AllocationRun {
  /** The problem comes back, because its arrays were handed over to the worker. */
  readonly problem: AllocationProblem;
  readonly result: AllocationResult;
  readonly report: VerifierReport;
  /** P8, when asked for. */
  readonly institutions: PropertyReport | null;
}

/** Engine, then verifier, in the calling thread. */
export function allocateAndVerify({ problem, evidence, byInstitutions }: AllocationJob): AllocationRun {
  const result = allocate(problem);
  const report = verifyAllocation(problem, result, evidence);
  const institutions = byInstitutions === true ? verifyByInstitutions(problem, result.option) : null;
  return { problem, result, report, institutions };
}

/**
 * The same off the event loop. The arrays of the job are moved, not copied: after the call the caller's own are empty
 * and those of the answer replace them; evidence does not come back.
 * The worker loads the compiled file beside this one. Run from TypeScript (jest) there is none and Node 20 cannot load
 * .ts, so there the work is done in the calling thread; `worker` lets a caller name the compiled file instead.
 */
export async function runAllocation(job: AllocationJob, worker?: URL): Promise<AllocationRun> {
  const file = worker ?? (import.meta.url.endsWith('.ts') ? null : new URL('./allocation.worker.js', import.meta.url));
  if (file === null) return allocateAndVerify(job);
  return new Promise((resolve, reject) => {
    const thread = new Worker(file, { workerData: WORKER_MARK });
    thread.once('message', resolve);
    thread.once('error', reject);
    // Settles nothing after a message or an error; without either it is the only sign of the end.
    thread.once('exit', (code) => {
      reject(new Error(`the allocation worker ended with code ${String(code)}`));
    });
    thread.postMessage(job, buffersOf(job));
  });
}

const WORKER_MARK = 'meistras-allocation';

/** Every array buffer in a message, once. */
function buffersOf(message: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Object.values(message) as unknown[]) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
    else if (typeof value === 'object' && value !== null) for (const buffer of buffersOf(value)) buffers.add(buffer);
  }
  return [...buffers];
}

// The mark tells this worker from any other that happens to import the file.
if (!isMainThread && workerData === WORKER_MARK) {
  parentPort?.once('message', (job: AllocationJob) => {
    const run = allocateAndVerify(job);
    parentPort?.postMessage(run, buffersOf(run));
  });
}
