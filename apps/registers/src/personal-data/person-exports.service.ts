import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { AccessTrail, trailOfAll, trailOfOne } from '@meistras/platform/access-log/access-trail';
import type { BulkRead } from '@meistras/platform/access-log/access-trail';
import { mustStatePurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { setReach } from '@meistras/platform/database/reach';
import { Exports } from '@meistras/platform/exports/exports';
import type { Exported, ExportFormat } from '@meistras/platform/exports/exports';

/** A whole register of persons, and whom it shows. */
export interface PersonExport extends BulkRead {
  rows: Pick<Exported, 'ndjson' | 'csv' | 'through'>;
  /** It shows what held at another time, so that no snapshot says whom. */
  ofThen?: boolean;
}

/** Who asks for an export, and how it is answered. */
export interface ExportRequest {
  format: ExportFormat | undefined;
  reading: Reading;
  reply: FastifyReply;
}

/**
 * Exports of persons: no record, no data, for a million as for one (ADR 16). The record sees the rows that the export sees
 * and commits before the first of them leaves.
 */
@Injectable()
export class PersonExports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AccessTrail,
    private readonly exports: Exports,
  ) {}

  async send(wanted: PersonExport, { format = 'ndjson', reading, reply }: ExportRequest): Promise<void> {
    mustStatePurpose(reading);
    const before = (snapshot: string): Promise<void> => this.record(wanted, reading, snapshot);
    const exported = { ...wanted.rows, reach: reading.institutions, before };
    await this.exports.send(exported, format, reply.request, reply);
  }

  /**
   * One record for the whole country as it stands; of a school's or a municipality's some thousands, and of what held then,
   * one for each, as for a list.
   */
  private async record(wanted: PersonExport, reading: Reading, snapshot: string): Promise<void> {
    const shown = `(SELECT DISTINCT s.id FROM (${wanted.shown}) s (id))`;
    const ofAll = reading.institutions === null && !wanted.ofThen;
    const text = ofAll ? trailOfAll(wanted) : trailOfOne(shown, 1);
    await this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      await tx.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`);
      await setReach(tx, reading.institutions);
      await tx.query(text, this.trail.valuesOfOne(reading));
    });
  }
}
