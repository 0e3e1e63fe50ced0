import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Transform } from 'node:stream';
import { createGzip } from 'node:zlib';
import { applyDecorators, Injectable, Logger } from '@nestjs/common';
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { ServiceConfig } from '../config/config.js';
import { Changes, feedPositionOf } from '../changes/changes.js';
import { settingOf } from '../database/reach.js';
import type { Reach } from '../database/reach.js';
import { DomainError } from '../errors/domain-error.js';

/** A stream lasts as long as its reader takes: more of them would take the database from everybody else. */
const atOnce = 4;

/** What is exported. Both are whole SELECTs without parameters: COPY takes none. */
export interface Exported {
  /** One column: an item as JSON. */
  ndjson: string;
  /** A column for each property; text that a spreadsheet would take for a formula is made harmless by `formulaSafe`. */
  csv: string;
  /** What the text passes on its way where PostgreSQL cannot say all of it, as what is sealed. */
  through?(format: ExportFormat): Transform;
  /** Of rows that only some may see. */
  reach?: Reach;
  /**
   * What must be committed before the first byte leaves, as a record of who was read. `snapshot` is what the export sees,
   * for `SET TRANSACTION SNAPSHOT`: another transaction that takes it sees the same rows.
   */
  before?(snapshot: string): Promise<void>;
}

const highWatermark = 'X-High-Watermark';

const text = { schema: { type: 'string' } };

/** Documents an operation that answers by `Exports.send`. */
export const SendsExport = (): MethodDecorator =>
  applyDecorators(
    ApiProduces('application/x-ndjson', 'text/csv'),
    ApiOkResponse({
      description: 'Everything at one instant. One that is broken off has not been read to its end.',
      content: { 'application/x-ndjson': text, 'text/csv': text },
      headers: {
        [highWatermark]: {
          description: 'Where to go on in the change feed (`after`): whatever the export does not show comes after it.',
          required: true,
          schema: { type: 'string', example: 'WyI3NDEiLCIxMiJd' },
        },
      },
    }),
  );

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Text of a cell that begins like a formula gets an apostrophe in front (OWASP, CSV injection). */
export const formulaSafe = (column: string): string =>
  `CASE WHEN ${column} ~ '^[=+@\\t\\r-]' THEN '''' || ${column} ELSE ${column} END`;

/**
 * Whole resources as they stand at one instant, of any size, in constant memory: PostgreSQL makes the text, this process
 * hands it on as fast as the client reads, gzipped if it accepts that.
 */
@Injectable()
export class Exports {
  private readonly log = new Logger('Exports');
  private open = 0;

  constructor(
    private readonly config: ServiceConfig,
    private readonly changes: Changes,
  ) {}

  /** Answers the request. A failure in the middle breaks the answer off: a reader never takes a part for the whole. */
  async send(exported: Exported, format: ExportFormat, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.open >= atOnce) throw new DomainError('unavailable', 'exports-busy', 'Too many exports run. Try again.');
    this.open += 1;
    const client = new pg.Client({ connectionString: this.config.DATABASE_URL, application_name: 'export' });
    client.on('error', () => undefined);
    let whole = false;
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      this.open -= 1;
      // In the middle of a COPY that nobody reads any more the server would wait for ever: it loses its client instead.
      if (whole) void client.end().catch(() => undefined);
      else (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    };
    try {
      await client.connect();
      // Before the snapshot: what a feed shows from there on may be in the export already, and nothing is in neither.
      void reply.header(highWatermark, feedPositionOf(await this.changes.newest()));
      await begin(client, exported);
      const rows = client.query(copyTo(copyOf(exported, format)));
      rows.once('end', () => (whole = true));
      const zipped = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
      void reply
        .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="export.${format}"`)
        .header('vary', 'accept-encoding');
      if (zipped) void reply.header('content-encoding', 'gzip');
      const through = exported.through?.(format);
      const stages = [rows, ...(through ? [through] : []), ...(zipped ? [createGzip({ level: 1 })] : [])];
      if (stages.length > 1) pipeline(stages, (error) => this.note(error));
      const body = stages.at(-1)!;
      body.once('close', end);
      await reply.send(body);
    } catch (error) {
      end();
      throw error;
    }
  }

  private note(error: Error | null | undefined): void {
    if (error) this.log.warn(`An export was broken off: ${error.message}`);
  }
}

/** One snapshot for the export and for what must stand before it. It only reads, so that the relay waits for nothing. */
async function begin(client: pg.Client, exported: Exported): Promise<void> {
  const { reach } = exported;
  await client.query('SET statement_timeout = 0');
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (reach !== undefined) await client.query(`SELECT set_config('meistras.reach', $1, true)`, [settingOf(reach)]);
  if (!exported.before) return;
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  await exported.before(rows[0]!.snapshot);
}

/** As CSV with a quote and a delimiter that JSON never has as they are, a line is the JSON itself, nothing escaped. */
function copyOf({ ndjson, csv }: Exported, format: ExportFormat): string {
  if (format === 'csv') return `COPY (${csv}) TO STDOUT WITH (FORMAT csv, HEADER true)`;
  return `COPY (${ndjson}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
}
