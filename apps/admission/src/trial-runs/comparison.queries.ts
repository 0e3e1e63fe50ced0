import type { DataSource } from 'typeorm';
import { tablesOf } from '../runs/run.tables.js';
import type { RunKind } from '../runs/run.tables.js';

/** One of the two runs that are compared. */
export interface ComparedRun {
  runId: string;
  kind: RunKind;
  stageId: string;
  state: string;
  applicants: number | null;
  placed: number | null;
  /** What its lottery is drawn by: secret, only to be compared. */
  lottery: string;
}

/** What became of the applicants of the stage; who was added is in neither count. */
export interface ComparedApplicants {
  placedInBoth: number;
  onlyInFirst: number;
  onlyInSecond: number;
  samePlace: number;
  betterInSecond: number;
  worseInSecond: number;
  notComparable: number;
}

/** Places of a kind in one run. */
export interface FilledPlaces {
  places: number;
  taken: number;
}

export type FilledByFunding = Record<'funded' | 'nonFunded', FilledPlaces>;

/** A limit in both runs; null where a run does not have it. */
export interface ComparedLimit {
  ref: string;
  fundingType: 'VF' | 'VNF';
  first: StoredFill | null;
  second: StoredFill | null;
}

export interface StoredFill extends FilledPlaces {
  /** Of the last one taken, in ten-thousandths; null with room left. */
  score: number | null;
}

export async function comparedRun(source: DataSource, id: string): Promise<ComparedRun | undefined> {
  const [run]: ComparedRun[] = await source.query(
    `SELECT r.id AS "runId", 'FINAL' AS kind, r.stage_id AS "stageId", r.state, r.applicants, r.placed,
       s.seed || coalesce(r.public_draw, '') AS lottery
     FROM matching_run r JOIN stage_seed s ON s.stage_id = r.stage_id WHERE r.id = $1
     UNION ALL
     SELECT id, 'TRIAL', stage_id, state, applicants, placed, seed || coalesce(public_draw, '')
     FROM trial_run WHERE id = $1 AND state <> 'DISCARDED'`,
    [id],
  );
  return run;
}

/** An id that a trial made for an applicant whom it added: a UUID of version 8. */
const isAdded = `get_byte(uuid_send(application_id), 6) >> 4 = 8`;

/** Which place of the applicant's own list, as it stands now; an index look-up for each who moved. */
const rankOf = (run: 'a' | 'b'): string => `(SELECT p.rank FROM preference p
  WHERE p.application_id = pair.application_id AND p.offering_id = ${run}_offering AND p.funding_type = ${run}_type)`;

/**
 * Both runs are read side by side in the order of their keys, so that the look-ups of those who moved follow each other
 * too: of a million applicants, half of them moved, 3 s where a hash join with its look-ups at random took 14.
 */
export async function comparedApplicants(
  source: DataSource,
  first: ComparedRun,
  second: ComparedRun,
): Promise<ComparedApplicants> {
  const placesOf = ({ kind }: ComparedRun, run: 'a' | 'b', number: 1 | 2): string =>
    `(SELECT application_id, offering_id AS ${run}_offering, funding_type AS ${run}_type
      FROM ${tablesOf[kind].placement} WHERE run_id = $${number}) ${run}`;
  const text = `WITH pair AS (
       SELECT * FROM ${placesOf(first, 'a', 1)} FULL JOIN ${placesOf(second, 'b', 2)} USING (application_id)
       WHERE NOT ${isAdded}),
     judged AS MATERIALIZED (
       SELECT a_type IS NOT NULL AS in_first, b_type IS NOT NULL AS in_second,
         a_offering = b_offering AND a_type = b_type AS same,
         CASE WHEN a_offering <> b_offering OR a_type <> b_type THEN ${rankOf('a')} - ${rankOf('b')} END AS gain
       FROM pair)
     SELECT (count(*) FILTER (WHERE in_first AND in_second))::int AS "placedInBoth",
       (count(*) FILTER (WHERE NOT in_second))::int AS "onlyInFirst",
       (count(*) FILTER (WHERE NOT in_first))::int AS "onlyInSecond",
       (count(*) FILTER (WHERE same))::int AS "samePlace",
       (count(*) FILTER (WHERE gain > 0))::int AS "betterInSecond",
       (count(*) FILTER (WHERE gain < 0))::int AS "worseInSecond",
       (count(*) FILTER (WHERE NOT same AND gain IS NULL))::int AS "notComparable"
     FROM judged`;
  return source.transaction(async (tx) => {
    await tx.query(
      `SET LOCAL statement_timeout = '60s'; SET LOCAL enable_hashjoin = off; SET LOCAL enable_seqscan = off`,
    );
    const [row]: [ComparedApplicants] = await tx.query(text, [first.runId, second.runId]);
    return row;
  });
}

export async function filledBy(source: DataSource, { runId, kind }: ComparedRun): Promise<FilledByFunding> {
  const rows: (FilledPlaces & { funding: 'funded' | 'nonFunded' })[] = await source.query(
    `SELECT CASE kind WHEN 'FIELD' THEN 'funded' ELSE 'nonFunded' END AS funding, sum(places)::float8 AS places,
       sum(taken)::float8 AS taken
     FROM ${tablesOf[kind].limit} WHERE run_id = $1 AND (kind = 'FIELD' OR funding_type = 'VNF') GROUP BY 1`,
    [runId],
  );
  const of = (funding: string): FilledPlaces => {
    const { places = 0, taken = 0 } = rows.find((each) => each.funding === funding) ?? {};
    return { places, taken };
  };
  return { funded: of('funded'), nonFunded: of('nonFunded') };
}

interface Wanted {
  kind: 'FIELD' | 'OFFERING';
  /** The last one read, and how many more. */
  after: [ref: string, fundingType: string];
  limit: number;
}

/** Limits of both runs in order; each run's index is read no further than the page. */
export async function comparedLimits(
  source: DataSource,
  [first, second]: [ComparedRun, ComparedRun],
  { kind, after, limit }: Wanted,
): Promise<ComparedLimit[]> {
  const page = ({ kind: of }: ComparedRun, number: 1 | 2): string =>
    `(SELECT ref, funding_type, jsonb_build_object('places', places, 'taken', taken, 'score', score) AS filled
      FROM ${tablesOf[of].limit} WHERE run_id = $${number} AND kind = $3 AND (ref, funding_type) > ($4, $5)
      ORDER BY ref, funding_type LIMIT $6)`;
  return source.query(
    `SELECT ref, funding_type AS "fundingType", a.filled AS first, b.filled AS second
     FROM ${page(first, 1)} a FULL JOIN ${page(second, 2)} b USING (ref, funding_type)
     ORDER BY ref, funding_type LIMIT $6`,
    [first.runId, second.runId, kind, ...after, limit],
  );
}
