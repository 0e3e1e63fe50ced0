// Measuring without a stopwatch in the tests: load by autocannon, CPU and memory of processes as the system counts them.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const ticksPerSecond = 100;

/** CPU seconds that a process has used (Linux). */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Memory that a process has to itself and its share of what it shares, in MiB (Linux). */
export function residentMiB(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) / 1024;
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Load for some seconds; answers of requests per second, CPU of the named processes per request, and whether all was well.
 * @param {{ url: string, requests: object[], headers?: object, seconds?: number, connections?: number, pids?: number[] }} what
 */
export async function load({ url, requests, headers = {}, seconds = 6, connections = 32, pids = [] }) {
  const before = pids.map(cpuSeconds);
  const result = await autocannon({ url, requests, headers, duration: seconds, connections });
  const cpu = pids.reduce((sum, pid, i) => sum + cpuSeconds(pid) - before[i], 0);
  const total = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return { perSecond: total / result.duration, microsPerRequest: (cpu / total) * 1e6, p99: result.latency.p99 };
}
