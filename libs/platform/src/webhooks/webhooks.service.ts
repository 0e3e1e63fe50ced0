import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import { decodeFeedCursor } from '../changes/changes.js';
import { ServiceConfig } from '../config/config.js';
import { DomainError, invalid, missing } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { WriteOnce } from '../idempotency/idempotency.js';
import { afterId, beforeId, toPage } from '../paging/paging.js';
import type { Page, PageQuery } from '../paging/paging.js';
import { Clock, Ids } from '../time/clock.js';
import { WebhookDeliverer } from './webhook.deliverer.js';
import { isOpenUrl } from './webhook.addresses.js';
import { secretOf } from './webhook.rules.js';
import { toDeliveryDto, toWebhookDto } from './webhooks.dto.js';
import type {
  CreatedWebhookDto,
  CreateWebhookDto,
  DeliveryRow,
  WebhookDeliveryDto,
  WebhookDto,
  WebhookRow,
} from './webhooks.dto.js';
import { WebhookSettings } from './webhooks.settings.js';

const webhooksEachAtMost = 20;

/** The webhooks of each client. Nobody else sees them, national clients neither. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly deliverer: WebhookDeliverer,
    private readonly settings: WebhookSettings,
    private readonly config: ServiceConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async create(dto: CreateWebhookDto, by: Actor, once: WriteOnce): Promise<CreatedWebhookDto> {
    this.judge(dto, by);
    const cursor = dto.after === undefined ? undefined : decodeFeedCursor(dto.after);
    const answer = await this.idempotency.run(once, async (tx) => {
      await this.mustHaveRoom(tx, by.clientId);
      const [row]: [WebhookRow] = await tx.query(
        `INSERT INTO webhook (id, client_id, url, topics, institutions, created_at, next_attempt_at, xid, outbox_id)
         VALUES ($1, $2, $3, $4, $5, $6, $6, coalesce($7::text::xid8, pg_snapshot_xmin(pg_current_snapshot())), $8) RETURNING *`,
        [
          this.ids.next(),
          by.clientId,
          dto.url,
          dto.topics,
          by.institutionFilter,
          this.clock.now(),
          cursor?.xid,
          cursor?.id ?? 0,
        ],
      );
      return toWebhookDto(row);
    });
    return { ...answer, secret: secretOf(this.settings.key, answer.id) };
  }

  async list(query: PageQuery, by: Actor): Promise<Page<WebhookDto>> {
    const rows: WebhookRow[] = await this.dataSource.query(
      'SELECT * FROM webhook WHERE client_id = $1 AND id > $2 ORDER BY id LIMIT $3',
      [by.clientId, afterId(query), query.limit + 1],
    );
    return toPage(rows, query.limit, toWebhookDto, ({ id }) => [id]);
  }

  async get(id: string, by: Actor): Promise<WebhookDto> {
    return toWebhookDto(await this.find(id, by));
  }

  async remove(id: string, by: Actor): Promise<void> {
    await this.find(id, by);
    await this.dataSource.query('DELETE FROM webhook WHERE id = $1', [id]);
  }

  async deliveries(id: string, query: PageQuery, by: Actor): Promise<Page<WebhookDeliveryDto>> {
    await this.find(id, by);
    const rows: DeliveryRow[] = await this.dataSource.query(
      'SELECT * FROM webhook_delivery WHERE webhook_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
      [id, beforeId(query), query.limit + 1],
    );
    return toPage(rows, query.limit, toDeliveryDto, (row) => [row.id]);
  }

  async ping(id: string, by: Actor): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliverer.ping(await this.find(id, by)));
  }

  /** Tries again at once, parked or not. What the client may read is taken anew from its token. */
  async redeliver(id: string, after: string | undefined, by: Actor): Promise<WebhookDto> {
    const { topics, url } = await this.find(id, by);
    this.judge({ topics, url }, by);
    const cursor = after === undefined ? undefined : decodeFeedCursor(after);
    const [[row]]: [[WebhookRow]] = await this.dataSource.query(
      `UPDATE webhook SET failures = 0, failing_since = NULL, parked_at = NULL, next_attempt_at = $2, institutions = $3,
         xid = coalesce($4::text::xid8, xid), outbox_id = coalesce($5::bigint, outbox_id) WHERE id = $1 RETURNING *`,
      [id, this.clock.now(), by.institutionFilter, cursor?.xid, cursor?.id],
    );
    this.deliverer.wake(id);
    return toWebhookDto(row);
  }

  /** The client is revoked: nothing leaves for it any more. */
  async removeAllOf(tx: EntityManager, clientId: string): Promise<void> {
    await tx.query('DELETE FROM webhook WHERE client_id = $1', [clientId]);
  }

  /** The client may do something else than before: nothing leaves until it asks again, with a token of now. */
  async parkAllOf(tx: EntityManager, clientId: string, changedAt: Date): Promise<void> {
    await tx.query('UPDATE webhook SET parked_at = $2 WHERE client_id = $1 AND parked_at IS NULL AND created_at < $3', [
      clientId,
      this.clock.now(),
      changedAt,
    ]);
  }

  private async find(id: string, by: Actor): Promise<WebhookRow> {
    const text = 'SELECT * FROM webhook WHERE id = $1 AND client_id = $2';
    const [row]: WebhookRow[] = await this.dataSource.query(text, [id, by.clientId]);
    if (!row) throw missing('webhook');
    return row;
  }

  /** One at a time of a client, so that many at once do not pass together. */
  private async mustHaveRoom(tx: EntityManager, clientId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('webhook'), hashtext($1))`, [clientId]);
    const [row]: [{ count: number }] = await tx.query(
      'SELECT count(*)::int AS count FROM webhook WHERE client_id = $1',
      [clientId],
    );
    if (row.count < webhooksEachAtMost) return;
    throw new DomainError('conflict', 'webhooks-at-most', `A client has ${webhooksEachAtMost} webhooks at most.`);
  }

  private judge({ url, topics }: CreateWebhookDto, by: Actor): void {
    const faults: Fault[] = topics.flatMap((topic, at) =>
      this.settings.feeds.some((feed) => feed.topic === topic)
        ? []
        : [{ pointer: `/topics/${at}`, code: 'UNKNOWN_TOPIC', message: 'There is no such feed.' }],
    );
    if (!isOpenUrl(url, this.config.WEBHOOKS_TO_PRIVATE_ADDRESSES === 'true')) {
      const message = 'It must be https, without credentials and fragment, at an address of the internet.';
      faults.push({ pointer: '/url', code: 'URL', message });
    }
    const needed = this.settings.feeds.filter(({ topic }) => topics.includes(topic)).map(({ scope }) => scope);
    const lacking = needed.find((scope) => !by.may(scope));
    if (lacking !== undefined)
      throw new DomainError('forbidden', 'scope-missing', `The token lacks the scope ${lacking}.`);
    if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
  }
}
