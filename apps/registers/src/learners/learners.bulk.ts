import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { preparedIn } from '@meistras/platform/database/prepared';
import { selectList } from '@meistras/platform/database/rows';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import type { Change } from '../register/periods.js';
import { Registers } from '../register/registers.js';
import { Learner } from './learner.entity.js';
import { institutionsOf } from '../institutions/named-institution.js';
import { factNames, LearnerMerge, saidOfMerged } from './learners.bulk.queries.js';
import type { Circumstances, Merged } from './learners.bulk.queries.js';
import { learnerStateOf } from './learners.dto.js';
import type { LearnerFacts } from './learners.dto.js';
import { LearnersReading } from './learners.reading.js';
import type { FaultyRow, PackedLearners, PreparedLearners } from './learners.reading.js';
import { registeredLearner } from './learners.service.js';

type Columns = PreparedLearners['columns'];

/** A row that says something else than the register of the learner whom it is about. */
interface Differing {
  place: number;
  id: string;
  facts: LearnerFacts;
}

/** Many learners with a handful of statements. */
@Injectable()
export class LearnersBulk {
  private readonly columns: string;
  private readonly merge: LearnerMerge;

  constructor(
    dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly classifiers: ClassifiersService,
    private readonly registers: Registers,
    private readonly reading: LearnersReading,
  ) {
    this.columns = selectList(dataSource, Learner, 'l');
    this.merge = new LearnerMerge(dataSource);
  }

  /**
   * Registers those that are new and changes those that are known, with history and events; answers for each, in order. A
   * person is known by the personal code; a row without one by names, birth date, sex and school together.
   */
  async storeAll(tx: EntityManager, { groups, faulty }: PackedLearners, provider: string): Promise<RowOutcome[]> {
    await tx.query(this.merge.settings);
    const outcomes = await this.judgeFaulty(tx, faulty);
    for (const { at, columns } of groups) {
      const stored = await this.store(tx, columns, provider);
      at.forEach((place, i) => (outcomes[place] = stored[i]!));
    }
    return outcomes;
  }

  /** All that is wrong with rows whose persons have faults, by their places. */
  private async judgeFaulty(tx: EntityManager, faulty: PackedLearners['faulty']): Promise<RowOutcome[]> {
    const outcomes: RowOutcome[] = [];
    if (faulty.length === 0) return outcomes;
    const of = <Name extends keyof FaultyRow>(name: Name): FaultyRow[Name][] => faulty.map((row) => row[name]);
    const named = {
      ...{ institutionId: of('institutionId'), institutionScheme: of('institutionScheme') },
      ...{ institutionCode: of('institutionCode'), homeMunicipalityCode: of('homeMunicipalityCode') },
    };
    const others = await this.judge(tx, named, await institutionsOf(tx, named));
    faulty.forEach(({ at, faults }, i) => (outcomes[at] = [...faults, ...(others.get(i) ?? [])]));
    return outcomes;
  }

  /** Rows of which no two are of one person. */
  private async store(tx: EntityManager, stated: Columns, provider: string): Promise<RowOutcome[]> {
    const schools = await institutionsOf(tx, stated);
    const columns = { ...stated, institutionId: schools.map((id) => id ?? null) };
    const faults = await this.judge(tx, stated, schools);
    const refused = [...faults.keys()].map((place) => place + 1);
    const judged = stated.id.map((_, place) => place).filter((place) => !faults.has(place));
    const merging = this.mergeAll(tx, columns, { refused, provider });
    // While the database is at it. As a rule all rows are new, or none.
    const announceAll = this.reading.sealsAhead ? this.announcing(columns, judged) : undefined;
    const merged = await merging;
    const differing: Differing[] = [];
    const created: number[] = [];
    judged.forEach((place, i) => {
      if (merged.outcomes[i] === 'n') created.push(place);
      else if (merged.outcomes[i] === 'd')
        differing.push({ place, id: merged.differing[differing.length]!, facts: factsAt(columns, place) });
    });
    this.reading.sealsAhead = created.length * 2 > judged.length;
    const allNew = created.length === judged.length;
    await ((allNew && announceAll) || this.announcing(columns, created))(tx);
    const updated = await this.change(tx, columns, differing, provider);
    const isNew = new Set(created);
    return stated.id.map(
      (_, place) => faults.get(place) ?? (isNew.has(place) ? 'created' : updated.has(place) ? 'updated' : 'unchanged'),
    );
  }

  /** Those that are new after all, though nothing was sealed for them, are sealed and stored by a second statement. */
  private async mergeAll(
    tx: EntityManager,
    columns: Columns,
    about: Pick<Circumstances, 'refused' | 'provider'>,
  ): Promise<Merged> {
    const { wrappedBy } = this.reading;
    const circumstances = { ...about, today: this.clock.today(), now: this.clock.now(), wrappedBy };
    const merge = async (some: Columns, refused: number[]): Promise<Merged> => {
      const values = this.merge.valuesOf(some, { ...circumstances, refused });
      const [merged] = await preparedIn<Merged>(tx, this.merge.statement, values);
      return { outcomes: merged?.outcomes ?? '', differing: merged?.differing ?? [] };
    };
    const { outcomes, differing } = await merge(columns, about.refused);
    if (!outcomes.includes('u')) return { outcomes, differing };
    const refused = new Set(about.refused);
    const judged = columns.id.map((_, place) => place).filter((place) => !refused.has(place + 1));
    const unsealed = new Set(judged.filter((_, i) => outcomes[i] === 'u'));
    const personalCodeSealed = columns.personalCode.map((code, place) =>
      code !== null && unsealed.has(place) ? this.reading.seal(code, columns.id[place]!, columns.key[place]!) : null,
    );
    const others = columns.id.map((_, place) => place + 1).filter((place) => !unsealed.has(place - 1));
    await merge({ ...columns, personalCodeSealed }, others);
    return { outcomes: outcomes.replaceAll('u', 'n'), differing };
  }

  /** Faults of rows by their place: a home or a school that nobody knows. */
  private async judge(
    tx: EntityManager,
    { homeMunicipalityCode: homes, institutionCode: codes }: Pick<Columns, 'homeMunicipalityCode' | 'institutionCode'>,
    schools: (string | null | undefined)[],
  ): Promise<Map<number, Fault[]>> {
    const wanted = [...new Set(homes)].filter((code) => code !== null);
    const places = await this.classifiers.judgePlaces(
      tx,
      wanted.map((municipalityCode) => ({ municipalityCode })),
    );
    const faultsOfHome = new Map<string | null, Fault[]>(
      wanted.map((code, at) => [
        code,
        (places[at]?.faults ?? []).map((fault) => ({ ...fault, pointer: '/homeMunicipalityCode' })),
      ]),
    );
    const faults = new Map<number, Fault[]>();
    schools.forEach((school, place) => {
      const found = [...(faultsOfHome.get(homes[place] ?? null) ?? [])];
      const pointer = codes[place] === null ? '/institutionId' : '/institutionCode';
      if (school === undefined) found.push({ pointer, code: 'UNKNOWN', message: 'No such institution.' });
      if (found.length > 0) faults.set(place, found);
    });
    return faults;
  }

  private announcing({ id, institutionId, birthOn }: Columns, places: number[]): (tx: EntityManager) => Promise<void> {
    const states = places.map((at) =>
      learnerStateOf({ id: id[at]!, version: 1, institutionId: institutionId[at] ?? null, birthOn: birthOn[at]! }),
    );
    return this.outbox.ready(states.map((state) => announce(LearnerRegisteredV1, state)));
  }

  /** Answers the places of the rows that changed anything. */
  private async change(
    tx: EntityManager,
    columns: Columns,
    differing: Differing[],
    provider: string,
  ): Promise<Set<number>> {
    const known = await saidOfMerged(tx, differing);
    const news = differing.filter((_, at) => !known.has(at));
    if (news.length === 0) return new Set();
    const locked: Learner[] = await tx.query(
      `SELECT ${this.columns} FROM learner l WHERE l.id = ANY($1::uuid[]) ORDER BY l.id FOR UPDATE`,
      [news.map(({ id }) => id)],
    );
    const byId = new Map(locked.map((learner) => [learner.id, learner]));
    const termAt = (values: (string | null)[], place: number): string | undefined => values[place] ?? undefined;
    const changes = news.map(({ place, id, facts }): Change<Learner> => {
      const validFrom = termAt(columns.validFrom, place);
      const legalBasis = termAt(columns.legalBasis, place);
      return {
        entry: byId.get(id)!,
        facts,
        terms: { validFrom, legalBasis, reason: termAt(columns.reason, place), provider },
      };
    });
    const entries = await this.registers.periods.change(tx, registeredLearner, changes);
    const changed = news.flatMap(({ place }, at) =>
      entries[at] === changes[at]?.entry ? [] : [{ place, entry: entries[at]! }],
    );
    await this.outbox.addAll(
      tx,
      changed.map(({ entry }) => announce(LearnerChangedV1, learnerStateOf(entry))),
    );
    return new Set(changed.map(({ place }) => place));
  }
}

const factsAt = (columns: Columns, place: number): LearnerFacts =>
  Object.fromEntries(factNames.map((name) => [name, columns[name][place]])) as unknown as LearnerFacts;
