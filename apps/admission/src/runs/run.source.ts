import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { OfferingRow, PoolRow } from '../artefacts/artefact.format.js';
import type { ArtefactPart } from '../artefacts/artefact.writer.js';
import type { Progress, RunJob } from './run.job.js';
import { tablesOf } from './run.tables.js';
import type { RunTables } from './run.tables.js';

const saidEveryMs = 500;

/**
 * The two connections of a run. One reads the locked stage from a single snapshot, in key order; its transaction only
 * reads, so it has no transaction id and holds no relay back. The other one writes, in short transactions.
 */
export class RunDatabase {
  readonly tables: RunTables;
  private saidAt = 0;

  private constructor(
    private readonly job: RunJob,
    private readonly reader: pg.Client,
    private readonly writer: pg.Client,
  ) {
    this.tables = tablesOf[job.kind];
  }

  private get resultTables(): string[] {
    const { placement, limit, held } = this.tables;
    return held === undefined ? [placement, limit] : [placement, limit, held];
  }

  static async open(job: RunJob): Promise<RunDatabase> {
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: job.databaseUrl, application_name: 'run', keepAlive: true });
      client.on('error', () => undefined); // The statement in hand fails with it.
      await client.connect();
      await client.query('SET statement_timeout = 0');
      return client;
    };
    const [reader, writer] = [await connect(), await connect()];
    await reader.query('START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return new RunDatabase(job, reader, writer);
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.reader.end(), this.writer.end()]);
  }

  async pools(): Promise<PoolRow[]> {
    const { rows } = await this.reader.query<PoolRow>(
      'SELECT field_code AS pool, quota, act FROM funded_pool WHERE stage_id = $1 ORDER BY field_code COLLATE "C"',
      [this.job.stage.stageId],
    );
    return rows;
  }

  async offerings(): Promise<OfferingRow[]> {
    const { rows } = await this.reader.query<Omit<OfferingRow, 'seats'> & { vf: number; vnf: number }>(
      `SELECT o.id AS offering, o.institution_id AS institution, o.programme_id AS programme, k.kind, o.pool_code AS pool,
         o.state, o.funded_seats AS vf, o.non_funded_seats AS vnf
       FROM offering o LEFT JOIN known_programme k ON k.programme_id = o.programme_id WHERE o.stage_id = $1 ORDER BY o.id`,
      [this.job.stage.stageId],
    );
    return rows.map(({ vf, vnf, ...offering }) => ({ ...offering, seats: { VF: vf, VNF: vnf } }));
  }

  async applicationCount(): Promise<number> {
    const { rows } = await this.reader.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM application WHERE stage_id = $1 AND state = 'SUBMITTED'`,
      [this.job.stage.stageId],
    );
    return rows[0]?.count ?? 0;
  }

  /** All submitted applications in the order of their ids: bytes of whole lines, as they come. */
  async *applications(): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const bytes of this.reader.query(copyTo(applicationsText(this.job)))) {
      const all = rest.length === 0 ? (bytes as Buffer) : Buffer.concat([rest, bytes as Buffer]);
      const end = all.lastIndexOf(lineFeed) + 1;
      rest = all.subarray(end);
      if (end > 0) yield all.subarray(0, end);
    }
  }

  readonly keepChunk = async (part: ArtefactPart, sequence: number, content: Buffer): Promise<void> => {
    await this.writer.query(
      'INSERT INTO artefact_chunk (run_id, attempt, part, sequence, content) VALUES ($1, $2, $3, $4, $5)',
      [this.job.runId, this.job.attempt, part, sequence, content],
    );
  };

  /** What an attempt broken off left behind. */
  async forgetResult(): Promise<void> {
    for (const table of this.resultTables)
      await this.writer.query(`DELETE FROM ${table} WHERE run_id = $1`, [this.job.runId]);
  }

  /** Whoever asks for the result next is planned for as many rows as there are now. */
  async gatherStatistics(): Promise<void> {
    await this.writer.query(`ANALYZE ${this.resultTables.join(', ')}`);
  }

  /** Stores rows by COPY, a piece in one transaction. */
  async store(table: string, columns: string, rows: string[]): Promise<void> {
    const stream = this.writer.query(copyFrom(`COPY ${table} (run_id, ${columns}) FROM STDIN`));
    stream.end(rows.map((row) => `${this.job.runId}\t${row}\n`).join(''));
    await once(stream, 'finish');
  }

  /** Tells how far the run is, twice a second at most. */
  async say({ phase, done, total }: Progress): Promise<void> {
    const now = performance.now();
    if (done > 0 && done < total && now - this.saidAt < saidEveryMs) return;
    this.saidAt = now;
    const { rowCount } = await this.writer.query(
      `UPDATE ${this.tables.run} SET phase = $3, done = $4, total = $5 WHERE id = $1 AND attempt = $2 AND state = 'RUNNING'
       ${this.job.kind === 'TRIAL' ? `AND NOT ${finalAtWork}` : ''}`,
      [this.job.runId, this.job.attempt, phase, done, total],
    );
    if (this.job.kind === 'TRIAL' && rowCount === 0) throw new MustGiveWay();
  }
}

/** A trial stops its work: a final run has come, or the trial was thrown away. */
export class MustGiveWay extends Error {}

/** Final runs and their publication go before every trial, of whichever stage they are. */
export const finalAtWork = `EXISTS (SELECT 1 FROM matching_run WHERE state IN ('RUNNING', 'PUBLISHING'))`;

const lineFeed = 0x0a;
/** Ends a column. As CSV with a quote and a delimiter that nothing here contains, a line is the text itself. */
export const columnEnd = 0x02;

/**
 * Lists and findings are gathered one application at a time: the first rows come at once however many there are. COPY takes
 * no parameters; the id is one that the service made. An option is `<offering>F` or `<offering>N` and why it may not
 * compete, a finding `<offering>S` for SUITABLE or `<offering>` and the finding. A trial may come before LOCKED, when the
 * default order (R-ADM-16) is not stored yet.
 */
const applicationsText = ({ kind, stage: { stageId } }: RunJob): string => `COPY (
  SELECT a.id, a.score, nullif(array_to_string(a.criteria, ','), ''), a.grades, a.exam_results, a.funding_facts, p.last, p.list, s.list
  FROM application a
    LEFT JOIN LATERAL (SELECT max(rank) AS last, string_agg(offering_id::text || CASE funding_type WHEN 'VF' THEN 'F' ELSE 'N' END ||
        CASE WHEN ineligible IS NULL THEN '' ELSE (ineligible->>'rule') || ' ' || (ineligible->>'code') END,
        ',' ORDER BY ${kind === 'TRIAL' ? `NOT a.ordered AND funding_type = 'VNF', ` : ''}rank) AS list
      FROM preference WHERE application_id = a.id) p ON true
    LEFT JOIN LATERAL (SELECT string_agg(offering_id::text || CASE state WHEN 'SUITABLE' THEN 'S' ELSE state END ||
        coalesce(':' || reason, ''), ',') AS list
      FROM suitability WHERE application_id = a.id) s ON true
  WHERE a.stage_id = '${stageId}' AND a.state = 'SUBMITTED' ORDER BY a.id
) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;
