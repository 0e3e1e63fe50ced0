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

const each = ({ perSecond, nodeMicros, postgresMicros }) =>
  `${count(round(perSecond, 0))} /s, each ${round(nodeMicros, 0)} µs of Node and ${round(postgresMicros, 0)} µs of PostgreSQL`;

/** Everybody reads the result, and five times as many ask as can be answered. */
export function resultsNightBench(line) {
  const { applicants, bare, explanation, ownView, surge } = measured('results-night-bench.mjs');
  for (const [what, kind] of [
    [`results night: explanation of the result, one of ${count(applicants)}, of the bare read`, explanation],
    ['results night: own applications with a token of one’s own, of the bare read', ownView],
  ]) {
    const ratio = kind.perSecond / bare.perSecond;
    line(what, '≥ 0.40', `${round(ratio)} (${each(kind)}; bare ${each(bare)})`, ratio >= 0.4);
  }
  const { asked, during, recoveredIn, asBefore } = surge;
  const shed = during.refused > 0 && during.withoutRetryAfter === 0 && during.failed === 0;
  line(
    `results night: ${count(surge.callers)} callers ask for five times as much`,
    'sheds with Retry-After, as before within 30 s',
    `${count(round(during.answered, 0))} /s answered (p99 ${round(during.p99, 0)} ms), ${count(round(during.refused, 0))} /s refused of ${count(round(asked, 0))} /s asked for, ${during.withoutRetryAfter} without Retry-After, ${during.failed} failed; as before after ${round(recoveredIn, 1)} s`,
    shed && asBefore && recoveredIn <= 30,
  );
}

/** Lists are saved and applications submitted in the hour before applying ends. */
export function deadlineHourBench(line) {
  const { save, submit } = measured('deadline-hour-bench.mjs');
  for (const [what, kind] of [
    ['deadline hour: a list of 13 saved over HTTP, of pgbench', save],
    ['deadline hour: an application submitted over HTTP, of pgbench', submit],
  ]) {
    const ratio = kind.perSecond / kind.limit;
    line(
      what,
      '≥ 0.35',
      `${round(ratio)} (${each(kind)}; pgbench ${count(round(kind.limit, 0))} /s, each ${round(kind.limitMicros, 0)} µs of PostgreSQL)`,
      ratio >= 0.35,
    );
  }
}
