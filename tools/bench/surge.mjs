// Five times as many requests as a service can answer, at their own pace whatever it answers, and the time after.
import autocannon from 'autocannon';
import { dealt } from './measure.mjs';

const factor = 5;
const surgeSeconds = 8;
/** More callers at once than a service has in hand. */
const callers = 1_000;
const windowSeconds = 1;
const calmWindows = 3;
const recoverySeconds = 30;

/** One load in which a refusal is an answer: what came of each, and how long those waited that were let in. */
async function watched({ url, headers, paths, connections, seconds, perSecond }) {
  const waits = [];
  const refused = { count: 0, withoutRetryAfter: 0 };
  let others = 0;
  const deal = dealt(
    paths.map((path) => ({ path })),
    connections,
  ).setupClient;
  const result = await autocannon({
    ...{ url, headers, connections, duration: seconds },
    ...(perSecond === undefined ? {} : { overallRate: Math.round(perSecond) }),
    setupClient: (client) => {
      deal(client);
      let retryAfter = false;
      client.on('headers', ({ headers: pairs }) => {
        retryAfter = pairs.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'retry-after');
      });
      client.on('response', (status, _, ms) => {
        if (status === 200) waits.push(ms);
        else if (status === 503 || status === 429) {
          refused.count += 1;
          if (!retryAfter) refused.withoutRetryAfter += 1;
        } else others += 1;
      });
    },
  });
  const sorted = Float64Array.from(waits).sort();
  return {
    answered: waits.length / result.duration,
    refused: refused.count / result.duration,
    withoutRetryAfter: refused.withoutRetryAfter,
    failed: others + result.errors + result.timeouts,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Infinity,
  };
}

/**
 * A surge, then windows of the usual load until one is as before: nobody refused, and the 99th percentile at most twice that
 * of such windows before. A window opens its own connections, so only windows of one length are alike.
 * @param {{ url: string, headers: object, paths: string[], calm: { perSecond: number } }} what
 */
export async function surge({ url, headers, paths, calm }) {
  const usual = { url, headers, paths, connections: 32, seconds: windowSeconds, perSecond: calm.perSecond / 2 };
  const windows = [];
  for (let i = 0; i < calmWindows; i += 1) windows.push(await watched(usual));
  const before = windows.toSorted((a, b) => b.p99 - a.p99)[0];
  const perSecond = factor * calm.perSecond;
  const during = await watched({ url, headers, paths, connections: callers, seconds: surgeSeconds, perSecond });
  const ended = performance.now();
  for (;;) {
    const after = await watched(usual);
    const recoveredIn = (performance.now() - ended) / 1_000;
    const asBefore = after.refused === 0 && after.failed === 0 && after.p99 <= Math.max(2 * before.p99, 20);
    if (asBefore || recoveredIn > recoverySeconds)
      return { asked: perSecond, callers, before, during, after, recoveredIn, asBefore };
  }
}
