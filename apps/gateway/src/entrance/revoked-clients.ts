import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { JWK } from 'jose';
import { ServiceTokens } from '@meistras/platform/auth/service-token';
import { Clock } from '@meistras/platform/time/clock';
import { GatewayConfig } from '../gateway.config.js';

const timeoutMs = 3_000;
/** A slow transaction may commit a revocation behind one that was read already: the last minute is read again. */
const overlapMs = 60_000;
/** No token lives longer, so nobody is remembered longer. */
const longestTokenMs = 10 * 60_000 + overlapMs;

interface Revocations {
  items: { clientId: string; tokensNotBefore: string }[];
  asOf: string;
}

/**
 * Clients whose earlier tokens are closed. Read from identity every second, so that access ends seconds after its reason;
 * while identity is away the last list holds, and tokens expire by themselves.
 */
@Injectable()
export class RevokedClients implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('RevokedClients');
  private readonly tokens: ServiceTokens;
  /** By client, the instant (epoch milliseconds) before which no token of its may have been issued. */
  private readonly notBefore = new Map<string, number>();
  private asOf: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failing = false;
  private stopped = false;

  constructor(
    private readonly config: GatewayConfig,
    private readonly clock: Clock,
  ) {
    const { SERVICE_CLIENT_SECRET: clientSecret, SERVICE_CLIENT_KEY: key } = config;
    this.tokens = new ServiceTokens(
      {
        tokenUrl: new URL('/oauth/token', config.IDENTITY_URL).href,
        clientId: config.SERVICE_CLIENT_ID,
        issuer: config.AUTH_ISSUER,
        scope: 'identity.clients:read',
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...(key === undefined ? {} : { privateKey: JSON.parse(key) as JWK }),
      },
      clock,
    );
  }

  /** Whether the list has been read at least once. */
  get known(): boolean {
    return this.asOf !== undefined;
  }

  /** Tokens carry whole seconds: one issued in the very second of the revocation is closed too. */
  closes(clientId: string, issuedAtSeconds: number): boolean {
    const notBefore = this.notBefore.get(clientId);
    return notBefore !== undefined && issuedAtSeconds * 1_000 < notBefore;
  }

  onApplicationBootstrap(): void {
    void this.poll();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Reads what is new. Throws when identity does not answer. */
  async read(): Promise<void> {
    const url = new URL('/identity/v1/revocations', this.config.IDENTITY_URL);
    if (this.asOf !== undefined)
      url.searchParams.set('since', new Date(Date.parse(this.asOf) - overlapMs).toISOString());
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${await this.tokens.token()}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (answer.status === 401) this.tokens.forget();
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`Identity answered ${answer.status}.`);
    }
    this.remember((await answer.json()) as Revocations);
  }

  private remember({ items, asOf }: Revocations): void {
    for (const { clientId, tokensNotBefore } of items) this.notBefore.set(clientId, Date.parse(tokensNotBefore));
    const longAgo = this.clock.now().getTime() - longestTokenMs;
    for (const [clientId, instant] of this.notBefore) if (instant < longAgo) this.notBefore.delete(clientId);
    this.asOf = asOf;
  }

  private async poll(): Promise<void> {
    try {
      await this.read();
      if (this.failing) this.log.log('The revocations are read again.');
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.log.warn({ err: error }, 'The revocations cannot be read; the last ones hold.');
      this.failing = true;
    }
    if (!this.stopped) this.timer = setTimeout(() => void this.poll(), this.config.REVOCATIONS_POLL_MS).unref();
  }
}
