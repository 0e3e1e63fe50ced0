// Reads the artefact of a run (docs/allocation-artefact.md) into flat arrays. Strict: a row says what the format says, in its
// order, once, and nothing else; rows of applicants stand in the order of their ids, so none can stand twice.
import { Lines, Unreadable } from './lines.mjs';

const format = 'meistras-allocation/1';
const standings = ['CLOSED', 'NOT_ENTITLED', 'UNSUITABLE', 'PENDING'];

/** A typed array that grows. */
class Growing {
  length = 0;
  constructor(array) {
    this.array = array;
  }
  push(value) {
    if (this.length === this.array.length) {
      const more = new this.array.constructor(2 * this.length);
      more.set(this.array);
      this.array = more;
    }
    this.array[this.length++] = value;
  }
  done() {
    return this.array.subarray(0, this.length);
  }
}

/**
 * @param {string} file
 * @param {(run: object) => (applicant: number, row: object, factsText: string) => void} factsReader asked once, when all but
 *   the facts is read; what it answers is called with the facts of each applicant of a full artefact
 */
export async function readArtefact(file, factsReader) {
  const lines = new Lines(file);
  const run = { hashes: {}, sums: {} };
  const reader = new Reader(lines, run);
  try {
    await reader.head();
    await reader.input();
    await reader.result();
    await reader.seal();
    await reader.facts(factsReader(run));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unreadable(`line ${lines.number} is not what the format says`);
    throw error;
  }
  return run;
}

class Reader {
  constructor(lines, run) {
    this.lines = lines;
    this.run = run;
  }

  refuse(what) {
    throw new Unreadable(`line ${this.lines.number}: ${what}`);
  }

  /** A line `"name":<json>` with the ending given; its value. */
  async property(name, ending = ',') {
    const text = await this.lines.take();
    const start = `"${name}":`;
    if (!text.startsWith(start) || !text.endsWith(ending)) this.refuse(`${name} is expected here`);
    return this.value(text.slice(start.length, text.length - ending.length));
  }

  value(text) {
    const value = JSON.parse(text);
    // The same text again: no spaces, no property twice, no number written otherwise.
    if (JSON.stringify(value) !== text) this.refuse('not written in the canonical way');
    return value;
  }

  /** The rows of a list, each handed on. */
  async list(name, take, last = '],') {
    if ((await this.lines.take()) !== `"${name}":[`) this.refuse(`the list ${name} is expected here`);
    for (let count = 0, more = true; ; count += 1) {
      const text = await this.lines.take();
      if (text === last || (text === '' && count === 0)) {
        if (count > 0 && more) this.refuse(`the list ${name} ends after a comma`);
        if (text === '') await this.end(last);
        return;
      }
      if (!more) this.refuse(`a comma is missing in the list ${name}`);
      more = text.endsWith(',');
      const row = more ? text.slice(0, -1) : text;
      take(this.value(row), row);
    }
  }

  async end(last) {
    if ((await this.lines.take()) !== last) this.refuse('the end of a list is expected here');
  }

  /** Refuses a row that has not exactly these properties, in this order. */
  shape(row, names, what) {
    const own = row === null || typeof row !== 'object' ? [] : Object.keys(row);
    if (own.length === names.length && own.every((name, i) => name === names[i])) return;
    const unknown = own.find((name) => !names.includes(name));
    const missing = names.find((name) => !own.includes(name));
    this.refuse(
      unknown ? `${what} has an unknown field "${unknown}"` : `${what} lacks the field "${missing ?? 'in its place'}"`,
    );
  }

  whole(value, most, what) {
    if (!Number.isInteger(value) || value < 0 || value > most) this.refuse(`${what} is no number from 0 to ${most}`);
    return value;
  }

  async head() {
    this.document = this.lines.open();
    if ((await this.lines.take()) !== `{"format":"${format}",`) this.refuse(`not an artefact of the format ${format}`);
    this.run.run = await this.property('run');
    this.shape(this.run.run, ['id', 'engineVersion', 'startedAt'], 'the run');
  }

  async input() {
    const { lines, run } = this;
    const section = lines.open();
    run.stage = await this.property('stage');
    const stageFields = ['stageId', 'year', 'type', 'sequence', 'startsOn', 'preferenceLimit', 'windows', 'timeZone'];
    this.shape(run.stage, [...stageFields, 'seedCommitment', 'committedAt', 'seed', 'publicDraw'], 'the stage');
    run.policy = [];
    await this.list('policy', (row) => {
      this.shape(row, ['code', 'value', 'validFrom', 'validTo', 'legalBasis'], 'a parameter');
      run.policy.push(row);
    });
    run.pools = [];
    await this.list('pools', (row) => {
      this.shape(row, ['pool', 'quota', 'act'], 'a pool');
      this.whole(row.quota, 2 ** 31 - 1, 'a quota');
      run.pools.push(row);
    });
    run.poolNumber = new Map(run.pools.map(({ pool }, i) => [pool, i]));
    if (run.poolNumber.size < run.pools.length) this.refuse('a pool stands twice');
    await this.offerings();
    await this.applications();
    run.sums.input = lines.close(section);
    run.hashes.input = await this.property('inputHash');
  }

  async offerings() {
    const { run } = this;
    run.offerings = [];
    run.fieldOf = new Growing(new Int32Array(64));
    run.seats = new Growing(new Int32Array(64));
    let before = '';
    await this.list('offerings', (row) => {
      this.shape(row, ['offering', 'institution', 'programme', 'kind', 'pool', 'state', 'seats'], 'an offering');
      this.shape(row.seats, ['VF', 'VNF'], 'the seats of an offering');
      if (row.offering <= before) this.refuse('offerings are not in the order of their ids');
      before = row.offering;
      if (!run.poolNumber.has(row.pool)) this.refuse(`the pool ${row.pool} is unknown`);
      run.fieldOf.push(run.poolNumber.get(row.pool));
      for (const type of ['VF', 'VNF'])
        run.seats.push(row.state === 'OPEN' ? this.whole(row.seats[type], 2 ** 31 - 1, 'a number of seats') : 0);
      run.offerings.push({ offering: row.offering, kind: row.kind, state: row.state });
    });
    run.fieldOf = run.fieldOf.done();
    run.seats = run.seats.done();
    run.quota = Int32Array.from(run.pools, ({ quota }) => quota);
  }

  async applications() {
    const { run } = this;
    run.ids = [];
    run.score = new Growing(new Int32Array(1_024));
    run.tier = new Growing(new Uint8Array(1_024));
    run.criteria = [];
    run.factsHash = [];
    run.listStart = new Growing(new Int32Array(1_024));
    run.option = new Growing(new Int32Array(8_192));
    run.standing = new Growing(new Uint8Array(8_192));
    run.listStart.push(0);
    const criteriaSets = new Map(); // The same few sets a million times.
    let before = '';
    await this.list('applications', (row) => {
      this.shape(row, ['id', 'score', 'tier', 'criteria', 'facts', 'list'], 'an application');
      if (row.id === before) this.refuse(`the application ${row.id} stands twice`);
      if (row.id < before) this.refuse('applications are not in the order of their ids');
      before = row.id;
      run.ids.push(row.id);
      run.score.push(this.whole(row.score, 100_000, 'a score'));
      run.tier.push(this.whole(row.tier, 3, 'a tier'));
      const criteria = row.criteria.join('|');
      if (!criteriaSets.has(criteria)) criteriaSets.set(criteria, row.criteria);
      run.criteria.push(criteriaSets.get(criteria));
      run.factsHash.push(row.facts);
      for (const option of row.list) this.option(option);
      run.listStart.push(run.option.length);
    });
    for (const name of ['score', 'tier', 'listStart', 'option', 'standing']) run[name] = run[name].done();
  }

  option(entry) {
    const [offering, type, standing] = entry;
    const known = standing === undefined ? 0 : standings.indexOf(standing) + 1;
    if (entry.length > 3 || (known === 0) !== (standing === undefined)) this.refuse('an option of a list is malformed');
    if (!(offering in this.run.offerings)) this.refuse(`the offering number ${offering} is unknown`);
    this.run.option.push(optionOf(offering, type) ?? this.refuse(`the funding type ${type} is unknown`));
    this.run.standing.push(known);
  }

  async result() {
    const { lines, run } = this;
    const section = lines.open();
    run.place = new Int32Array(run.ids.length).fill(-1);
    run.unknownPlaces = [];
    let at = 0;
    let before = '';
    await this.list('places', ([id, offering, type, ...more]) => {
      if (more.length > 0) this.refuse('a place has an unknown field');
      if (id <= before) this.refuse(id === before ? `${id} has two places` : 'places are not in the order of the ids');
      before = id;
      const option = optionOf(offering, type);
      if (option === undefined || !(offering in run.offerings)) this.refuse(`the place of ${id} is of no offering`);
      while (at < run.ids.length && run.ids[at] < id) at += 1;
      if (run.ids[at] === id) run.place[at] = option;
      else run.unknownPlaces.push(id);
    });
    run.limits = [];
    await this.list('limits', (row) => {
      this.shape(row, ['kind', 'ref', 'fundingType', 'places', 'taken', 'last'], 'a limit');
      if (row.last !== null) this.shape(row.last, ['tier', 'score', 'criteria', 'lottery'], 'a cut-off');
      run.limits.push(row);
    });
    run.sums.result = lines.close(section);
    run.hashes.result = await this.property('resultHash');
    run.sums.document = lines.close(this.document);
    run.hashes.document = await this.property('digest');
  }

  async seal() {
    const text = await this.lines.take();
    const start = '"signature":';
    if (!text.startsWith(start) || !/[},]$/.test(text)) this.refuse('the signature is expected here');
    this.isFull = text.endsWith(',');
    this.run.signature = this.value(text.slice(start.length, -1));
    this.shape(this.run.signature, ['algorithm', 'keyId', 'publicKey', 'value'], 'the signature');
  }

  async facts(onFacts) {
    const { run } = this;
    run.isFull = this.isFull;
    if (this.isFull) {
      let count = 0;
      await this.list(
        'facts',
        (row, text) => {
          this.shape(row, ['id', 'salt', 'facts'], 'the facts of an applicant');
          this.shape(row.facts, ['grades', 'examResults', 'funding', 'liveAgreement', 'reasons'], 'the facts');
          if (row.id !== run.ids[count]) this.refuse('facts are not those of the applications, in their order');
          const from = `{"id":${JSON.stringify(row.id)},"salt":${JSON.stringify(row.salt)},"facts":`.length;
          onFacts(count, row, text.slice(from, -1));
          count += 1;
        },
        ']}',
      );
      if (count !== run.ids.length) this.refuse('facts of applicants are missing');
    }
    if ((await this.lines.peek()) !== undefined) this.refuse('something follows the end of the document');
  }
}

function optionOf(offering, type) {
  if (type !== 'VF' && type !== 'VNF') return undefined;
  return 2 * offering + (type === 'VF' ? 0 : 1);
}

export const standingName = (number) => standings[number - 1];
