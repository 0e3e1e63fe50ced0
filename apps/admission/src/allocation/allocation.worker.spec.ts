import { describe, expect, it } from '@jest/globals';
import { buildProblem } from './allocation.builder.js';
import { WORKED_RUN } from './allocation.example.js';
import { resultHash } from './allocation.hash.js';
import { allocateAndVerify, runAllocation } from './allocation.worker.js';

// Jest runs TypeScript, which a worker cannot load, so here runAllocation() works in the calling thread.
describe('a run of engine and verifier', () => {
  it('answers result and report, and the second run only when asked', async () => {
    const { problem, names } = buildProblem(WORKED_RUN);
    const run = await runAllocation({ problem });
    expect(run.report.ok).toBe(true);
    expect(run.institutions).toBeNull();
    const again = allocateAndVerify({ problem: run.problem, byInstitutions: true });
    expect(again.institutions).toMatchObject({ property: 'P8', ok: true });
    expect(resultHash(again.result.option, names)).toBe(resultHash(run.result.option, names));
  });

  it('fails when the problem is broken', async () => {
    const { problem } = buildProblem(WORKED_RUN);
    await expect(runAllocation({ problem: { ...problem, lotteryRank: new Uint32Array(8) } })).rejects.toThrow(
      RangeError,
    );
  });

  it('fails when the worker named is missing', async () => {
    const { problem } = buildProblem(WORKED_RUN);
    await expect(runAllocation({ problem }, new URL('./missing.js', import.meta.url))).rejects.toThrow(/missing/);
  });
});
