// The thread of a run: takes the job, answers the outcome. It reads and writes the database by connections of its own.
import { parentPort, workerData } from 'node:worker_threads';
import type { RunJob } from './run.job.js';
import { workOff } from './run.work.js';

parentPort?.postMessage(await workOff(workerData as RunJob));
