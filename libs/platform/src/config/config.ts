import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Max, Min, validateSync } from 'class-validator';

const databaseUrl = { protocols: ['postgres', 'postgresql'], require_tld: false };

/** What every process needs from its environment. One property is one environment variable; secrets come no other way. */
export class ProcessConfig {
  /** Port to listen on; 0 takes any free one. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT = 3000;

  @IsString()
  HOST = '127.0.0.1';

  /** `iss` of the tokens that open the platform. */
  @IsString()
  AUTH_ISSUER: string;

  /** `aud` of the tokens that open the platform. */
  @IsString()
  AUTH_AUDIENCE = 'urn:meistras:api';

  /** Where the issuer publishes its keys. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'] })
  AUTH_JWKS_URL?: string;

  /** The issuer's keys themselves (a JSON Web Key Set), where the issuer cannot be reached. */
  @IsOptional()
  @IsString()
  AUTH_JWKS?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
  LOG_LEVEL = 'info';

  /** Faults that span several variables. */
  faults(): string[] {
    return this.AUTH_JWKS || this.AUTH_JWKS_URL ? [] : ['AUTH_JWKS_URL (or AUTH_JWKS) is needed to verify tokens'];
  }
}

/** What a service with a database and a place on the bus needs besides. */
export class ServiceConfig extends ProcessConfig {
  /** The service's own database as the role that may only do what the service does. */
  @IsUrl(databaseUrl)
  DATABASE_URL: string;

  /** The same database as the role that owns the tables; used for migrations alone. */
  @IsUrl(databaseUrl)
  MIGRATOR_DATABASE_URL: string;

  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(200)
  DATABASE_POOL_SIZE = 10;

  /** Longest a statement may run, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  STATEMENT_TIMEOUT_MS = 15_000;

  /** Requests that may be in hand at once; one more is refused with 503 and `Retry-After`. Health and metrics are not counted. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  MAX_REQUESTS_IN_HAND = 500;

  @IsIn(['postgres', 'kafka'])
  BUS: 'postgres' | 'kafka' = 'postgres';

  /** Database of the `postgres` bus. */
  @IsOptional()
  @IsUrl(databaseUrl)
  BUS_DATABASE_URL?: string;

  /** Comma-separated brokers of the `kafka` bus. */
  @IsOptional()
  @IsString()
  KAFKA_BROKERS?: string;

  /** `true` reads every topic again from the beginning at start: after the database was dropped, to rebuild it. */
  @IsIn(['true', 'false'])
  BUS_REWIND = 'false';

  /** `true` lets webhooks go to any address, also without TLS: on one's own machine, and in tests. */
  @IsIn(['true', 'false'])
  WEBHOOKS_TO_PRIVATE_ADDRESSES: 'true' | 'false' = 'false';

  /** A webhook that has failed for so long is parked until its client asks for redelivery. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  WEBHOOK_PARK_AFTER_HOURS = 72;

  /** The national time zone: deadlines and days are judged in it. */
  @IsString()
  TIME_ZONE = 'Europe/Vilnius';

  override faults(): string[] {
    const faults = super.faults();
    if (this.BUS === 'postgres' && !this.BUS_DATABASE_URL)
      faults.push('BUS_DATABASE_URL is needed by the postgres bus');
    if (this.BUS === 'kafka' && !this.KAFKA_BROKERS) faults.push('KAFKA_BROKERS is needed by the kafka bus');
    return faults;
  }
}

/** Reads and checks the environment. Throws one error that lists everything missing or wrong. */
export function loadConfig<C extends ProcessConfig>(type: new () => C, environment: NodeJS.ProcessEnv): C {
  const named = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const config = plainToInstance(type, named, { exposeDefaultValues: true });
  const faults = validateSync(config, { forbidUnknownValues: false }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  faults.push(...config.faults());
  if (faults.length > 0) throw new Error(`The environment is incomplete:\n  ${faults.join('\n  ')}`);
  return config;
}
