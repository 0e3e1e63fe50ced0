import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decodeCursor, encodeCursor } from '../paging/paging.js';
import type { PageQuery } from '../paging/paging.js';
import type { ChangeDto, ChangePageDto } from './changes.dto.js';

/** Where somebody stands in the feeds of a service. */
export interface FeedCursor {
  xid: string;
  id: string;
}

/** A change as the outbox has it. */
export interface FeedChange {
  cursor: FeedCursor;
  eventId: string;
  type: string;
  key: string;
  version: number;
  payload: Record<string, unknown>;
  occurredAt: Date;
}

/** What is read of the feeds of several topics, in one order. */
export interface FeedQuery {
  topics: string[];
  /** Those of the topics whose changes name an institution. */
  owned: string[];
  /** Changes of owned topics must name one of these, as the institution or as that which it was before; null for all. */
  institutions: string[] | null;
  after: FeedCursor;
  limit: number;
}

interface ChangeRow extends Omit<FeedChange, 'cursor' | 'eventId' | 'occurredAt'>, FeedCursor {
  event_id: string;
  occurred_at: Date;
}

const below = 'o.xid < pg_snapshot_xmin(pg_current_snapshot())';

/** The `highWatermark` of a feed; throws `malformed` for anything else. */
export function decodeFeedCursor(after: string): FeedCursor {
  const [xid = '0', id = '0'] = decodeCursor(after, [/^\d{1,19}$/, /^\d{1,18}$/]);
  return { xid, id };
}

/** A cursor as clients are given it: a `highWatermark`. */
export const feedPositionOf = ({ xid, id }: FeedCursor): string => encodeCursor([xid, id]);

/**
 * The change feed of a resource: its outbox, in the order in which transactions began to write, and only below the oldest
 * running one, so a client that goes on from its cursor misses nothing however many writers there are.
 */
@Injectable()
export class Changes {
  constructor(private readonly dataSource: DataSource) {}

  /** Changes of a topic after a cursor. `institutions` limits them to events that name one of these; null for all. */
  async list(topic: string, query: PageQuery, institutions: string[] | null): Promise<ChangePageDto> {
    const after = query.after === undefined ? { xid: '0', id: '0' } : decodeFeedCursor(query.after);
    const { limit } = query;
    const changes = await this.read({ topics: [topic], owned: [topic], institutions, after, limit });
    return { items: changes.map(toChangeDto), highWatermark: feedPositionOf(changes.at(-1)?.cursor ?? after) };
  }

  async read({ topics, owned, institutions, after, limit }: FeedQuery): Promise<FeedChange[]> {
    const rows: ChangeRow[] = await this.dataSource.query(
      `SELECT o.xid::text AS xid, o.id, event_id, type, key, version, payload, occurred_at FROM outbox o
       WHERE topic = ANY($1) AND (o.xid, o.id) > ($2::text::xid8, $3::bigint) AND ${below}
         AND ($4::text[] IS NULL OR NOT topic = ANY($5) OR payload->>'institutionId' = ANY($4)
           OR payload->>'previousInstitutionId' = ANY($4))
       ORDER BY o.xid, o.id LIMIT $6`,
      [topics, after.xid, after.id, institutions, owned, limit],
    );
    return rows.map(({ xid, id, event_id: eventId, occurred_at: occurredAt, ...row }) => ({
      ...row,
      ...{ cursor: { xid, id }, eventId, occurredAt },
    }));
  }

  /** Where the newest change stands that may be read now. */
  async newest(): Promise<FeedCursor> {
    const [row]: FeedCursor[] = await this.dataSource.query(
      `SELECT o.xid::text AS xid, o.id FROM outbox o WHERE ${below} ORDER BY o.xid DESC, o.id DESC LIMIT 1`,
    );
    return row ?? { xid: '0', id: '0' };
  }
}

function toChangeDto({ type, key, version, occurredAt, payload }: FeedChange): ChangeDto {
  return { type, id: key, version, occurredAt: occurredAt.toISOString(), state: payload };
}
