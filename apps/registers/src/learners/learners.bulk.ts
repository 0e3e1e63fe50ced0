import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, selectList, tableOf } from '@meistras/platform/database/rows';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import type { Change } from '../register/periods.js';
import { Registers } from '../register/registers.js';
import { Learner } from './learner.entity.js';
import { judgePerson } from './learner.rules.js';
import { learnerFactsOf, learnerStateOf, RegisterLearnerDto } from './learners.dto.js';
import type { LearnerFacts } from './learners.dto.js';
import { registeredLearner } from './learners.service.js';
import { PersonalCodes } from './personal-codes.js';

/** A learner in bulk: the school may be named by its code. */
export class LearnerRow extends RegisterLearnerDto {
  /** Whose code it is. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  institutionScheme?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  institutionCode?: string;
}

/** A row with all that can be said of it without the register. */
export interface PreparedRow {
  row: LearnerRow;
  /** As they are stored, or why they are not. */
  facts: LearnerFacts | Fault[];
  /** Keyed hash of the personal code; null without one. */
  index: Buffer | null;
}

/** A row that was judged well. */
interface Stated extends PreparedRow {
  facts: LearnerFacts;
  institutionId: string | null;
}

/** The learner that a row is about, by what its row in the register shows today. */
interface Known extends LearnerFacts {
  at: number;
  id: string;
  state: Learner['state'];
  validFrom: string;
  hasPeriods: boolean;
}

/** Many learners with a handful of statements. */
@Injectable()
export class LearnersBulk {
  private readonly columns: string;
  private readonly knownColumns: string;

  constructor(
    dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly classifiers: ClassifiersService,
    private readonly codes: PersonalCodes,
    private readonly registers: Registers,
  ) {
    this.columns = selectList(dataSource, Learner, 'l');
    const notCompared = new Set(['personal_code_sealed', 'personal_code_index', 'recorded_at']);
    this.knownColumns = tableOf(dataSource, Learner)
      .columns.filter(({ name }) => !notCompared.has(name))
      .map(({ name, property, type }) => `l.${name}${type === 'date' ? '::text' : ''} AS "${property}"`)
      .join(', ');
  }

  prepare(row: LearnerRow): PreparedRow {
    const person = judgePerson(row, this.clock.today());
    const index = row.personalCode === undefined ? null : this.codes.indexOf(row.personalCode);
    return { row, facts: Array.isArray(person) ? person : learnerFactsOf(row, person), index };
  }

  /**
   * Registers those that are new and changes those that are known, with history and events; answers for each, in order. A
   * person is known by the personal code; a row without one by names, birth date, sex and school together.
   */
  async storeAll(tx: EntityManager, rows: PreparedRow[], provider: string): Promise<RowOutcome[]> {
    await setReach(tx, null);
    const judged = await this.judge(tx, rows);
    const outcomes = new Map<Stated, RowOutcome>();
    const all = judged.filter((each): each is Stated => !Array.isArray(each));
    // Two rows of one person: the second finds what the first has made.
    for (let left = all; left.length > 0;) {
      const taken = new Set<string>();
      const [now, later]: [Stated[], Stated[]] = [[], []];
      for (const stated of left) {
        const keys = keysOf(stated);
        (keys.some((key) => taken.has(key)) ? later : now).push(stated);
        for (const key of keys) taken.add(key);
      }
      await this.storeDistinct(tx, now, provider, outcomes);
      left = later;
    }
    return judged.map((each) => (Array.isArray(each) ? each : (outcomes.get(each) ?? [])));
  }

  private async judge(tx: EntityManager, prepared: PreparedRow[]): Promise<(Stated | Fault[])[]> {
    const rows = prepared.map(({ row }) => row);
    const homeFaults = await this.judgeHomes(tx, rows);
    const institutionOf = await institutions(tx, rows);
    return prepared.map(({ row, facts, index }) => {
      const institution = institutionOf(row);
      const faults = [
        ...(Array.isArray(facts) ? facts : []),
        ...(homeFaults.get(row.homeMunicipalityCode) ?? []),
        ...(Array.isArray(institution) ? institution : []),
      ];
      if (faults.length > 0 || Array.isArray(facts) || Array.isArray(institution)) return faults;
      return { row, facts, institutionId: institution, index };
    });
  }

  private async judgeHomes(tx: EntityManager, rows: LearnerRow[]): Promise<Map<string | undefined, Fault[]>> {
    const codes = [...new Set(rows.map((row) => row.homeMunicipalityCode))].filter((code) => code !== undefined);
    const places = await this.classifiers.judgePlaces(
      tx,
      codes.map((municipalityCode) => ({ municipalityCode })),
    );
    const faultsOf = (at: number): Fault[] =>
      (places[at]?.faults ?? []).map((fault) => ({ ...fault, pointer: '/homeMunicipalityCode' }));
    return new Map(codes.map((code, at) => [code, faultsOf(at)]));
  }

  private async storeDistinct(
    tx: EntityManager,
    rows: Stated[],
    provider: string,
    outcomes: Map<Stated, RowOutcome>,
  ): Promise<void> {
    const known = await this.find(tx, rows);
    const created: Learner[] = [];
    const differing: { stated: Stated; id: string }[] = [];
    rows.forEach((stated, at) => {
      const found = known.get(at);
      outcomes.set(stated, found ? 'unchanged' : 'created');
      if (!found) created.push(this.create(stated, provider));
      // Who was merged stays as the registrar found it: the facts are those of the one that was kept.
      else if (found.state === 'REGISTERED' && !saysAll(found, stated)) differing.push({ stated, id: found.id });
    });
    await insertRows(tx, Learner, created);
    await this.outbox.addAll(
      tx,
      created.map((learner) => announce(LearnerRegisteredV1, learnerStateOf(learner))),
    );
    const merged = await saidOfMerged(tx, differing);
    const news = differing.filter((_, at) => !merged.has(at));
    for (const stated of await this.change(tx, news, provider)) outcomes.set(stated, 'updated');
  }

  /** The learners that rows are about, by the place of the row. Of several of the same names the one without a code. */
  private async find(tx: EntityManager, rows: Stated[]): Promise<Map<number, Known>> {
    const places = [...rows.keys()];
    const coded = places.filter((at) => rows[at]?.index);
    const named = places.filter((at) => !rows[at]?.index);
    const column = (of: (stated: Stated) => unknown): unknown[] => named.map((at) => of(rows[at]!));
    const select = `SELECT r.at, ${this.knownColumns},
      EXISTS (SELECT 1 FROM register_period p WHERE p.entry_id = l.id) AS "hasPeriods"`;
    const byCode: Known[] = await tx.query(
      `${select} FROM unnest($1::int[], $2::bytea[]) AS r (at, code) JOIN learner l ON l.personal_code_index = r.code`,
      [coded, coded.map((at) => rows[at]?.index)],
    );
    const byName: Known[] = await tx.query(
      `${select} FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::uuid[])
         AS r (at, family_name_key, given_name_key, family_name, given_name, birth_on, sex, institution_id)
       JOIN learner l ON l.family_name_key = r.family_name_key AND l.given_name_key = r.given_name_key
         AND l.birth_on = r.birth_on AND l.family_name = r.family_name AND l.given_name = r.given_name AND l.sex = r.sex AND l.institution_id IS NOT DISTINCT FROM r.institution_id
       ORDER BY r.at, l.possibly_foreign, l.id DESC`,
      [
        named,
        column(({ facts }) => facts.familyNameKey),
        column(({ facts }) => facts.givenNameKey),
        column(({ facts }) => facts.familyName),
        column(({ facts }) => facts.givenName),
        column(({ facts }) => facts.birthOn),
        column(({ facts }) => facts.sex),
        column(({ institutionId }) => institutionId),
      ],
    );
    return new Map([...byCode, ...byName].map((found) => [found.at, found]));
  }

  private create({ row, facts, institutionId, index }: Stated, provider: string): Learner {
    const { validFrom = this.clock.today(), legalBasis = null, reason = null, personalCode } = row;
    const id = this.ids.next();
    // Not in parts that are spread, as elsewhere: of a million rows it takes a third of the time.
    return Object.assign(new Learner(), facts, {
      id,
      version: 1,
      state: 'REGISTERED' as const,
      protectionCategory: null,
      institutionId,
      provider,
      validFrom,
      validTo: null,
      recordedAt: this.clock.now(),
      legalBasis,
      reason,
      possiblyForeign: index === null,
      personalCodeSealed: personalCode === undefined ? null : this.codes.seal(personalCode, id),
      personalCodeIndex: index,
    });
  }

  /** Answers those of the rows that changed anything. */
  private async change(
    tx: EntityManager,
    differing: { stated: Stated; id: string }[],
    provider: string,
  ): Promise<Stated[]> {
    if (differing.length === 0) return [];
    const locked: Learner[] = await tx.query(
      `SELECT ${this.columns} FROM learner l WHERE l.id = ANY($1::uuid[]) ORDER BY l.id FOR UPDATE`,
      [differing.map(({ id }) => id)],
    );
    const byId = new Map(locked.map((learner) => [learner.id, learner]));
    const changes = differing.map(({ stated: { row, facts }, id }): Change<Learner> => {
      const { validFrom, legalBasis, reason } = row;
      return { entry: byId.get(id)!, facts, terms: { validFrom, legalBasis, reason, provider } };
    });
    const entries = await this.registers.periods.change(tx, registeredLearner, changes);
    const changed = differing.flatMap(({ stated }, at) =>
      entries[at] === changes[at]?.entry ? [] : [{ stated, entry: entries[at]! }],
    );
    await this.outbox.addAll(
      tx,
      changed.map(({ entry }) => announce(LearnerChangedV1, learnerStateOf(entry))),
    );
    return changed.map(({ stated }) => stated);
  }
}

/** Places of the rows that say what an entry said that was merged into the learner: that is known, and judged. */
async function saidOfMerged(tx: EntityManager, differing: { stated: Stated; id: string }[]): Promise<Set<number>> {
  if (differing.length === 0) return new Set();
  const column = (of: (facts: LearnerFacts) => string): string[] => differing.map(({ stated }) => of(stated.facts));
  const found: { at: number }[] = await tx.query(
    `SELECT r.at FROM unnest($1::int[], $2::uuid[], $3::text[], $4::text[], $5::date[])
       AS r (at, survivor_id, family_name, given_name, birth_on)
     JOIN learner_redirect d ON d.survivor_id = r.survivor_id JOIN learner l ON l.id = d.learner_id
     WHERE (l.family_name, l.given_name, l.birth_on) = (r.family_name, r.given_name, r.birth_on)`,
    [
      [...differing.keys()],
      differing.map(({ id }) => id),
      column(({ familyName }) => familyName),
      column(({ givenName }) => givenName),
      column(({ birthOn }) => birthOn),
    ],
  );
  return new Set(found.map(({ at }) => at));
}

/** By what two rows of a file are of one person. */
function keysOf({ facts, institutionId, index }: Stated): string[] {
  const { familyName, givenName, birthOn, sex } = facts;
  const names = `${familyName}|${givenName}|${birthOn}|${sex}|${institutionId}`;
  return index === null ? [names] : [index.toString('latin1'), names];
}

/** Whether the register says today all that a row states. Where there are periods, they must be asked. */
function saysAll({ hasPeriods, validFrom, ...known }: Known, { row, facts }: Stated): boolean {
  if (hasPeriods || (row.validFrom !== undefined && row.validFrom < validFrom)) return false;
  return (Object.keys(facts) as (keyof LearnerFacts)[]).every(
    (name) => known[name as keyof typeof known] === facts[name],
  );
}

/** The school that a row names by id or by code; null where it names none. */
async function institutions(
  tx: EntityManager,
  rows: LearnerRow[],
): Promise<(row: LearnerRow) => string | null | Fault[]> {
  const coded = new Map(
    rows.map(({ institutionScheme, institutionCode }) => [
      `${institutionScheme} ${institutionCode}`,
      [institutionScheme, institutionCode],
    ]),
  );
  const found: { id: string; code_scheme: string; code: string }[] = await tx.query(
    `SELECT id, code_scheme, code FROM institution WHERE id = ANY($1::uuid[])
       OR (code_scheme, code) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [
      [...new Set(rows.map(({ institutionId }) => institutionId))].filter((id) => id !== undefined),
      [...coded.values()].map(([scheme]) => scheme),
      [...coded.values()].map(([, code]) => code),
    ],
  );
  const ids = new Set(found.map(({ id }) => id));
  const byCode = new Map(found.map(({ id, code_scheme: scheme, code }) => [`${scheme} ${code}`, id]));
  const unknown = (pointer: string): Fault[] => [{ pointer, code: 'UNKNOWN', message: 'No such institution.' }];
  return ({ institutionId, institutionScheme, institutionCode }) => {
    if (institutionScheme !== undefined || institutionCode !== undefined) {
      const id = byCode.get(`${institutionScheme} ${institutionCode}`);
      const agrees = id !== undefined && (institutionId === undefined || institutionId === id);
      return agrees ? id : unknown('/institutionCode');
    }
    if (institutionId === undefined) return null;
    return ids.has(institutionId.toLowerCase()) ? institutionId.toLowerCase() : unknown('/institutionId');
  };
}
