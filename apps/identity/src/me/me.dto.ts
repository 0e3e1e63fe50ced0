import type { Actor } from '@meistras/platform/auth/actor';
import type { IdentityConfig } from '../identity.config.js';

export class LaneDto {
  /** Requests per second that may go on for ever. */
  perSecond: number;

  /** Requests that may come at once after a pause. */
  burst: number;
}

export class LimitsDto {
  requests: LaneDto;

  /** Lane of paths with `/imports` and `/export`. */
  bulk: LaneDto;
}

export class MeDto {
  clientId: string;
  scopes: string[];
  national: boolean;
  institutions: string[];
  /** Present for a client that reads the area of municipalities. */
  municipalities?: string[];
  /** Token buckets of each gateway instance. */
  limits: LimitsDto;
  tokenExpiresAt: string;
}

export function toMeDto(actor: Actor, expiresAt: Date, config: IdentityConfig): MeDto {
  return {
    clientId: actor.clientId,
    scopes: [...actor.scopes],
    national: actor.national,
    institutions: [...actor.institutions],
    ...(actor.isMunicipal ? { municipalities: [...actor.municipalities] } : {}),
    limits: {
      requests: { perSecond: config.RATE_LIMIT_PER_SECOND, burst: config.RATE_LIMIT_BURST },
      bulk: { perSecond: config.RATE_LIMIT_BULK_PER_SECOND, burst: config.RATE_LIMIT_BULK_BURST },
    },
    tokenExpiresAt: expiresAt.toISOString(),
  };
}
