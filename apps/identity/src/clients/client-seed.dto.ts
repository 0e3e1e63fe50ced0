import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ClientFactsDto } from './clients.dto.js';

/** A client as the first clients of a platform are given: with an id and a secret that somebody chose. */
export class SeedClientDto extends ClientFactsDto {
  /** @example "demo-registrar" */
  @Matches(/^[a-z0-9][a-z0-9._-]{1,99}$/)
  clientId: string;

  /** At least 16 characters; outside a demo 32 random bytes. */
  @IsString()
  @MinLength(16)
  @MaxLength(200)
  @Matches(/^[\x21-\x7e]+$/)
  clientSecret: string;
}
