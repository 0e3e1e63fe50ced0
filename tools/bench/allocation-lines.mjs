// The allocation's lines of docs/performance.md. Each figure comes from a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const round = (value, digits = 2) => Number(value.toFixed(digits));
const count = (number) => number.toLocaleString('en');

function measured(script, ...args) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, script), ...args.map(String)],
    {
      encoding: 'utf8',
      maxBuffer: 1e8,
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Engine with all rules against the bare loop, in one run for each size: applicants, preferences, offerings. */
export function allocationBench(line) {
  for (const [applicants, listed, offerings, most, mostMB] of [
    [10_000, 10, 300],
    [100_000, 10, 1_000],
    [1_000_000, 10, 2_000, 2, 400],
    [3_000_000, 10, 10_000, undefined, 1_000],
  ]) {
    const { bareMs, engineMs, verifyMs, stable, peakMB } = measured(
      'allocation-bench.mjs',
      applicants,
      listed,
      offerings,
    );
    const ratio = engineMs / bareMs;
    const asked = [most && `≤ ${most} × the bare loop`, mostMB && `≤ ${count(mostMB)} MB`].filter(Boolean);
    line(
      `allocation of ${count(applicants)} × ${listed} × ${count(offerings)} with all rules, of a bare loop`,
      asked.length > 0 ? asked.join(', ') : 'stable',
      `${round(ratio)} (${round(engineMs / 1_000, 3)} s of ${round(bareMs / 1_000, 3)} s), verified in ${round(verifyMs / 1_000, 3)} s, ${count(peakMB)} MB, ${stable ? 'stable' : 'NOT STABLE'}`,
      stable && ratio <= (most ?? Infinity) && peakMB <= (mostMB ?? Infinity),
    );
  }
}

/** The whole operation at the size of France 2025. */
export function nationalBench(line) {
  const { applicants, placed, verified, seconds, serviceCpuSeconds, phases, latency, peakMB, artefactMB, verifier } =
    measured('national-bench.mjs');
  const parts = Object.entries(phases).map(([phase, each]) => `${phase.toLowerCase()} ${round(each, 0)}`);
  line(
    `allocation, the whole operation: ${count(applicants)} × 13 × 26,097, ${count(placed)} invited`,
    '≤ 120 s',
    `${round(seconds, 0)} s (${parts.join(', ')}; ${serviceCpuSeconds} s CPU of the service), ${verified ? 'verified' : 'NOT VERIFIED'}, artefact ${artefactMB} MB`,
    verified && seconds <= 120,
  );
  line(
    'allocation, the outside verifier on its full artefact',
    'finds it stable',
    `${verifier.code === 0 ? 'stable' : 'NOT STABLE'} in ${round(verifier.seconds, 0)} s, ${count(verifier.peakMB)} MB`,
    verifier.code === 0,
  );
  line(
    'allocation, other requests meanwhile, p99',
    '≤ 100 ms',
    `${round(latency.p99, 0)} ms of ${count(latency.requests)} (worst ${round(latency.worst, 0)} ms); peak of the service ${count(peakMB)} MB`,
    latency.p99 <= 100,
  );
}
