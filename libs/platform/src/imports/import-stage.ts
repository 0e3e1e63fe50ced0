import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { DataSource } from 'typeorm';
import type { AnyImportKind } from './import-kind.js';

/** A slice is staged, judged and stored as one. */
const sliceRows = 2_000;
const sliceBytes = 1_048_576;

/** Some rows of a job, one after the other, as they are staged. */
export interface Slice {
  number: number;
  /** Sealed if the kind has secrets. */
  block: Buffer;
  place: string;
}

/** Where a slice lies: in the stage of an upload. */
const placeOf = (stage: string, number: number): string => `import_slice:${stage}:${number}`;

/**
 * Stages lines with COPY, slice by slice as they arrive, each in a transaction of its own: a long one would hold every relay
 * of the cluster back. Resolves with the number of rows.
 */
export async function stageLines(
  dataSource: DataSource,
  { job, stage }: { job: string; stage: string },
  kind: AnyImportKind,
  lines: AsyncIterable<string[]>,
): Promise<number> {
  let slice: string[] = [];
  let length = 0;
  let number = 0;
  let total = 0;
  const store = async (): Promise<void> => {
    const block = Buffer.from(slice.join('\n'));
    const rows = kind.secrecy ? kind.secrecy.seal(block, placeOf(stage, number)) : block;
    await copySlice(dataSource, { job, stage, number, rows });
    total += slice.length;
    number += 1;
    [slice, length] = [[], 0];
  };
  for await (const some of lines) {
    for (const line of some) {
      slice.push(line);
      length += line.length;
      if (slice.length >= sliceRows || length >= sliceBytes) await store();
    }
  }
  if (slice.length > 0) await store();
  return total;
}

/** COPY in its binary format: signature, flags, no extension, one tuple of four fields, end. */
async function copySlice(
  dataSource: DataSource,
  { job, stage, number, rows }: { job: string; stage: string; number: number; rows: Buffer },
): Promise<void> {
  const int32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const uuid = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
  const fields = [uuid(job), uuid(stage), int32(number), rows].flatMap((field) => [int32(field.length), field]);
  const copy = [Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), int32(0), int32(0), Buffer.of(0, 4), ...fields];
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    const into = copyFrom('COPY import_slice (job_id, stage, number, rows) FROM STDIN (FORMAT binary)');
    await pipeline(Readable.from([...copy, Buffer.of(0xff, 0xff)]), client.query(into));
  } finally {
    await runner.release();
  }
}

/** The first slice after a number of those that are still staged. */
export async function readSlice(
  client: pg.Client,
  { job, stage, after }: { job: string; stage: string; after: number },
): Promise<Slice | undefined> {
  const { rows } = await client.query<{ number: number; rows: Buffer }>({
    name: 'import-slice',
    text: `SELECT number, rows FROM import_slice WHERE job_id = $1 AND stage = $2 AND number > $3 ORDER BY number LIMIT 1`,
    values: [job, stage, after],
  });
  const [row] = rows;
  return row && { number: row.number, block: row.rows, place: placeOf(stage, row.number) };
}
