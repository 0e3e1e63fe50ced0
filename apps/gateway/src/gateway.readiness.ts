import { Injectable } from '@nestjs/common';
import { probe, Readiness } from '@meistras/platform/health/readiness';
import { RevokedClients } from './entrance/revoked-clients.js';
import { GatewayConfig } from './gateway.config.js';

/** The gateway can work when it can verify tokens. A service that is down does not make it useless: that is a 503. */
@Injectable()
export class GatewayReadiness extends Readiness {
  constructor(
    private readonly config: GatewayConfig,
    private readonly revoked: RevokedClients,
  ) {
    super();
  }

  async check(): Promise<Record<string, string>> {
    return {
      identity: await probe(() => mustAnswer(new URL('/oauth/jwks', this.config.IDENTITY_URL))),
      revocations: this.revoked.known ? 'up' : 'down: never read',
    };
  }
}

async function mustAnswer(url: URL): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(1_500) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
}
