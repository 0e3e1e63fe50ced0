import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { setReach } from '@meistras/platform/database/reach';
import { isImporting } from '@meistras/platform/imports/import-job';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { searchKey } from '../learners/learner.rules.js';
import { personKinds } from '../personal-data/person-kinds.js';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { PoliciesService } from '../policies/policies.service.js';
import { RegistersConfig } from '../registers.config.js';
import { compare, swappedDay } from './match.rules.js';
import type { Compared, Match, MatchPolicy } from './match.rules.js';

const pollMs = 5_000;
/** Birth dates that a turn takes, of those of the first notes. */
const daysOfTurn = 20;
const notesSeen = 100;
/** Pairs after which all else has its turn: some milliseconds. */
const comparedAtOnce = 1_000;

interface Pair extends Match {
  a: string;
  b: string;
}

/** Birth dates that are to be compared, and all that it takes. */
interface Work {
  /** Notes of these dates, done when all of them are compared. */
  noteIds: string[];
  groups: { about: PersonKind; days: ReadonlySet<string>; born: ReadonlyMap<string, Compared[]> }[];
  policy: MatchPolicy;
}

/**
 * Compares learners and members of staff that were registered or changed with all of their kind and birth date, and with all
 * of the date that has day and month swapped, and opens a review of each pair that may be one person. It blocks nothing
 * (R-REG-29): it compares what it has read outside of any transaction. While learners are imported it waits: a date would be
 * compared anew with every slice of the file that has it.
 */
@Injectable()
export class MatchFinderService extends ServiceLoop {
  constructor(
    config: RegistersConfig,
    private readonly dataSource: DataSource,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    super({ name: 'match-finder', url: config.DATABASE_URL, pollMs });
  }

  /** Compares the persons of some dates; answers of how many, 0 when there is nothing to compare. */
  async turn(): Promise<number> {
    if (await isImporting(this.dataSource.manager, 'learners')) return 0;
    const { noteIds, groups, policy } = await this.dataSource.transaction((tx) => this.read(tx));
    if (noteIds.length === 0) return 0;
    const found: { about: PersonKind; pairs: Pair[] }[] = [];
    for (const { about, days, born } of groups) {
      const pairs = await pairsOf(days, born, policy, () => this.stopped);
      // The notes stay: whoever works next compares these dates.
      if (!pairs) return 0;
      if (pairs.length > 0) found.push({ about, pairs });
    }
    await this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      for (const { about, pairs } of found) await this.open(tx, about, pairs);
      await tx.query('DELETE FROM match_day WHERE id = ANY($1::bigint[])', [noteIds]);
    });
    return groups.reduce((sum, { days }) => sum + days.size, 0);
  }

  private async read(tx: EntityManager): Promise<Work> {
    await setReach(tx, null);
    // All notes of a date, and before its persons are read: what commits later leaves a note of its own.
    const notes: { id: string; about: PersonKind; day: string }[] = await tx.query(
      `SELECT n.id, d.about, d.birth_on::text AS day FROM (
         SELECT about, birth_on FROM (SELECT about, birth_on, id FROM match_day ORDER BY id LIMIT ${notesSeen}) first
         GROUP BY about, birth_on ORDER BY min(id) LIMIT ${daysOfTurn}) d
       CROSS JOIN LATERAL (
         -- By the index of a date, whatever the planner thinks of a table that an import fills and this empties.
         SELECT id FROM match_day WHERE birth_on = d.birth_on AND about = d.about OFFSET 0) n`,
    );
    const groups: Work['groups'] = [];
    for (const about of personKinds) {
      const days = new Set(notes.filter((note) => note.about === about).map(({ day }) => day));
      if (days.size > 0) groups.push({ about, days, born: await bornOn(tx, about, days) });
    }
    return {
      noteIds: notes.map(({ id }) => id),
      groups,
      policy: await this.policies.matchingOn(tx, this.clock.today()),
    };
  }

  /** Of persons who are still there, and whom nobody erases meanwhile. */
  private async open(tx: EntityManager, about: PersonKind, pairs: Pair[]): Promise<void> {
    await tx.query(
      `WITH held AS MATERIALIZED (
         SELECT id FROM ${tableOf[about]} WHERE id = ANY($2::uuid[] || $3::uuid[]) AND state = 'REGISTERED' ORDER BY id FOR SHARE)
       INSERT INTO match_review (id, version, about, learner_id, other_id, similarity, grounds, state, opened_at, code_moved)
       SELECT p.id, 1, $7, p.learner_id, p.other_id, p.similarity, p.grounds, 'OPEN', $6, false
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::float8[], $5::jsonb[])
         AS p (id, learner_id, other_id, similarity, grounds)
       WHERE p.learner_id IN (SELECT id FROM held) AND p.other_id IN (SELECT id FROM held)
       ON CONFLICT (learner_id, other_id) DO NOTHING`,
      [
        pairs.map(() => this.ids.next()),
        pairs.map(({ a, b }) => (a < b ? a : b)),
        pairs.map(({ a, b }) => (a < b ? b : a)),
        pairs.map(({ similarity }) => similarity),
        pairs.map(({ grounds }) => JSON.stringify(grounds)),
        this.clock.now(),
        about,
      ],
    );
  }
}

const tableOf: Record<PersonKind, string> = { LEARNER: 'learner', STAFF_MEMBER: 'staff_member' };

/** By what persons are compared: the register of staff knows no home, and folds family names alone. */
const comparedBy: Record<PersonKind, string> = {
  LEARNER: 'given_name_key AS given, home_municipality_code AS home',
  STAFF_MEMBER: 'given_name AS given, NULL AS home',
};

/** Persons born on these days, and on those that have day and month swapped, by day. */
async function bornOn(
  tx: EntityManager,
  about: PersonKind,
  days: ReadonlySet<string>,
): Promise<Map<string, Compared[]>> {
  const swapped = [...days].map(swappedDay).filter((day) => day !== undefined);
  const rows: Compared[] = await tx.query(
    `SELECT id, given AS "givenNameKey", family_name_key AS "familyNameKey", birth_on::text AS "birthOn", sex,
       home AS "homeMunicipalityCode", coded
     FROM (SELECT *, ${comparedBy[about]}, personal_code_index IS NOT NULL AS coded FROM ${tableOf[about]}) p
     WHERE birth_on = ANY($1::date[]) AND state = 'REGISTERED'`,
    [[...new Set([...days, ...swapped])]],
  );
  const byDay = new Map<string, Compared[]>();
  for (const found of rows) {
    const row = about === 'LEARNER' ? found : { ...found, givenNameKey: searchKey(found.givenNameKey) };
    const others = byDay.get(row.birthOn);
    if (others) others.push(row);
    else byDay.set(row.birthOn, [row]);
  }
  return byDay;
}

const isUncoded = ({ coded }: Compared): boolean => !coded;

/**
 * Two of whom each has a code are two persons, and are not looked at: of a day that thousands share, as 1 January of those
 * whose day nobody knows, there are millions of such pairs. Undefined when it was broken off.
 */
async function pairsOf(
  days: ReadonlySet<string>,
  byDay: ReadonlyMap<string, Compared[]>,
  policy: MatchPolicy,
  isOver: () => boolean,
): Promise<Pair[] | undefined> {
  const pairs: Pair[] = [];
  let compared = 0;
  const judge = (a: Compared, others: Compared[]): void => {
    for (const b of others) {
      const match = compare(a, b, policy);
      if (match) pairs.push({ a: a.id, b: b.id, ...match });
    }
    compared += others.length;
  };
  for (const day of days) {
    const born = byDay.get(day) ?? [];
    const swapped = swappedDay(day);
    // Two days that are each other's swapped ones are compared once.
    const others = swapped === undefined || (days.has(swapped) && swapped < day) ? [] : (byDay.get(swapped) ?? []);
    const uncodedFirst = [...born.filter(isUncoded), ...born.filter(({ coded }) => coded)];
    const uncodedOthers = others.filter(isUncoded);
    for (const [at, a] of uncodedFirst.entries()) {
      judge(a, a.coded ? uncodedOthers : others);
      if (!a.coded) judge(a, uncodedFirst.slice(at + 1));
      if (compared < comparedAtOnce) continue;
      compared = 0;
      await setImmediate();
      if (isOver()) return undefined;
    }
  }
  return pairs;
}
