import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BusEvent } from '../bus/bus.js';
import { conflict, missing } from '../errors/domain-error.js';
import { afterId, toPage } from '../paging/paging.js';
import type { Page, PageQuery } from '../paging/paging.js';
import { BusStrategy } from './bus.strategy.js';
import { Inbox } from './inbox.js';
import type { ParkedEventDto } from './parked-events.dto.js';

interface ParkedRow {
  id: string;
  type: string;
  topic: string;
  key: string;
  version: number;
  error: string;
  attempts: number;
  parked_at: Date;
  event: BusEvent;
}

/** Events that a consumer refused: listed, and tried again when the cause is mended. */
@Injectable()
export class ParkedEvents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly inbox: Inbox,
    private readonly strategy: BusStrategy,
  ) {}

  async list(query: PageQuery): Promise<Page<ParkedEventDto>> {
    const rows: ParkedRow[] = await this.dataSource.query(
      'SELECT * FROM parked_event WHERE id > $1 ORDER BY id LIMIT $2',
      [afterId(query), query.limit + 1],
    );
    return toPage(rows, query.limit, toParkedEventDto, (row) => [row.id]);
  }

  /** Applies a parked event; those parked behind it on the same aggregate stay until they are tried in their turn. */
  async retry(id: string): Promise<ParkedEventDto> {
    return this.dataSource.transaction(async (tx) => {
      const [row]: ParkedRow[] = await tx.query('SELECT * FROM parked_event WHERE id = $1 FOR UPDATE', [id]);
      if (!row) throw missing('parked event');
      const [earlier]: unknown[] = await tx.query(
        'SELECT 1 FROM parked_event WHERE topic = $1 AND key = $2 AND version < $3 LIMIT 1',
        [row.topic, row.key, row.version],
      );
      if (earlier)
        throw conflict('earlier-event-parked', 'An earlier event of the same aggregate is parked; retry that first.');
      await tx.query('DELETE FROM parked_event WHERE id = $1', [id]);
      try {
        await this.inbox.retry(tx, row.event, this.strategy.dispatch);
      } catch (error) {
        throw conflict(
          'still-refused',
          `The consumer refuses it still: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      return toParkedEventDto(row);
    });
  }
}

function toParkedEventDto(row: ParkedRow): ParkedEventDto {
  const { id, type, key, version, error, attempts } = row;
  return { id, type, key, version, error, attempts, parkedAt: row.parked_at.toISOString() };
}
