import { beforeAll, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { Forged, playedStage, read, verdictOf } from './artefact.builders.js';
import type { PlayedStage } from './artefact.builders.js';
import { ministry, schoolOf, signing, startAdmission } from './builders.js';

interface Row {
  id: string;
  score: number;
  tier: number;
  criteria: string[];
  list: [number, string, string?][];
}
interface Facts {
  id: string;
  salt: string;
  facts: { grades: { scale: string; value?: number }[]; funding: { held: object[] }; liveAgreement: boolean };
}
interface Limit {
  taken: number;
  last: { score: number; lottery: string } | null;
}

describe('the artefact of a run', () => {
  const admission = startAdmission();
  const { api } = admission;
  let played: PlayedStage;
  let full = '';
  let keys: object[] = [];
  const id = (name: string): string => played.applications[name]!.id;

  beforeAll(async () => {
    played = await playedStage(admission);
    full = await read(admission, `/runs/${played.runId}/artefact/full`);
    keys = (await api.anonymous().get('/artefact-keys').expect(200)).body.keys as object[];
  });

  it('is one JSON document, and the verifier that shares no code finds the run stable', async () => {
    const document = JSON.parse(full) as Record<string, unknown[]>;
    expect(Object.keys(document)).toEqual([
      ...['format', 'run', 'stage', 'policy', 'pools', 'offerings', 'applications', 'inputHash', 'places', 'limits'],
      ...['resultHash', 'digest', 'signature', 'facts'],
    ]);
    expect(document['applications']).toHaveLength(13);
    expect(await verdictOf(full, keys)).toEqual({
      ...{ ok: true, violated: [], named: [], connected: [], messages: [] },
      checked: [
        ...[
          'FACTS',
          'HASH',
          'LISTS',
          'P1',
          'P10',
          'P2',
          'P3',
          'P4',
          'P5',
          'P6',
          'P7',
          'P8',
          'P9',
          'POLICY',
          'SIGNATURE',
        ],
      ],
    });
    const { body: run } = await api.as(ministry).get(`/runs/${played.runId}`).expect(200);
    expect(document).toMatchObject({ inputHash: run.inputHash, resultHash: run.resultHash, digest: run.digest });
  });

  it('names no learner', () => {
    for (const { learnerId } of Object.values(played.applications)) expect(full).not.toContain(learnerId);
  });

  it('is the ministry’s alone until the run is published, and is everybody’s then, without facts', async () => {
    await api.anonymous().get(`/runs/${played.runId}/artefact`).expect(404);
    await api.anonymous().get(`/runs/${played.runId}/artefact/full`).expect(401);
    const school = schoolOf(await admission.anInstitution());
    await api.as(school).get(`/runs/${played.runId}/artefact/full`).expect(403);
    admission.at(signing);
    await admission.publish(played.runId);
    const open = await read(admission, `/runs/${played.runId}/artefact`);
    expect(open).not.toMatch(/grades|salt|funding"/);
    expect(full.startsWith(open.slice(0, -2))).toBe(true);
    expect(await verdictOf(open, keys)).toMatchObject({ ok: true });
    const { text } = await api.anonymous().get(`/runs/${played.runId}/artefact`).expect(200);
    expect(text).toBe(open);
  });

  it('is the same whatever became of the rows since', async () => {
    await api.db.query('UPDATE application SET score = 1, grades = $1', ['[]']);
    expect(await read(admission, `/runs/${played.runId}/artefact/full`)).toBe(full);
  });

  it('is zipped for who accepts that', async () => {
    const { body, headers } = await api
      .as(ministry)
      .get(`/runs/${played.runId}/artefact/full`, { 'accept-encoding': 'gzip' })
      .buffer(true)
      .parse((answer, done) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => done(null, Buffer.concat(parts)));
      });
    expect(headers['content-encoding']).toBe('gzip');
    const bytes = body as Buffer;
    expect((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()).toBe(full);
  });

  it('is missing for a run that there is not', async () => {
    await api.anonymous().get('/runs/01a222f3-0000-7000-8000-000000000000/artefact').expect(404);
  });

  const place = (forged: Forged, name: string, change: (row: unknown[]) => unknown[]): Forged =>
    forged.row('["', id(name), change);
  const application = (forged: Forged, name: string, change: (row: Row) => object): Forged =>
    forged.row('{"id"', id(name), change);
  const facts = (forged: Forged, name: string, change: (facts: Facts['facts']) => object): Forged => {
    const at = forged.lines.findIndex(
      (line) => line.startsWith('{"id"') && line.includes(id(name)) && line.includes('"salt"'),
    );
    const row = JSON.parse(forged.lines[at]!.replace(/,$/, '')) as Facts;
    const comma = forged.lines[at]!.endsWith(',') ? ',' : '';
    forged.lines[at] = JSON.stringify({ ...row, facts: change(row.facts) }) + comma;
    return forged;
  };
  const limit = (forged: Forged, change: (limit: Limit) => object): Forged =>
    forged.change(
      '{"kind":"FIELD","ref":"07"',
      (line) => `${JSON.stringify(change(JSON.parse(line.slice(0, -1)) as Limit))},`,
    );
  const offering = (line: string, from: string, to: string): string => line.replace(from, to);
  /** Swaps who holds what. */
  const swapped = (forged: Forged, one: string, other: string): Forged => {
    const rest: Record<string, unknown[]> = {};
    place(forged, one, ([, ...what]) => [id(one), ...(rest[one] = what)]);
    place(forged, other, ([, ...what]) => [id(other), ...((rest[other] = what), rest[one]!)]);
    return place(forged, one, () => [id(one), ...rest[other]!]);
  };

  /** As one who holds the key would forge it: only what the file says can be found wrong. */
  it.each<[string, (forged: Forged) => Forged, string[]]>([
    ['swapped applicants', (f) => swapped(f, 'a1', 'a2'), ['P2', 'P7']],
    ['an applicant dropped from the places', (f) => drop(f, '["', id('a1')), ['P3', 'P7', 'P8', 'P10']],
    [
      'an applicant dropped altogether',
      (f) => drop(drop(drop(f, '["', id('a1')), '{"id"', id('a1')), '{"id"', id('a1')),
      ['P3', 'P7'],
    ],
    ['an added place', (f) => added(f, id('pending')), ['P6', 'P10']],
    ['a place of somebody who never applied', (f) => added(f, 'ffffffff-0000-7000-8000-000000000000'), ['P2']],
    ['a place of the unsuitable', (f) => added(f, id('unsuitable'), 'S1'), ['P6']],
    [
      'a seat plan too small for the places',
      (f) => f.change('{"offering"', (line) => offering(line, '"VF":3', '"VF":1')),
      ['P1'],
    ],
    [
      'a quota altered',
      (f) => f.change('{"pool":"07"', (line) => offering(line, '"quota":4', '"quota":3')),
      ['P1', 'P10'],
    ],
    ['an altered score', (f) => application(f, 'b3', (row) => ({ ...row, score: 75_000 })), ['P5']],
    ['an altered tier', (f) => application(f, 'holder', (row) => ({ ...row, tier: 0 })), ['P5']],
    ['a criterion taken away', (f) => application(f, 'b1', (row) => ({ ...row, criteria: [] })), ['P10']],
    ['a criterion that there is not', (f) => application(f, 'b2', (row) => ({ ...row, criteria: ['FRIEND'] })), ['P5']],
    [
      'an altered grade',
      (f) => facts(f, 'b3', (each) => ({ ...each, grades: [{ scale: 'TEN', value: 9 }] })),
      ['FACTS'],
    ],
    [
      'held qualifications left out',
      (f) => facts(f, 'holder', (each) => ({ ...each, funding: { held: [] } })),
      ['FACTS'],
    ],
    [
      'the order of preferences changed',
      (f) => application(f, 'a1', (row) => ({ ...row, list: row.list.toReversed() })),
      ['P3', 'P7'],
    ],
    [
      'an option listed twice',
      (f) => application(f, 'a1', (row) => ({ ...row, list: [...row.list, row.list[0]] })),
      ['LISTS', 'P6'],
    ],
    [
      'more options than the limit',
      (f) => f.change('"stage"', (line) => line.replace('"preferenceLimit":3', '"preferenceLimit":2')),
      ['LISTS'],
    ],
    [
      'entitlement flipped',
      (f) => application(f, 'holder', (row) => ({ ...row, list: row.list.map(([o, t]) => [o, t]) })),
      ['P6'],
    ],
    [
      'entitlement denied',
      (f) => application(f, 'a1', (row) => ({ ...row, list: row.list.map(([o, t]) => [o, t, 'NOT_ENTITLED']) })),
      ['P6'],
    ],
    [
      'a closed offering opened',
      (f) => f.change('{"offering"', (line) => offering(line, '"CLOSED"', '"OPEN"')),
      ['P6'],
    ],
    ['another seed', (f) => f.change('"stage"', (line) => line.replace(/"seed":"../, '"seed":"00')), ['P9']],
    [
      'a late commitment',
      (f) => f.change('"stage"', (line) => line.replace(/"committedAt":"2026/, '"committedAt":"2027')),
      ['P9'],
    ],
    ['a cut-off altered', (f) => limit(f, (row) => ({ ...row, last: { ...row.last, score: 1 } })), ['P10']],
    [
      'a lottery altered',
      (f) => limit(f, (row) => ({ ...row, last: { ...row.last, lottery: '0'.repeat(64) } })),
      ['P10'],
    ],
    ['a count altered', (f) => limit(f, (row) => ({ ...row, taken: row.taken - 1 })), ['P10']],
    ['a parameter left out', (f) => drop(f, '{"code":"adm.tier"', ''), ['POLICY']],
    [
      'a parameter not in force',
      (f) => f.change('{"code":"adm.tier"', (line) => line.replace('2000-01-01', '2030-01-01')),
      ['POLICY'],
    ],
    [
      'a draw that no parameter foresees',
      (f) => f.change('"stage"', (line) => line.replace('"publicDraw":null', '"publicDraw":"7"')),
      ['POLICY'],
    ],
  ])('re-signed with %s is caught', async (_, forge, violated) => {
    const verdict = await verdictOf(forge(new Forged(full)).signed().text(), keys);
    expect(verdict.ok).toBe(false);
    expect(verdict.violated).toEqual(expect.arrayContaining(violated));
  });

  it.each<[string, (forged: Forged) => Forged, string, RegExp]>([
    [
      'a quota altered',
      (f) => f.change('{"pool":"02"', (line) => offering(line, '"quota":1', '"quota":2')),
      'HASH',
      /inputHash/,
    ],
    [
      'a quota altered and hashes that fit',
      (f) => f.change('{"pool":"02"', (line) => offering(line, '"quota":1', '"quota":2')).hashed(),
      'SIGNATURE',
      /does not belong/,
    ],
    ['another input hash', (f) => f.change('"inputHash"', (line) => line.replace(/:"../, ':"00')), 'HASH', /inputHash/],
    [
      'another result hash',
      (f) => f.change('"resultHash"', (line) => line.replace(/:"../, ':"00')),
      'HASH',
      /resultHash/,
    ],
    ['another digest', (f) => f.change('"digest"', (line) => line.replace(/:"../, ':"00')), 'HASH', /digest/],
    [
      'another signature',
      (f) => f.change('"signature"', (line) => line.replace(/"value":"../, '"value":"AA')),
      'SIGNATURE',
      /does not belong/,
    ],
    [
      'a key that is not the ministry’s',
      (f) => f.change('"signature"', (line) => line.replace(/"keyId":"../, '"keyId":"AA')),
      'SIGNATURE',
      /none of those/,
    ],
    ['an application twice', (f) => doubled(f, '{"id"'), 'UNREADABLE', /stands twice/],
    ['two places of one', (f) => doubled(f, '["'), 'UNREADABLE', /two places/],
    [
      'an unknown offering',
      (f) => application(f, 'a1', (row) => ({ ...row, list: [[99, 'VF']] })),
      'UNREADABLE',
      /offering number 99/,
    ],
    [
      'an unknown pool',
      (f) => f.change('{"offering"', (line) => offering(line, '"pool":"10"', '"pool":"99"')),
      'UNREADABLE',
      /pool 99/,
    ],
    [
      'an extra field',
      (f) => application(f, 'a1', (row) => ({ ...row, name: 'Jonas' })),
      'UNREADABLE',
      /unknown field "name"/,
    ],
    [
      'a missing field',
      (f) => application(f, 'a1', ({ id: own, score }) => ({ id: own, score })),
      'UNREADABLE',
      /lacks the field/,
    ],
    [
      'a field said twice',
      (f) => f.change('{"id"', (line) => line.replace('"score"', '"score":1,"score"'), 0),
      'UNREADABLE',
      /canonical/,
    ],
    ['text that is no JSON', (f) => f.change('{"id"', (line) => line.slice(1), 0), 'UNREADABLE', /line \d+/],
    ['applications in another order', (f) => reversed(f), 'UNREADABLE', /order of their ids/],
    ['facts of somebody left out', (f) => drop(f, '{"id"', '"salt"'), 'UNREADABLE', /facts/],
    ['something behind its end', (f) => new Forged(`${f.text()}{}\n`), 'UNREADABLE', /follows the end/],
    ['half of its lines', (f) => new Forged(`${f.lines.slice(0, 20).join('\n')}\n`), 'UNREADABLE', /truncated/],
    ['a line cut off', (f) => new Forged(f.text().slice(0, 2_000)), 'UNREADABLE', /truncated/],
    ['nothing in it', () => new Forged(''), 'UNREADABLE', /truncated/],
  ])('with %s is caught', async (_, forge, violated, message) => {
    const verdict = await verdictOf(forge(new Forged(full)).text(), keys);
    expect(verdict.violated).toContain(violated);
    expect(verdict.messages.join('\n')).toMatch(message);
  });

  it('names who is affected, and who is connected with them and nobody else', async () => {
    const [d1, d2, d3] = ['d1', 'd2', 'd3'].map(id);
    const apart = [d1, d2, d3].sort();
    const winner = apart.find((each) => full.includes(`["${each!}"`))!;
    const loser = apart.find((each) => each !== winner)!;
    const forged = new Forged(full).change(`["${winner}"`, (line) => line.replace(winner, loser));
    const rows = forged.lines.slice(forged.at('"places"') + 1, forged.at('"limits"') - 1);
    const inOrder = rows.map((row) => row.replace(/,$/, '')).sort();
    forged.lines.splice(
      forged.at('"places"') + 1,
      rows.length,
      ...inOrder.map((row, i) => row + (i < rows.length - 1 ? ',' : '')),
    );
    const verdict = await verdictOf(forged.signed().text(), keys);
    expect(verdict.named).toEqual(expect.arrayContaining([winner]));
    expect(verdict.connected).toEqual(apart);
  });
});

function drop(forged: Forged, start: string, id: string): Forged {
  const at = forged.lines.findIndex((line) => line.startsWith(start) && line.includes(id));
  if (at < 0) throw new Error(`No line of ${id} begins with ${start}.`);
  const isLast = !forged.lines[at]!.endsWith(',');
  forged.lines.splice(at, 1);
  if (isLast) forged.lines[at - 1] = forged.lines[at - 1]!.replace(/,$/, '');
  return forged;
}

/** A place for one more, in its order: at the second offering, or at the one with two funded seats. */
function added(forged: Forged, id: string, offering?: 'S1'): Forged {
  const offerings = forged.lines.slice(forged.at('"offerings"') + 1, forged.at('"applications"') - 1);
  const wanted = offering === 'S1' ? '"VF":2' : '"VF":3';
  const number = offerings.findLastIndex((line) => line.includes(wanted));
  const from = forged.at('"places"') + 1;
  const rows = forged.lines.slice(from, forged.at('"limits"') - 1).map((row) => row.replace(/,$/, ''));
  const all = [...rows, `["${id}",${number},"VF"]`].sort();
  forged.lines.splice(from, rows.length, ...all.map((row, i) => row + (i < all.length - 1 ? ',' : '')));
  return forged;
}

function doubled(forged: Forged, start: string): Forged {
  const at = forged.at(start);
  forged.lines.splice(at, 0, forged.lines[at]!);
  return forged;
}

function reversed(forged: Forged): Forged {
  const at = forged.at('{"id"');
  [forged.lines[at], forged.lines[at + 1]] = [forged.lines[at + 1]!, forged.lines[at]!];
  return forged;
}
