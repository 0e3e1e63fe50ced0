import { isIP } from 'node:net';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { ProcessConfig } from '@meistras/platform/config/config';

const serviceUrl = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };
const defaultDocument = new URL('../../../docs/openapi/meistras.json', import.meta.url).pathname;

/** What the gateway needs from its environment. A service without an address is not offered: its paths are 404. */
export class GatewayConfig extends ProcessConfig {
  @IsUrl(serviceUrl)
  IDENTITY_URL: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  REGISTERS_URL?: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  ADMISSION_URL?: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  LEARNING_RECORDS_URL?: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  FINANCE_URL?: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  ACCREDITATION_URL?: string;

  @IsOptional()
  @IsUrl(serviceUrl)
  MONITORING_URL?: string;

  /** The gateway as a client of the issuer: it reads the revocations with `identity.clients:read`, nationally. */
  @IsString()
  SERVICE_CLIENT_ID: string;

  @IsOptional()
  @IsString()
  SERVICE_CLIENT_SECRET?: string;

  /** Instead of the secret: a private JWK with `alg` and `kid`, as JSON. */
  @IsOptional()
  @IsString()
  SERVICE_CLIENT_KEY?: string;

  /** How often the revocations are read. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  @Max(60_000)
  REVOCATIONS_POLL_MS = 1_000;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_PER_SECOND = 500;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BURST = 1_000;

  /** The lane of `/imports` and `/export`. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BULK_PER_SECOND = 20;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BULK_BURST = 40;

  /** Per address: requests without a token, token requests, and tokens seen for the first time. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_ANONYMOUS_PER_SECOND = 50;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_ANONYMOUS_BURST = 100;

  /** Addresses and networks, comma-separated, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  @IsString()
  TRUSTED_PROXIES = '127.0.0.1,::1';

  /** Connections to each service. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  UPSTREAM_CONNECTIONS = 128;

  /** Requests that may be under way to one service; more are refused with 503. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  UPSTREAM_MAX_IN_FLIGHT = 1_000;

  /** How long a service may take to begin its answer, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  UPSTREAM_TIMEOUT_MS = 30_000;

  /** How long a request's body may take to arrive, in milliseconds: imports are long. */
  @Type(() => Number)
  @IsInt()
  @Min(1_000)
  REQUEST_TIMEOUT_MS = 1_800_000;

  /** The merged OpenAPI document. Says which operations need no token; without it all of them do. */
  @IsString()
  OPENAPI_FILE = defaultDocument;

  /** Addresses of the services by their first path segment. */
  services(): Map<string, string> {
    const all: [string, string | undefined][] = [
      ['identity', this.IDENTITY_URL],
      ['registers', this.REGISTERS_URL],
      ['admission', this.ADMISSION_URL],
      ['learning-records', this.LEARNING_RECORDS_URL],
      ['finance', this.FINANCE_URL],
      ['accreditation', this.ACCREDITATION_URL],
      ['monitoring', this.MONITORING_URL],
    ];
    return new Map(all.flatMap(([name, url]) => (url === undefined ? [] : [[name, url]])));
  }

  override faults(): string[] {
    const faults = super.faults();
    if (!this.SERVICE_CLIENT_SECRET && !this.SERVICE_CLIENT_KEY)
      faults.push('SERVICE_CLIENT_SECRET (or SERVICE_CLIENT_KEY) is needed to read the revocations');
    const strange = this.TRUSTED_PROXIES.split(',').filter((each) => isIP(each.trim().replace(/\/\d{1,3}$/, '')) === 0);
    if (strange.length > 0) faults.push(`TRUSTED_PROXIES must be addresses or networks, not ${strange.join()}`);
    return faults;
  }
}
