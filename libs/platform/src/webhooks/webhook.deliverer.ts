import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { FeedChange, FeedCursor } from '../changes/changes.js';
import { ServiceConfig } from '../config/config.js';
import { ServiceLoop } from '../loop/service-loop.js';
import { Clock, Ids } from '../time/clock.js';
import { attempt, succeeded } from './webhook.request.js';
import type { Attempted } from './webhook.request.js';
import { pauseAfter, secretOf, signedHeaders } from './webhook.rules.js';
import type { Message } from './webhook.rules.js';
import type { DeliveryRow, WebhookRow } from './webhooks.dto.js';
import { WebhookSettings } from './webhooks.settings.js';

const pollMs = 500;
const changesAtOnce = 100;
const atOnceAtMost = 100;
const keptDays = 30;
const pruneEveryMs = 3_600_000;

/**
 * Sends changes to webhooks in the order of the feed, each webhook from its own cursor: the next change leaves when the one
 * before was taken. A receiver that fails is tried again after growing pauses, then parked; a slow one holds up nobody else.
 * One instance of a service delivers at a time. A crash between an answer and its mark sends the change again.
 */
@Injectable()
export class WebhookDeliverer extends ServiceLoop {
  private readonly log = new Logger('Webhooks');
  private readonly underWay = new Map<string, Promise<void>>();
  /** How far the feed of a webhook was read without finding more to send: not stored, as it is found again. */
  private readonly read = new Map<string, { from: string; end: FeedCursor }>();
  private readonly stopping = new AbortController();
  private prunedAtMs = 0;

  constructor(
    private readonly config: ServiceConfig,
    private readonly dataSource: DataSource,
    private readonly changes: Changes,
    private readonly settings: WebhookSettings,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    super({ name: 'webhooks', url: config.DATABASE_URL, pollMs });
  }

  override async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await super.onApplicationShutdown();
    await Promise.all(this.underWay.values());
  }

  /** Looks at once, from the stored cursor. */
  wake(webhookId: string): void {
    this.read.delete(webhookId);
    this.rouse();
  }

  /** Sends a test message now, out of the order, and logs it. */
  async ping(webhook: WebhookRow): Promise<DeliveryRow> {
    const now = this.clock.now();
    const body = JSON.stringify({ type: 'meistras.ping.v1', timestamp: now.toISOString(), data: {} });
    const message = { id: this.ids.next(), body };
    const attempted = await this.send(webhook, message);
    const [row]: [DeliveryRow] = await this.dataSource.query(
      `INSERT INTO webhook_delivery (webhook_id, message_id, type, attempted_at, status, error, ms)
       VALUES ($1, $2, 'meistras.ping.v1', $3, $4, $5, $6) RETURNING *`,
      [webhook.id, message.id, now, attempted.status, attempted.error, attempted.ms],
    );
    return row;
  }

  /** Starts what is due and does not wait for it; 0, so that the loop sleeps until its next look. */
  protected async turn(): Promise<number> {
    const newest = await this.changes.newest();
    const waiting: WebhookRow[] = await this.dataSource.query(
      'SELECT * FROM webhook WHERE parked_at IS NULL AND next_attempt_at <= $1 AND NOT id = ANY($2::uuid[]) ORDER BY next_attempt_at',
      [this.clock.now(), [...this.underWay.keys()]],
    );
    const due = waiting.filter((webhook) => isBefore(this.positionOf(webhook), newest));
    for (const webhook of due.slice(0, Math.max(0, atOnceAtMost - this.underWay.size))) {
      const work = this.deliver(webhook)
        .catch((error: unknown) => this.log.warn(`A webhook is tried again: ${String(error)}`))
        .finally(() => this.underWay.delete(webhook.id));
      this.underWay.set(webhook.id, work);
    }
    await this.prune();
    return 0;
  }

  private async deliver(webhook: WebhookRow): Promise<void> {
    let at: FeedCursor = { xid: webhook.xid, id: webhook.outbox_id };
    for (;;) {
      const { topics, institutions } = webhook;
      // Asked before: what is committed after it may not be taken for read.
      const end = await this.changes.newest();
      const changes = await this.changes.read({
        ...{ topics, owned: this.settings.ownedAmong(topics), institutions, limit: changesAtOnce },
        after: this.positionOf({ ...webhook, xid: at.xid, outbox_id: at.id }),
      });
      if (changes.length === 0) {
        this.read.set(webhook.id, { from: beginningOf({ ...webhook, xid: at.xid, outbox_id: at.id }), end });
        return;
      }
      for (const change of changes) {
        const attempted = await this.send(webhook, messageOf(change));
        if (this.stopping.signal.aborted && !succeeded(attempted)) return;
        if (!(await this.mark(webhook, change, at, attempted)) || !succeeded(attempted)) return;
        at = change.cursor;
      }
    }
  }

  private positionOf(webhook: WebhookRow): FeedCursor {
    const read = this.read.get(webhook.id);
    return read?.from === beginningOf(webhook) ? read.end : { xid: webhook.xid, id: webhook.outbox_id };
  }

  private send(webhook: WebhookRow, message: Message): Promise<Attempted> {
    const seconds = Math.floor(this.clock.now().getTime() / 1_000);
    const headers = signedHeaders(secretOf(this.settings.key, webhook.id), message, seconds);
    const privateToo = this.config.WEBHOOKS_TO_PRIVATE_ADDRESSES === 'true';
    const { body } = message;
    return attempt(new URL(webhook.url), { headers, body }, { privateToo, signal: this.stopping.signal });
  }

  /**
   * Logs the attempt, and moves the webhook on or lets it wait, in one statement. False when the webhook is not any more
   * where this delivery began: removed, parked, sent back, or delivered by another instance.
   */
  private async mark(webhook: WebhookRow, change: FeedChange, at: FeedCursor, attempted: Attempted): Promise<boolean> {
    const now = this.clock.now();
    const failed = !succeeded(attempted);
    const failures = failed ? webhook.failures + 1 : 0;
    const since = failed ? (webhook.failing_since ?? now) : null;
    const next = failed ? new Date(now.getTime() + pauseAfter(failures, Math.random())) : now;
    const parked =
      since !== null && now.getTime() - since.getTime() >= this.config.WEBHOOK_PARK_AFTER_HOURS * 3_600_000;
    const to = failed ? at : change.cursor;
    const moved: unknown[] = await this.dataSource.query(
      `WITH moved AS (UPDATE webhook SET xid = $4::text::xid8, outbox_id = $5, failures = $6, failing_since = $7, next_attempt_at = $8, parked_at = $9
         WHERE id = $1 AND xid = $2::text::xid8 AND outbox_id = $3 AND parked_at IS NULL RETURNING id)
       INSERT INTO webhook_delivery (webhook_id, message_id, type, attempted_at, status, error, ms)
         SELECT id, $10, $11, $12, $13, $14, $15 FROM moved RETURNING 1`,
      [
        ...[webhook.id, at.xid, at.id, to.xid, to.id, failures, since, next, parked ? now : null],
        ...[change.eventId, change.type, now, attempted.status, attempted.error, attempted.ms],
      ],
    );
    Object.assign(webhook, { failures, failing_since: since });
    if (parked) this.log.warn(`Webhook ${webhook.id} of ${webhook.client_id} is parked after ${failures} failures`);
    return moved.length > 0;
  }

  private async prune(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    if (nowMs - this.prunedAtMs < pruneEveryMs) return;
    this.prunedAtMs = nowMs;
    await this.dataSource.query(
      `DELETE FROM webhook_delivery WHERE attempted_at < $1::timestamptz - make_interval(days => $2)`,
      [this.clock.now(), keptDays],
    );
  }
}

/** What was read holds for this cursor and these institutions alone. */
function beginningOf({ xid, outbox_id: id, institutions }: WebhookRow): string {
  return JSON.stringify([xid, id, institutions]);
}

function isBefore(one: FeedCursor, other: FeedCursor): boolean {
  const [a, b] = [BigInt(one.xid), BigInt(other.xid)];
  return a < b || (a === b && BigInt(one.id) < BigInt(other.id));
}

/** Ids alone: who may read the object reads it by its id. */
function messageOf({ eventId, type, key, version, occurredAt }: FeedChange): Message {
  return {
    id: eventId,
    body: JSON.stringify({ type, timestamp: occurredAt.toISOString(), data: { id: key, version } }),
  };
}
