// A locked stage of a country's size, written by COPY straight into the database of admission.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { seeded } from '../demo/random.mjs';

const pools = 25;
const listed = 13;
const hour = 3_600_000;

/** Ids in order, told apart by kind and number. */
const idOf = (kind, number) => `01a20000-${kind}000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const poolOf = (offering) => String(offering % pools).padStart(2, '0');

export const stageId = idOf(1, 1);
export const offeringId = (number) => idOf(2, number);
export const applicationId = (number) => idOf(5, number);
export const learnerId = (number) => idOf(6, number);

/** Indexes that are made when the rows are there, as any bulk load does. */
const later = ['preference_taken', 'preference_at', 'suitability_at', 'application_learner'];

/**
 * @param {import('pg').Client} owner a superuser's connection: foreign keys are not looked at row by row
 * @param {{ applicants: number, offerings: number }} size
 */
export async function loadStage(owner, { applicants, offerings }) {
  await owner.query(
    `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'`,
  );
  await planStage(owner);
  const funded = Math.ceil((0.75 * applicants) / offerings);
  await copy(owner, 'offering', offeringRows(offerings, funded));
  await copy(owner, 'known_programme', programmeRows(offerings));
  for (let pool = 0; pool < pools; pool += 1) {
    const quota = Math.floor((funded * 0.9 * offerings) / pools);
    await owner.query(
      `INSERT INTO funded_pool (stage_id, field_code, version, planned, carried_over, quota, act, recorded_at)
       VALUES ($1, $2, 1, $3, 0, $3, 'BENCH', now())`,
      [stageId, String(pool).padStart(2, '0'), quota],
    );
  }
  const { rows } = await owner.query(
    `SELECT indexname, indexdef, (SELECT conname FROM pg_constraint WHERE conname = indexname) AS con
     FROM pg_indexes WHERE indexname = ANY($1)`,
    [later],
  );
  for (const { indexname, con } of rows)
    await owner.query(con ? `ALTER TABLE preference DROP CONSTRAINT ${con}` : `DROP INDEX ${indexname}`);
  for (const table of ['application', 'preference', 'suitability'])
    await copy(owner, table, stageRows({ applicants, offerings })[table]());
  for (const { indexname, indexdef, con } of rows) {
    await owner.query(indexdef);
    if (con) await owner.query(`ALTER TABLE preference ADD CONSTRAINT ${con} UNIQUE USING INDEX ${indexname}`);
  }
  await owner.query('RESET session_replication_role');
  // The weeks of applying leave no table without its vacuum.
  for (const table of ['application', 'preference', 'suitability', 'offering', 'known_programme', 'funded_pool'])
    await owner.query(`VACUUM (ANALYZE) ${table}`);
}

/** The register's entries of so many learners; the first ones are the applicants. */
export async function knowLearners(owner, count) {
  await owner.query(
    `INSERT INTO known_learner (learner_id, version, birth_year)
     SELECT ('01a20000-6000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 2000 FROM generate_series(0, $1 - 1) n`,
    [count],
  );
  await owner.query('ANALYZE known_learner');
}

async function planStage(owner) {
  const seed = 'bench-seed';
  const at = (hours) => new Date(Date.now() + hours * hour);
  await owner.query(`INSERT INTO campaign VALUES ($1, 1, 2026, 'BENCH', now())`, [idOf(1, 0)]);
  await owner.query(
    `INSERT INTO stage (id, version, campaign_id, year, type, sequence, apply_from, apply_until, suitability_until, order_until,
       invite_from, sign_from, sign_until, group_windows, sign_extra_days, starts_on, preference_limit, limit_basis, state,
       seed_commitment, recorded_at)
     VALUES ($1, 3, $2, 2026, 'SUMMER', 1, $3, $4, $4, $4, $4, $4, $5, '[]', 0, '2026-09-01', $6, 'BENCH', 'LOCKED', $7, now())`,
    [stageId, idOf(1, 0), at(-48), at(-1), at(48), listed, createHash('sha256').update(seed).digest('hex')],
  );
  await owner.query('INSERT INTO stage_seed (stage_id, seed, drawn_at) VALUES ($1, $2, $3)', [stageId, seed, at(-48)]);
}

/** Columns as the table has them, so that a new one with a default is left to it. */
const columns = {
  offering:
    'id, version, stage_id, year, institution_id, programme_id, field_code, pool_code, funded_seats, non_funded_seats, state, recorded_at, module_code, unit_code, apprenticeship, awards, entrance_test',
  known_programme: 'programme_id, version, code_scheme, code, field_code, kind, eqf_level, credits, state',
  application:
    'id, version, stage_id, year, learner_id, state, grades, exam_results, funding_facts, score, score_formula, submitted_at, recorded_at, entry_facts, applicant_group, needs, ordered',
  preference: 'application_id, rank, offering_id, institution_id, funding_type, ineligible',
  suitability:
    'application_id, offering_id, version, stage_id, institution_id, state, reason, decided_at, decided_by, bound',
};

async function copy(owner, table, rows) {
  function* pieces() {
    let piece = '';
    for (const row of rows) {
      piece += `${row}\n`;
      if (piece.length > 65_536) {
        yield piece;
        piece = '';
      }
    }
    yield piece;
  }
  await pipeline(Readable.from(pieces()), owner.query(copyFrom(`COPY ${table} (${columns[table]}) FROM STDIN`)));
}

const institutionOf = (offering) => idOf(3, offering % 3_000);

function* offeringRows(count, funded) {
  for (let o = 0; o < count; o += 1) {
    const places = `${funded}\t${Math.ceil(funded / 10)}`;
    yield `${idOf(2, o)}\t1\t${stageId}\t2026\t${institutionOf(o)}\t${idOf(4, o)}\t0${poolOf(o)}\t${poolOf(o)}\t${places}\tOPEN\t2026-01-01\t\t\tf\tQUALIFICATION\tf`;
  }
}

function* programmeRows(count) {
  for (let o = 0; o < count; o += 1)
    yield `${idOf(4, o)}\t1\tSMPKR\tP${o}\t0${poolOf(o)}\t${o % 5 === 0 ? 'CONTINUING' : 'INITIAL'}\t4\t60\tREGISTERED`;
}

/** The same draw for each of the three tables. */
function stageRows({ applicants, offerings }) {
  const each = function* (rowsOf) {
    const random = seeded(13);
    const draw = (below) => Math.floor(random() * below);
    for (let a = 0; a < applicants; a += 1) {
      const grades = Array.from({ length: 8 }, () => 4 + draw(7));
      const options = new Set();
      // Some offerings are wanted more than others.
      while (options.size < listed) options.add(2 * Math.floor(offerings * random() ** 1.5) + (random() < 0.9 ? 0 : 1));
      yield* rowsOf(a, grades, [...options]);
    }
  };
  const score = (grades) => Math.floor((20_000 * grades.reduce((sum, grade) => sum + grade, 0) + 8) / 16);
  return {
    application: () =>
      each(function* (a, grades) {
        const text = JSON.stringify(grades.map((value) => ({ scale: 'TEN', value })));
        yield `${idOf(5, a)}\t1\t${stageId}\t2026\t${idOf(6, a)}\tSUBMITTED\t${text}\t[]\t{"held":[]}\t${score(grades)}\tF-ADM-1/1\t2026-01-01\t2026-01-01\t{"education":"SECONDARY"}\tWITH_SECONDARY\t{}\tt`;
      }),
    preference: () =>
      each(function* (a, _, options) {
        for (const [i, option] of options.entries()) {
          const offering = option >> 1;
          // Nobody holds a qualification yet: continuing training is not for them (F-ADM-2).
          const barred = option % 2 === 0 && offering % 5 === 0;
          const ineligible = barred ? '{"rule":"F-ADM-2","code":"QUALIFICATION_REQUIRED","facts":{}}' : '\\N';
          yield `${idOf(5, a)}\t${i + 1}\t${idOf(2, offering)}\t${institutionOf(offering)}\t${option % 2 === 0 ? 'VF' : 'VNF'}\t${ineligible}`;
        }
      }),
    suitability: () =>
      each(function* (a, _, options) {
        for (const offering of [...new Set(options.map((option) => option >> 1))].sort((x, y) => x - y)) {
          const finding = (a + offering) % 20 === 0 ? 'UNSUITABLE\tTEST_FAILED' : 'SUITABLE\t\\N';
          yield `${idOf(5, a)}\t${idOf(2, offering)}\t2\t${stageId}\t${institutionOf(offering)}\t${finding}\t2026-01-01\tbench\tf`;
        }
      }),
  };
}
