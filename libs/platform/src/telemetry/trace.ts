import { AsyncLocalStorage } from 'node:async_hooks';

const traces = new AsyncLocalStorage<string>();
const shape = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context of the request or event in hand, if it came with one. */
export function currentTraceparent(): string | undefined {
  return traces.getStore();
}

export function withTraceparent<T>(traceparent: string | undefined, work: () => T): T {
  return traceparent !== undefined && shape.test(traceparent) ? traces.run(traceparent, work) : work();
}
