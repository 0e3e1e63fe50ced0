/**
 * A copy of a register that follows its change feed: what a school system or a data warehouse would run. No library, one
 * file, to be read and taken. Needs a client with the register's read scope, and for learners with that of their export.
 *
 *   node examples/replica/replica.mjs institutions        (REPLICA_URL, REPLICA_CLIENT_ID, REPLICA_CLIENT_SECRET)
 *   REPLICA_PURPOSE=STATISTICS node examples/replica/replica.mjs learners
 *
 * The rule that makes it right: the cursor is stored together with what was read up to it, in one step. Whatever is killed
 * in between, the next start reads the same changes again, and reading an entry twice changes nothing.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const pageSize = 200;
const atOnce = 8;

export class Replica {
  /**
   * @param {{ resource: string, file: string, get: (path: string) => Promise<Response> }} of `get` answers a success, or
   *   one of 308, 404 and 410; `file` keeps the copy between starts.
   */
  constructor({ resource, file, get }) {
    Object.assign(this, { resource, file, get });
    this.entries = new Map();
    this.cursor = undefined;
    if (!existsSync(file)) return;
    const { cursor, entries } = JSON.parse(readFileSync(file, 'utf8'));
    Object.assign(this, { cursor, entries: new Map(entries.map((entry) => [entry.id, entry])) });
  }

  /** Reads the whole register at one instant; the feed goes on from there. Without it the copy reads the feed from its beginning. */
  async start() {
    const answer = await this.get(`/registers/v1/${this.resource}/export`);
    const entries = new Map();
    let rest = '';
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const entry = JSON.parse(line);
        entries.set(entry.id, entry);
      }
    }
    this.entries = entries;
    this.cursor = answer.headers.get('x-high-watermark');
    this.store();
  }

  /** Reads every change that there is by now. Answers how many there were. */
  async catchUp() {
    for (let sum = 0; ;) {
      const after = this.cursor === undefined ? '' : `&after=${encodeURIComponent(this.cursor)}`;
      const page = await (await this.get(`/registers/v1/${this.resource}/changes?limit=${pageSize}${after}`)).json();
      if (page.items.length === 0) return sum;
      // The feed says what changed; the entry itself is read as it is by now. Several changes of one are one read, of its
      // highest version: transactions stand in the order in which they began, and the one before may have ended later.
      const inOrder = page.items.toSorted((one, other) => one.version - other.version);
      const newest = [...new Map(inOrder.map((change) => [change.id, change])).values()];
      for (let at = 0; at < newest.length; at += atOnce)
        await Promise.all(newest.slice(at, at + atOnce).map((change) => this.read(change)));
      this.cursor = page.highWatermark;
      this.store();
      sum += page.items.length;
    }
  }

  async read({ id, version, state }) {
    if (this.entries.get(id)?.version > version) return;
    const answer = await this.get(`/registers/v1/${this.resource}/${id}`);
    if (answer.status === 200) this.entries.set(id, await answer.json());
    // It was found to be another entry of a person: whoever knows the old id is led on.
    else if (answer.status !== 410 && state.mergedIntoId)
      this.entries.set(id, { id, version, mergedIntoId: state.mergedIntoId });
    // Gone, erased, or no longer for this client: the copy forgets it too.
    else this.entries.delete(id);
  }

  /** Copy and cursor in one step: a file is replaced whole or not at all. */
  store() {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify({ cursor: this.cursor, entries: [...this.entries.values()] }));
    renameSync(`${this.file}.new`, this.file);
  }
}

/** A GET with a token of one's own, renewed in time; waits out what passes. `purpose` says what persons are read for. */
export function clientOf({ url, clientId, clientSecret, purpose = 'STATISTICS' }) {
  let token = { value: '', until: 0 };
  const renewed = async () => {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const answer = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    if (!answer.ok) throw new Error(`No token: ${answer.status}`);
    const { access_token: value, expires_in: seconds } = await answer.json();
    return { value, until: Date.now() + seconds * 800 };
  };
  return async function get(path) {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await (async () => {
        if (Date.now() >= token.until) token = await renewed();
        const headers = { authorization: `Bearer ${token.value}`, 'x-purpose': purpose };
        return fetch(url + path, { headers, redirect: 'manual' });
      })().catch((error) => ({ status: 503, error }));
      if ([200, 308, 404, 410].includes(answer.status)) return answer;
      if (![401, 429, 502, 503, 504].includes(answer.status) || attempt === 20)
        throw answer.error ?? new Error(`${path}: ${answer.status}`);
      if (answer.status === 401) token.until = 0;
      await delay(Number(answer.headers?.get('retry-after') ?? 0) * 1_000 || 100 * attempt);
    }
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const resource = process.argv[2] ?? 'institutions';
  const { REPLICA_URL: url = 'http://127.0.0.1:8080', REPLICA_CLIENT_ID, REPLICA_CLIENT_SECRET } = process.env;
  const purpose = process.env.REPLICA_PURPOSE;
  const get = clientOf({ url, clientId: REPLICA_CLIENT_ID, clientSecret: REPLICA_CLIENT_SECRET, purpose });
  const replica = new Replica({ resource, file: `.meistras/replica/${resource}.json`, get });
  if (replica.cursor === undefined) await replica.start();
  for (;;) {
    const changes = await replica.catchUp();
    // What whoever runs the command sees of it.
    if (changes > 0) console.log(`${new Date().toISOString()} ${changes} changes, ${replica.entries.size} ${resource}`);
    await delay(5_000);
  }
}
