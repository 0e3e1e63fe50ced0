import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import type { AnyReading, ReadInThreads } from './import-kind.js';
import { SliceReading } from './slice-reading.js';
import type { StagedRows } from './slice-reading.js';

// A thread of reading-threads.ts: rows in, read rows out, in order.
const { module, data } = workerData as ReadInThreads;
const { readingOf } = (await import(module)) as { readingOf: (data: unknown) => AnyReading };
const reading = new SliceReading(readingOf(data));

parentPort?.on('message', (rows: StagedRows) => {
  try {
    parentPort?.postMessage({ read: reading.read(rows) });
  } catch (error) {
    // Its words alone: what else an error holds may not pass between threads.
    parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
