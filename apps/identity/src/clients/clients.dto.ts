import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { ClientKey } from './client-key.entity.js';
import { authMethods } from './client-keys.rules.js';
import type { AuthMethod } from './client-keys.rules.js';
import type { Client } from './client.entity.js';
import { platformScopes } from './scopes.rules.js';

/** What may be said anew of a client at any time. */
export class ClientFactsDto {
  /** @example "School information system of the Kaunas technicians' centre" */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  /**
   * What the client may ask for in its tokens.
   * @example ["registers.learners:read", "registers.institutions:read"]
   */
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(platformScopes, { each: true, message: 'UNKNOWN_SCOPE: The platform has no such scope.' })
  scopes: string[];

  /** Acts for the whole country; otherwise for its `institutions` or its `municipalities` alone. */
  @IsOptional()
  @IsBoolean()
  national?: boolean;

  /**
   * The institutions that the client acts for. At most 100: they travel in every token.
   * @example ["0198c0de-0000-7000-8000-000000000001"]
   */
  @IsOptional()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsUUID('all', { each: true })
  institutions?: string[];

  /**
   * The municipalities (ISO 3166-2) whose area the client reads; it then may have no scope that writes but
   * `registers.institutions:write`.
   * @example ["LT-16"]
   */
  @IsOptional()
  @ArrayMaxSize(100)
  @ArrayUnique()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, { each: true })
  municipalities?: string[];
}

/** A public JSON Web Key (RFC 7517): EC on P-256 for ES256, RSA of at least 2048 bits for RS256. */
export class PublicKeyDto {
  /** @example "EC" */
  @IsIn(['EC', 'RSA'])
  kty: 'EC' | 'RSA';

  /** @example "P-256" */
  @IsOptional()
  @IsIn(['P-256'])
  crv?: string;

  /** @example "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4" */
  @IsOptional()
  @Matches(/^[\w-]{1,64}$/)
  x?: string;

  /** @example "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" */
  @IsOptional()
  @Matches(/^[\w-]{1,64}$/)
  y?: string;

  @IsOptional()
  @Matches(/^[\w-]{1,1400}$/)
  n?: string;

  @IsOptional()
  @Matches(/^[\w-]{1,16}$/)
  e?: string;

  /**
   * Name of the key in the header of the client's assertions; its thumbprint (RFC 7638) if none is given.
   * @example "2026-spring"
   */
  @IsOptional()
  @Matches(/^[\w.:-]{1,64}$/)
  kid?: string;

  @IsOptional()
  @IsIn(['ES256', 'RS256'])
  alg?: string;

  @IsOptional()
  @IsIn(['sig'])
  use?: string;
}

export class RegisterClientDto extends ClientFactsDto {
  /** How the client proves itself at `/oauth/token`. With `private_key_jwt` no secret ever leaves the client. */
  @IsIn(authMethods)
  authMethod: AuthMethod;

  /** Needed with `private_key_jwt`. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PublicKeyDto)
  publicKey?: PublicKeyDto;
}

export class AddKeyDto {
  /** Needed with `private_key_jwt`; a client with `client_secret_basic` is given a new secret. */
  @IsOptional()
  @IsDefined()
  @ValidateNested()
  @Type(() => PublicKeyDto)
  publicKey?: PublicKeyDto;
}

export class ClientKeyDto {
  keyId: string;
  createdAt: string;
  publicKey?: PublicKeyDto;
}

export class ClientDto {
  clientId: string;
  version: number;
  name: string;
  scopes: string[];
  national: boolean;
  institutions: string[];
  municipalities: string[];
  authMethod: AuthMethod;
  state: 'ACTIVE' | 'REVOKED';
  /** Live keys; two at most. */
  keys: ClientKeyDto[];
  registeredAt: string;
  revokedAt?: string;
}

export class ClientWithNewKeyDto extends ClientDto {
  /** The new key. */
  keyId: string;

  /** The new secret, with `client_secret_basic`. It is shown here and never again. */
  secret?: string;
}

export class ClientPageDto {
  items: ClientDto[];
  next?: string;
}

export class ClientsQuery extends PageQuery {
  /** Only clients in this state. */
  @IsOptional()
  @IsIn(['ACTIVE', 'REVOKED'])
  state?: 'ACTIVE' | 'REVOKED';
}

export function toClientDto(client: Client, keys: ClientKey[]): ClientDto {
  const { id, version, name, scopes, authMethod, state, registeredAt, revokedAt } = client;
  const { national, institutions, municipalities } = client;
  return {
    clientId: id,
    version,
    name,
    scopes,
    national,
    institutions,
    municipalities,
    authMethod,
    state,
    keys: keys.map(toClientKeyDto),
    registeredAt: registeredAt.toISOString(),
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
  };
}

function toClientKeyDto({ id, createdAt, jwk }: ClientKey): ClientKeyDto {
  return {
    keyId: id,
    createdAt: createdAt.toISOString(),
    ...(jwk === null ? {} : { publicKey: jwk }),
  };
}
