import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import { asAdmin } from '@meistras/testing/test-database';
import { ImportWorker } from '../src/imports/import.worker.js';
import { ImportedThingsModule, importing, ThingsImport } from './sample/imported-things.js';

const api = startService(importing, [ImportedThingsModule]);
const loader = { scopes: ['sample.things:write'], national: true };
const ndjson = { 'content-type': 'application/x-ndjson' };

interface Job {
  id: string;
  state: string;
  total: number;
  failed: number;
}

let serial = 0;
/** Rows that no other test has. */
function things(count: number): { code: string; size: number }[] {
  const batch = (serial += 1);
  return Array.from({ length: count }, (_, at) => ({ code: `t-${batch}-${at}`, size: at % 1_000 }));
}

const asFile = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function ended({ id }: Job): Promise<Job> {
  for (;;) {
    const { body } = await api.as(loader).get(`/imports/${id}`).expect(200);
    if (!['QUEUED', 'RUNNING'].includes(body.state)) return body;
    await api.app.get(ImportWorker).idle();
  }
}

async function imported(file: string | Buffer, query = '', headers = {}): Promise<Job> {
  const { body } = await api
    .as(loader)
    .post(`/imports?kind=things${query}`, file, { ...ndjson, ...headers })
    .expect(202);
  return ended(body);
}

async function reportOf({ id }: Job): Promise<string[]> {
  const { text } = await api.as(loader).get(`/imports/${id}/report`).expect(200);
  return text.trim().split('\n').slice(1);
}

const count = async (from: string): Promise<number> => {
  const [row]: { count: number }[] = await api.db.query(`SELECT count(*)::int AS count FROM ${from}`);
  return row!.count;
};

/** Files are taken until the last byte; nothing of one that cannot be read stays. */
describe('the file of an import', () => {
  it('may be zipped', async () => {
    const rows = things(3);
    const job = await imported(gzipSync(asFile(rows)), '', { 'content-encoding': 'gzip' });
    expect(job).toMatchObject({ state: 'DONE', total: 3, created: 3 });
  });

  const zipped = gzipSync(asFile(things(20_000)));
  const damaged = Buffer.from(zipped);
  damaged.fill(7, 1_000, 1_100);
  it.each<[string, string, Buffer | string, Record<string, string>]>([
    ['breaks off in the middle of gzip', 'invalid-gzip', zipped.subarray(0, zipped.length / 2), {}],
    ['is damaged in the middle of gzip', 'invalid-gzip', damaged, {}],
    ['is no gzip', 'invalid-gzip', asFile(things(1)), {}],
    ['is a bomb of blank lines', 'zip-bomb', gzipSync('\n'.repeat(50_000_000)), {}],
    ['is a bomb of one line', 'line-too-long', gzipSync(' '.repeat(50_000_000)), {}],
    ['is zipped otherwise', 'unsupported-encoding', asFile(things(1)), { 'content-encoding': 'br' }],
    ['has a line of more than 1 MiB', 'line-too-long', 'x'.repeat(1_200_000), { 'content-encoding': 'identity' }],
    ['is not UTF-8', 'invalid-utf8', Buffer.of(0x7b, 0xff, 0x0a), { 'content-encoding': 'identity' }],
  ])('is refused if it %s', async (_, code, file, headers) => {
    const { body } = await api
      .as(loader)
      .post('/imports?kind=things', file, { ...ndjson, 'content-encoding': 'gzip', ...headers })
      .expect(400);
    expect(body.type).toBe(`urn:meistras:problem:sample:${code}`);
    const [job]: { state: string }[] = await api.db.query('SELECT state FROM import_job ORDER BY id DESC LIMIT 1');
    expect(job?.state).toBe('ABORTED');
    expect(await count('import_slice')).toBe(0);
  });

  it('is taken again under its key after it was refused, and then no more', async () => {
    const rows = things(2);
    const headers = { ...ndjson, 'idempotency-key': 'sent-again-after-refusal' };
    const send = (file: string | Buffer, status: number, more = {}): Promise<{ body: Job }> =>
      api
        .as(loader)
        .post('/imports?kind=things', file, { ...headers, ...more })
        .expect(status);
    await send(zipped.subarray(0, 1_000), 400, { 'content-encoding': 'gzip' });
    const { body: job } = await send(asFile(rows), 202);
    expect(await ended(job)).toMatchObject({ state: 'DONE', total: 2, created: 2 });
    const { body: same } = await send(asFile(things(9)), 202);
    expect(same).toMatchObject({ id: job.id, state: 'DONE', total: 2 });
  });

  it('keeps its line numbers and names each row that cannot be read', async () => {
    const [a, b] = things(2);
    const lines = [JSON.stringify(a), '', '{"code":', '[]', '{"code":"a\\u0000","size":1}', '17!no', JSON.stringify(b)];
    const job = await imported(lines.join('\r\n'));
    expect(job).toMatchObject({ state: 'DONE', total: 6, created: 2, failed: 4 });
    const lineAndCode = (await reportOf(job)).map((line) => line.split(',').slice(0, 3).join(' '));
    expect(lineAndCode).toEqual(['3  TORN_LINE', '4  TORN_LINE', '5  INVALID_TEXT', '6  TORN_LINE']);
  });

  it('names the first line of each record of a CSV, torn ones too', async () => {
    const [a, b, c] = things(3);
    const csv = `code,size,pin\n${a!.code},1,"two\nlines"\nx,1\n${b!.code},1,\n"\ny",1\n${c!.code},many,\n`;
    const job = await imported(csv, '', { 'content-type': 'text/csv' });
    expect(job).toMatchObject({ state: 'DONE', total: 5, created: 2, failed: 3 });
    const lineAndCode = (await reportOf(job)).map((line) => line.split(',').slice(0, 3).join(' '));
    expect(lineAndCode.filter((each) => each.includes('TORN'))).toEqual(['4  TORN_LINE', '6  TORN_LINE']);
    expect(lineAndCode.filter((each) => !each.includes('TORN'))[0]).toMatch(/^8 \/size /);
  });
});

describe('the rows of an import', () => {
  it('wait sealed, and the report leaves out what is secret', async () => {
    const secret = 'pin-4711-pin';
    const rows = things(4_001).map((row) => ({ ...row, pin: secret }));
    const staged: string[] = [];
    api.app.get(ThingsImport).stored = async () => {
      const slices: { rows: Buffer }[] = await api.db.query('SELECT rows FROM import_slice');
      staged.push(...slices.map((slice) => slice.rows.toString('latin1')));
    };
    const job = await imported(asFile([...rows, { code: 'x', size: -1, pin: secret }]));
    api.app.get(ThingsImport).stored = undefined;
    expect(job).toMatchObject({ state: 'DONE', total: 4_002, created: 4_001, failed: 1 });
    expect(staged.length).toBeGreaterThan(0);
    expect(staged.every((slice) => slice.startsWith('import_slice:') && !slice.includes(secret))).toBe(true);
    const [line] = await reportOf(job);
    expect(line).toMatch(/^4002,\/size,MIN,.*""code"":""x""/);
    expect(line).not.toContain(secret);
    expect(await count('import_slice')).toBe(0);
  });

  it('change nothing when the file comes again', async () => {
    const file = asFile(things(2_500));
    expect(await imported(file)).toMatchObject({ created: 2_500 });
    expect(await imported(file)).toMatchObject({ state: 'DONE', created: 0, updated: 0, unchanged: 2_500 });
  });

  it('are refused one by one where they cannot be stored together', async () => {
    const rows = [...things(300), { code: 'taken-1', size: 1 }, ...things(300), { code: 'taken-2', size: 1 }];
    const job = await imported(asFile(rows));
    expect(job).toMatchObject({ state: 'DONE', created: 600, failed: 2 });
    expect((await reportOf(job)).map((line) => line.split(',')[0])).toEqual(['301', '602']);
  });

  it('are only judged in mode validate', async () => {
    const rows = [...things(2_100), { code: 'x', size: 'large' }, { code: 'taken', size: 1 }];
    const before = await count('imported');
    const job = await imported(asFile(rows), '&mode=validate');
    expect(job).toMatchObject({ state: 'DONE', total: 2_102, done: 2_102, created: 2_100, failed: 2 });
    expect(await count('imported')).toBe(before);
    expect(await count('import_slice')).toBe(0);
  });

  it('are stored all or not at all, and every bad one is named', async () => {
    const good = things(2_500);
    const before = await count('imported');
    const bad = [...good.slice(0, 10), { code: 'taken', size: 1 }, ...good.slice(10), { code: 'x', size: 2_000 }];
    const refused = await imported(asFile(bad), '&atomicity=all');
    expect(refused).toMatchObject({ state: 'REFUSED', done: 2_502, failed: 2 });
    expect((await reportOf(refused)).map((line) => line.split(',')[0])).toEqual(['11', '2502']);
    expect(await count('imported')).toBe(before);
    expect(await imported(asFile(good), '&atomicity=all')).toMatchObject({ state: 'DONE', created: 2_500, failed: 0 });
    expect(await count('imported')).toBe(before + 2_500);
    expect(await count('import_slice')).toBe(0);
  });
});

describe('who follows an import', () => {
  it('is told of its progress and of its end, and the stream closes', async () => {
    let [enter, release]: (() => void)[] = [];
    const entered = new Promise<void>((resolve) => (enter = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const told: string[] = [];
    api.app.get(ThingsImport).stored = async () => {
      enter?.();
      await released;
    };
    const { body } = await api
      .as(loader)
      .post('/imports?kind=things', asFile(things(1_200)), ndjson)
      .expect(202);
    await entered;
    const stream = api
      .as(loader)
      .get(`/imports/${body.id}/events`)
      .buffer(true)
      .parse((answer, done) => {
        answer.on('data', (chunk: Buffer) => {
          told.push(chunk.toString());
          release?.();
        });
        answer.on('end', () => done(null, told.join('')));
      });
    const { headers } = await stream.expect(200);
    api.app.get(ThingsImport).stored = undefined;
    expect(headers['content-type']).toBe('text/event-stream');
    const events = told.join('').trim().split('\n\n');
    expect(events[0]).toMatch(/^event: progress\ndata: \{.*"state":"RUNNING"/);
    expect(events.at(-1)).toMatch(/^event: end\ndata: \{.*"state":"DONE","total":1200,"done":1200/);
  });

  it('is its sender; to others it does not exist', async () => {
    const { id } = await imported(asFile(things(1)));
    await api.as({ scopes: [], clientId: 'another' }).get(`/imports/${id}/events`).expect(404);
  });
});

/** Every connection of the service, as if the process had been killed. */
async function killConnections(): Promise<void> {
  const [{ name } = { name: '' }]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
  await asAdmin((admin) =>
    admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]),
  );
}

describe('an import whose worker is killed after it has stored and before it has committed', () => {
  it.each(['row', 'all'])(
    'goes on where it stood, nothing lost and nothing twice (atomicity %s)',
    async (atomicity) => {
      const rows = things(4_500);
      const file = asFile([...rows, { code: 'x', size: -1 }].slice(0, atomicity === 'all' ? -1 : undefined));
      let calls = 0;
      api.app.get(ThingsImport).stored = async () => {
        calls += 1;
        if (calls === 2) await killConnections();
      };
      const job = await imported(file, `&atomicity=${atomicity}`);
      api.app.get(ThingsImport).stored = undefined;
      expect(calls).toBeGreaterThan(3);
      const failed = atomicity === 'all' ? 0 : 1;
      expect(job).toMatchObject({
        state: 'DONE',
        done: 4_500 + failed,
        created: 4_500,
        updated: 0,
        unchanged: 0,
        failed,
      });
      const batch = `code LIKE '${rows[0]!.code.replace(/-\d+$/, '')}-%'`;
      expect(await count(`imported WHERE ${batch}`)).toBe(4_500);
      expect(await count(`times_applied WHERE ${batch}`)).toBe(4_500);
      expect(await reportOf(job)).toHaveLength(failed);
    },
  );
});
