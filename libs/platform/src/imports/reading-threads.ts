import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ReadInThreads } from './import-kind.js';
import type { ReadRows, StagedRows } from './slice-reading.js';

/** Beyond that the database is what a job waits for; each costs some 40 MB while it lives. */
const mostThreads = 2;
/** What a thread holds is a slice. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

/** The compiled file of a module of this workspace, which alone a thread can load; `url` is the module's own. */
export const compiled = (url: string): string =>
  url.endsWith('.ts') ? url.replace(/\/src\/(?=[^/]+\/[^/]+$)/, '/dist/').replace(/ts$/, 'js') : url;

const threadFile = new URL('./reading.thread.js', compiled(import.meta.url));

type Answer = { read: ReadRows } | { failed: string };

interface Asked {
  resolve(read: ReadRows): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  /** What it has been asked and not answered: it answers in order. */
  asked: Asked[];
}

/** Reads rows of one kind in threads beside the one that answers requests. They are started when first asked. */
export class ReadingThreads {
  private readonly threads: Thread[] = [];
  private readonly most = Math.min(mostThreads, availableParallelism());

  constructor(private readonly kind: ReadInThreads) {}

  read(rows: StagedRows): Promise<ReadRows> {
    const thread = this.idlest();
    return new Promise((resolve, reject) => {
      thread.asked.push({ resolve, reject });
      thread.worker.postMessage(rows);
    });
  }

  /** Ends the threads, and gives their memory back; the next question starts others. */
  async rest(): Promise<void> {
    await Promise.all(this.threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  private idlest(): Thread {
    const [idlest] = this.threads.toSorted((a, b) => a.asked.length - b.asked.length);
    if (idlest && (idlest.asked.length === 0 || this.threads.length === this.most)) return idlest;
    return this.start();
  }

  private start(): Thread {
    const worker = new Worker(threadFile, { workerData: this.kind, resourceLimits, env: {} });
    const thread: Thread = { worker, asked: [] };
    worker.on('message', (answer: Answer) => {
      const asked = thread.asked.shift();
      if ('read' in answer) asked?.resolve(answer.read);
      else asked?.reject(new Error(answer.failed));
    });
    const end = (error: Error): void => {
      const at = this.threads.indexOf(thread);
      if (at >= 0) this.threads.splice(at, 1);
      for (const { reject } of thread.asked.splice(0)) reject(error);
    };
    worker.once('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', () => end(new Error('A thread that read rows has ended.')));
    worker.unref();
    this.threads.push(thread);
    return thread;
  }
}
