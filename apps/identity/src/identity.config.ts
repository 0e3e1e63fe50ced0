import { Type } from 'class-transformer';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

const keyBytes = 32;

/** What the issuer needs from its environment besides. `AUTH_ISSUER` is the public address under which it answers. */
export class IdentityConfig extends ServiceConfig {
  /** Base64 of 32 random bytes. Encrypts the signing keys at rest; whoever has it and the database can sign tokens. */
  @IsString()
  KEY_ENCRYPTION_KEY: string;

  /** Life of an access token, in seconds. */
  @Type(() => Number)
  @IsInt()
  @Min(30)
  @Max(600)
  TOKEN_LIFETIME_SECONDS = 600;

  /** A signing key is followed by a new one after this many days. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  SIGNING_KEY_DAYS = 30;

  /** The gateway's limits, shown to clients at `/me`: set them as the gateway has them. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_PER_SECOND = 500;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BURST = 1_000;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BULK_PER_SECOND = 20;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_BULK_BURST = 40;

  override faults(): string[] {
    const faults = super.faults();
    if (Buffer.from(this.KEY_ENCRYPTION_KEY ?? '', 'base64').length !== keyBytes)
      faults.push(`KEY_ENCRYPTION_KEY must be the base64 of ${keyBytes} bytes`);
    if (!URL.canParse(this.AUTH_ISSUER) || new URL(this.AUTH_ISSUER).pathname !== '/')
      faults.push('AUTH_ISSUER must be an address without a path');
    if (!URL.canParse(this.AUTH_AUDIENCE)) faults.push('AUTH_AUDIENCE must be an absolute URI');
    return faults;
  }
}
