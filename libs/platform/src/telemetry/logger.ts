import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { DestinationStream, Logger as Pino } from 'pino';
import { currentTraceparent } from './trace.js';

const flushMs = 1_000;

/** Structured lines on standard output. Bodies, query strings and tokens are never logged: they hold personal data. */
export class PlatformLogger implements LoggerService {
  readonly pino: Pino;

  constructor(service: string, level: string, destination = inTheBackground()) {
    this.pino = pino(
      {
        level,
        base: { service },
        mixin: () => ({ traceparent: currentTraceparent() }),
        serializers: { err: describe },
      },
      destination,
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'info' | 'error' | 'warn' | 'debug' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const fields = typeof message === 'object' && message !== null ? message : {};
    const text = typeof message === 'string' ? message : rest.find((each) => typeof each === 'string');
    this.pino[level]({ ...fields, context }, text as string);
  }
}

/** A synchronous line cost a quarter of a read. Flushed every second and at the end. */
function inTheBackground(): DestinationStream {
  const destination = pino.destination({ sync: false, minLength: 4_096 });
  setInterval(() => destination.flush(), flushMs).unref();
  return destination;
}

/** Name, code and stack of an error; the parameters of a failed query are left out, they may be personal data. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: string };
  return { name: error.name, code, message: error.message, stack: error.stack };
}
