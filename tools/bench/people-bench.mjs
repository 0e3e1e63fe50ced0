// What a register of a country's size finds: entries that are of one person, and people whose names are mistyped.
import { setTimeout as delay } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const searches = 400;
const cell = (value) => String(value ?? '\\N');

/** Who is who in truth, beside the register's own tables: pairs of entries that are of one person. */
async function tellTruth(owner, rows) {
  await owner.query(`CREATE TEMP TABLE truth (given text, family text, born date, sex text, school text, who int)`);
  function* lines() {
    for (const { givenName, familyName, birthOn, sex, school, truth } of rows())
      yield `${[givenName, familyName, birthOn, sex, school, truth].map(cell).join('\t')}\n`;
  }
  await pipeline(Readable.from(lines()), owner.query(copyFrom('COPY truth FROM STDIN')));
  await owner.query('ANALYZE truth, learner, institution');
  // Of millions of rows on both sides none is looked up by an index.
  await owner.query('SET enable_nestloop = off');
  await owner.query(`CREATE TEMP TABLE entry AS SELECT DISTINCT l.id, t.who FROM truth t
    JOIN institution i ON i.code_scheme = 'JAR' AND i.code = t.school
    JOIN learner l ON l.family_name = t.family AND l.given_name = t.given AND l.birth_on = t.born AND l.sex = t.sex
      AND l.institution_id = i.id`);
  await owner.query(`CREATE TEMP TABLE pair AS SELECT least(a.id, b.id) AS one, greatest(a.id, b.id) AS other
    FROM entry a JOIN entry b ON a.who = b.who AND a.id < b.id`);
  await owner.query('RESET enable_nestloop');
}

/** Waits for the register to have compared everybody; recall and precision of what it found against the truth. */
export async function duplicatesBench({ owner, line }, rows) {
  const began = performance.now();
  for (let left = 1; left > 0; await delay(500)) {
    left = Number((await owner.query('SELECT count(*) AS n FROM match_day')).rows[0].n);
  }
  const waited = (performance.now() - began) / 1_000;
  await tellTruth(owner, rows);
  const {
    rows: [figures],
  } = await owner.query(`SELECT (SELECT count(*) FROM pair)::int AS pairs,
    (SELECT count(*) FROM match_review)::int AS found,
    (SELECT count(*) FROM match_review r JOIN pair p ON p.one = r.learner_id AND p.other = r.other_id)::int AS both`);
  const [recall, precision] = [figures.both / figures.pairs, figures.both / figures.found];
  line(
    `duplicates found: recall, precision`,
    '≥ 0.95, ≥ 0.90',
    `${recall.toFixed(3)}, ${precision.toFixed(3)} (${figures.pairs} pairs in truth, ${figures.found} reviews; ready ${waited.toFixed(0)} s after the import)`,
    recall >= 0.95 && precision >= 0.9,
  );
}

/** A letter of a name left out. */
const mistyped = (name) => (name.length < 4 ? name : name.slice(0, 2) + name.slice(3));

export async function searchBench({ registers, owner, api, line }) {
  const { rows } = await owner.query(
    'SELECT given_name, family_name, id FROM learner TABLESAMPLE SYSTEM (2) ORDER BY random() LIMIT $1',
    [searches],
  );
  const kinds = { 'content-type': 'application/json', 'x-purpose': 'TECHNICAL' };
  const took = [];
  let found = 0;
  for (const [at, { given_name: given, family_name: family, id }] of rows.entries()) {
    const name = at % 2 === 0 ? `${given} ${family}` : `${mistyped(family)} ${given}`;
    const headers = { authorization: `Bearer ${await api.token()}`, ...kinds };
    const began = performance.now();
    const answer = await fetch(`${registers.url}/registers/v1/learners/search`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, limit: 25 }),
    });
    const { items } = await answer.json();
    took.push(performance.now() - began);
    if (items.some((each) => each.id === id)) found += 1;
  }
  const p95 = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)];
  const share = `${found} of ${rows.length} on the first page, half of them mistyped`;
  line(`search by name, p95`, '≤ 50 ms', `${p95.toFixed(0)} ms (${share})`, p95 <= 50);
}
