import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { RunJob, RunOutcome } from './run.job.js';

/** Gives the work of a run to a thread, so that requests are answered meanwhile. */
@Injectable()
export class RunEngine implements BeforeApplicationShutdown {
  /** A final run and a trial that has not given way to it yet. */
  private readonly threads = new Set<Worker>();

  async work(job: RunJob): Promise<RunOutcome> {
    const thread = new Worker(new URL('./run.thread.js', import.meta.url), { workerData: job });
    this.threads.add(thread);
    return new Promise<RunOutcome>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      // Settles nothing after a message or an error; without either it is the only sign of the end.
      thread.once('exit', (code) => {
        this.threads.delete(thread);
        reject(new Error(`The thread of run ${job.runId} ended with code ${code}.`));
      });
    });
  }

  /** A run of minutes does not keep the process from stopping; it is begun again where it is started next. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }
}
