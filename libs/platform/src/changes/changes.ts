import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decodeCursor, encodeCursor } from '../paging/paging.js';
import type { PageQuery } from '../paging/paging.js';
import type { ChangeDto, ChangePageDto } from './changes.dto.js';

interface ChangeRow {
  xid: string;
  id: string;
  type: string;
  key: string;
  version: number;
  payload: Record<string, unknown>;
  occurred_at: Date;
}

/**
 * The change feed of a resource: its outbox, read in commit order and only below the oldest running transaction, so a
 * client that goes on from its cursor misses nothing however many writers there are.
 */
@Injectable()
export class Changes {
  constructor(private readonly dataSource: DataSource) {}

  /** Changes of a topic after a cursor. `institutions` limits them to events that name one of these; null for all. */
  async list(topic: string, query: PageQuery, institutions: string[] | null): Promise<ChangePageDto> {
    const [xid = '0', id = '0'] =
      query.after === undefined ? [] : decodeCursor(query.after, [/^\d{1,19}$/, /^\d{1,18}$/]);
    const rows: ChangeRow[] = await this.dataSource.query(
      `SELECT o.xid::text AS xid, o.id, type, key, version, payload, occurred_at FROM outbox o
       WHERE topic = $1 AND (o.xid, o.id) > ($2::text::xid8, $3::bigint) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
         AND ($4::text[] IS NULL OR payload->>'institutionId' = ANY($4))
       ORDER BY o.xid, o.id LIMIT $5`,
      [topic, xid, id, institutions, query.limit],
    );
    const last = rows.at(-1);
    return {
      items: rows.map(toChangeDto),
      highWatermark: encodeCursor(last ? [last.xid, last.id] : [xid, id]),
    };
  }
}

function toChangeDto(row: ChangeRow): ChangeDto {
  return {
    type: row.type,
    id: row.key,
    version: row.version,
    occurredAt: row.occurred_at.toISOString(),
    state: row.payload,
  };
}
