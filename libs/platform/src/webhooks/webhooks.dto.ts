import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { encodeCursor } from '../paging/paging.js';

export class CreateWebhookDto {
  /**
   * Where changes are sent: https, without credentials, at an address of the internet.
   * @example "https://school.example.lt/meistras"
   */
  @IsString()
  @MaxLength(500)
  url: string;

  /**
   * Feeds whose changes are sent; the token must have the scope that reads the feed.
   * @example ["registers.learner"]
   */
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  topics: string[];

  /** Begin after this `highWatermark` of a change feed; from now on if left out. */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  after?: string;
}

export class RedeliverDto {
  /**
   * Go back, or on, to this `highWatermark` of a change feed; from where deliveries stand if left out.
   * @example "WyI3NDEiLCIxMiJd"
   */
  @IsOptional()
  @IsString()
  @MaxLength(512)
  after?: string;
}

export class WebhookDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "https://school.example.lt/meistras" */
  url: string;
  /** @example ["registers.learner"] */
  topics: string[];
  /** Parked: nothing is sent until its client asks for redelivery. */
  @ApiProperty({ enum: ['ACTIVE', 'FAILING', 'PARKED'] })
  state: 'ACTIVE' | 'FAILING' | 'PARKED';
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  /** Everything up to here was delivered; `after` of the change feeds. */
  after: string;
  /** Failures in a row. */
  @ApiProperty({ type: 'integer' })
  failures: number;
  /** Present while it fails. */
  @ApiProperty({ format: 'date-time' })
  nextAttemptAt?: string;
}

export class CreatedWebhookDto extends WebhookDto {
  /**
   * Verifies signatures (Standard Webhooks 1.0). Shown here and never again.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
   */
  secret: string;
}

export class WebhookPageDto {
  items: WebhookDto[];
  next?: string;
}

/** An attempt to deliver. */
export class WebhookDeliveryDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** `webhook-id` of the message. */
  @ApiProperty({ format: 'uuid' })
  messageId: string;
  /** @example "registers.learner.changed.v1" */
  type: string;
  @ApiProperty({ format: 'date-time' })
  attemptedAt: string;
  /** What the receiver answered; absent when it did not. */
  @ApiProperty({ type: 'integer', example: 204 })
  status?: number;
  /**
   * Why there was no answer.
   * @example "ECONNREFUSED"
   */
  error?: string;
  /** Milliseconds until the answer. */
  @ApiProperty({ type: 'integer' })
  ms: number;
}

export class WebhookDeliveryPageDto {
  items: WebhookDeliveryDto[];
  next?: string;
}

export interface WebhookRow {
  id: string;
  client_id: string;
  url: string;
  topics: string[];
  institutions: string[] | null;
  created_at: Date;
  xid: string;
  outbox_id: string;
  failures: number;
  failing_since: Date | null;
  next_attempt_at: Date;
  parked_at: Date | null;
}

export interface DeliveryRow {
  id: string;
  message_id: string;
  type: string;
  attempted_at: Date;
  status: number | null;
  error: string | null;
  ms: number;
}

export function toWebhookDto(row: WebhookRow): WebhookDto {
  const failing = row.failures > 0 ? 'FAILING' : 'ACTIVE';
  return {
    ...{ id: row.id, url: row.url, topics: row.topics, state: row.parked_at ? 'PARKED' : failing },
    ...{
      createdAt: row.created_at.toISOString(),
      after: encodeCursor([row.xid, row.outbox_id]),
      failures: row.failures,
    },
    ...(failing === 'FAILING' && !row.parked_at ? { nextAttemptAt: row.next_attempt_at.toISOString() } : {}),
  };
}

export function toDeliveryDto({
  id,
  message_id,
  type,
  attempted_at,
  status,
  error,
  ms,
}: DeliveryRow): WebhookDeliveryDto {
  return {
    ...{ id, messageId: message_id, type, attemptedAt: attempted_at.toISOString(), ms },
    ...(status === null ? {} : { status }),
    ...(error === null ? {} : { error }),
  };
}
