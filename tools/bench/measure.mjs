// Measuring without a stopwatch in the tests: load by autocannon, CPU and memory of processes as the system counts them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const ticksPerSecond = 100;

const ticksOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 15).map(Number);

/** CPU seconds that a process has used (Linux). */
export function cpuSeconds(pid) {
  const [user, system] = ticksOf(pid);
  return (user + system) / ticksPerSecond;
}

/** CPU seconds of its children that have ended (Linux). */
export function endedCpuSeconds(pid) {
  const [, , user, system] = ticksOf(pid);
  return (user + system) / ticksPerSecond;
}

/** The process with those that it started: PostgreSQL with its back ends. */
export function familyOf(pid) {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return [pid, ...stdout.trim().split('\n').map(Number)].filter((each) => existsSync(`/proc/${each}`));
}

/** CPU seconds of PostgreSQL and its back ends since this was called; those that ended meanwhile are not counted. */
export function familyCpu(pid) {
  const before = new Map(familyOf(pid).map((each) => [each, cpuSeconds(each)]));
  return () => familyOf(pid).reduce((sum, each) => sum + cpuSeconds(each) - (before.get(each) ?? 0), 0);
}

/** Memory that a process has to itself and its share of what it shares, in MiB (Linux). */
export function residentMiB(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) / 1024;
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Deals requests out to connections: to give all of them to each would cost more than a short load itself. */
export function dealt(requests, connections) {
  if (requests.length < connections) return { requests };
  let next = 0;
  const setupClient = (client) => {
    const own = next;
    next += 1;
    client.setRequests(requests.filter((_, i) => i % connections === own % connections));
  };
  return { setupClient };
}

/**
 * Load for some seconds; answers of requests per second, CPU of the named processes and of PostgreSQL per request, and
 * whether all was well.
 * @param {{ url: string, requests: object[], headers?: object, seconds?: number, connections?: number, pids?: number[],
 *   postgresPid?: number }} what
 */
export async function load({ url, requests, headers = {}, seconds = 6, connections = 32, pids = [], postgresPid }) {
  const before = pids.map(cpuSeconds);
  const postgresCpu = postgresPid === undefined ? () => 0 : familyCpu(postgresPid);
  const result = await autocannon({ url, headers, duration: seconds, connections, ...dealt(requests, connections) });
  const cpu = pids.reduce((sum, pid, i) => sum + cpuSeconds(pid) - before[i], 0);
  const postgres = postgresCpu();
  const total = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  const micros = (seconds) => (seconds / total) * 1e6;
  return {
    perSecond: total / result.duration,
    microsPerRequest: micros(cpu),
    postgresMicros: micros(postgres),
    p99: result.latency.p99,
  };
}
