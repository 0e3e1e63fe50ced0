import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import type { ReadingOfOne } from '@meistras/platform/access-log/access-trail';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { Batcher } from '@meistras/platform/database/batcher';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { insertRows, tableOf, updateRows, violates } from '@meistras/platform/database/rows';
import type { Table } from '@meistras/platform/database/rows';
import { DomainError, invalid, missing, moved } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import type { PersonExport } from '../personal-data/person-exports.service.js';
import { PersonKey } from '../personal-data/person-key.entity.js';
import { toHistoryDto } from '../register/history.js';
import type { Change, Registered } from '../register/periods.js';
import type { AsOfQuery, HistoryDto } from '../register/register.dto.js';
import { bothTimesOf, entryOf } from '../register/as-of.js';
import type { BothTimes, PeriodRow } from '../register/as-of.js';
import { Registers } from '../register/registers.js';
import type { TakesEffect } from '../register/registers.js';
import { erased, LearnerCodes } from './learner-codes.service.js';
import { derivedOfLearner, Learner, timelessOfLearner } from './learner.entity.js';
import { judgePerson, searchKey } from './learner.rules.js';
import type { Person, StatedPerson } from './learner.rules.js';
import { learnerFactsOf, learnerStateOf, toLearnerDto } from './learners.dto.js';
import type {
  LearnerDto,
  LearnerFactsDto,
  LearnerMatchDto,
  LearnersQuery,
  RegisterLearnerDto,
} from './learners.dto.js';
import { maySeeProtected } from './learner-reach.js';
import type { Seen } from './learner-reach.js';
import { LearnerQueries } from './learners.queries.js';
import { PersonalCodes } from './personal-codes.js';
import { ProtectedCodesService } from './protected-codes.service.js';

const codesScope = 'registers.personal-codes:read';

const invalidInput = (faults: Fault[]): DomainError => invalid('invalid-input', 'The body has faults.', faults);

/**
 * A read waits for the disk, since it leaves a record. PostgreSQL lets those that wait go together: with four batches under
 * way 32 clients are answered twice as often as with two.
 */
const readsTogether = { atMost: 100, underWay: 4 };

/** Learners as their periods see them. */
export const registeredLearner: Registered<Learner> = {
  entity: Learner,
  timeless: timelessOfLearner,
  subjectOf: ({ id }) => id,
};

/** A person asked for, as of both times if asked. */
interface Wanted extends ReadingOfOne {
  asOf?: BothTimes | undefined;
}

/** A new entry that is to stand beside a protected person's. */
interface Beside {
  learner: Learner;
  personKey: PersonKey;
  code: string;
}

/** A change of the version that was read. */
export interface LearnerChange {
  readVersion: number;
  reading: Reading;
}

@Injectable()
export class LearnersService implements TakesEffect {
  private readonly queries: LearnerQueries;
  private readonly table: Table;
  private readonly keyTable: Table;
  private readonly reads: Batcher<Wanted, Learner | undefined>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly classifiers: ClassifiersService,
    private readonly codes: PersonalCodes,
    private readonly learnerCodes: LearnerCodes,
    private readonly trail: AccessTrail,
    private readonly registers: Registers,
    private readonly protectedCodes: ProtectedCodesService,
  ) {
    registers.join(this);
    this.queries = new LearnerQueries(dataSource);
    this.table = tableOf(dataSource, Learner);
    this.keyTable = tableOf(dataSource, PersonKey);
    this.reads = new Batcher((wanted) => this.readAll(wanted), readsTogether);
  }

  /** A personal code that is taken refuses by its constraint; the answer shows nothing of the first person (R-REG-29). */
  async register(dto: RegisterLearnerDto, by: Actor, once: WriteOnce): Promise<LearnerDto> {
    if (dto.institutionId === undefined && !by.national) {
      const message = 'A client that does not act nationally must say for which institution it registers.';
      throw invalidInput([{ pointer: '/institutionId', code: 'REQUIRED', message }]);
    }
    const person = this.judge(dto);
    const id = this.ids.next();
    const { personKey, sealed } = this.learnerCodes.newly(id, dto.personalCode);
    const learner: Learner = {
      ...{ id, version: 1, state: 'REGISTERED', protectionCategory: null, institutionId: dto.institutionId ?? null },
      ...{ validFrom: dto.validFrom ?? this.clock.today(), validTo: null, recordedAt: this.clock.now() },
      ...{ provider: by.clientId, legalBasis: dto.legalBasis ?? null, reason: dto.reason ?? null },
      ...learnerFactsOf(dto, person),
      ...sealed,
      possiblyForeign: dto.personalCode === undefined,
    };
    const work = this.idempotency.create(once, async () => {
      await this.judgeHome(this.dataSource.manager, dto);
      const announced = this.outbox.insertOf([announce(LearnerRegisteredV1, learnerStateOf(learner))]);
      const stored = { table: this.table, rows: [learner] };
      return {
        answer: toLearnerDto(learner),
        inserts: [stored, { table: this.keyTable, rows: [personKey] }, announced],
      };
    });
    const hidden = work.catch(async (error: unknown) => {
      if (!(await this.protectedCodes.mustHide(error, dto.personalCode, by))) throw error;
      return this.registerBeside({ learner, personKey, code: dto.personalCode! }, once);
    });
    return hidden.catch((error: unknown) => {
      if (!violates(error, 'learner_institution')) throw error;
      throw invalidInput([{ pointer: '/institutionId', code: 'UNKNOWN', message: 'No such institution.' }]);
    });
  }

  /** The same beside a protected person's entry with this code, of whom the caller may not know. */
  private registerBeside({ learner, personKey, code }: Beside, once: WriteOnce): Promise<LearnerDto> {
    return this.idempotency.run(once, async (tx) => {
      const [, beside] = this.codes.indexesOf(code);
      const registered = { ...learner, personalCodeIndex: beside };
      await setReach(tx, null);
      await insertRows(tx, Learner, [registered]);
      await insertRows(tx, PersonKey, [personKey]);
      await this.outbox.add(tx, LearnerRegisteredV1, learnerStateOf(registered));
      await this.protectedCodes.openReview(tx, learner.id, code);
      return toLearnerDto(registered);
    });
  }

  /** As of both times if asked. */
  async get(id: string, reading: Reading, times: AsOfQuery = {}): Promise<LearnerDto> {
    const learner = await this.reads.run({ id, reading, asOf: bothTimesOf(times, this.clock.today()) });
    if (!learner) throw await this.elsewhere(id, reading);
    return (await this.show([learner], reading))[0]!;
  }

  /** Two learners beside each other, merged or not, in the order of their ids. */
  async getPair(ids: [string, string], reading: Reading): Promise<LearnerDto[]> {
    const rows = await this.rows.rows<Learner>(
      reading.institutions,
      ...this.queries.pair(ids, maySeeProtected(reading.by), this.trail.valuesOfOne(reading)),
    );
    return this.show(rows, reading);
  }

  /** Those of these learners that are within reach, by id. */
  async getSome(ids: string[], reading: Reading): Promise<Map<string, LearnerDto>> {
    const read = await Promise.all(ids.map((id) => this.reads.run({ id, reading })));
    const shown = await this.show(
      read.filter((learner) => learner !== undefined),
      reading,
    );
    return new Map(shown.map((dto) => [dto.id, dto]));
  }

  /** What to say of an id that is no learner's: it may have been merged into another one (R-REG-28). */
  async elsewhere(id: string, reading: Reading): Promise<DomainError> {
    const question = this.queries.survivor(id, seenBy(reading));
    const [survivor] = await this.rows.rows<Pick<Learner, 'id' | 'state'>>(reading.institutions, ...question);
    if (survivor?.state === 'ERASED') return erased();
    // Found, but nothing was known of it then.
    if (!survivor || survivor.id === id.toLowerCase()) return missing('learner');
    return moved('learner-merged', 'The learner was merged into another one.', `/registers/v1/learners/${survivor.id}`);
  }

  /** What was and is believed of a learner, newest knowledge first. */
  async history(id: string, reading: Reading): Promise<HistoryDto> {
    const learner = await this.reads.run({ id, reading });
    if (!learner) throw await this.elsewhere(id, reading);
    const periods = await this.dataSource.transaction(async (tx) => {
      await setReach(tx, reading.institutions);
      return this.registers.periods.history(id, tx);
    });
    const all = periods.length > 0 ? periods : [this.registers.periods.firstPeriod(registeredLearner, learner)];
    return toHistoryDto(all, derivedOfLearner);
  }

  /** What was stated for a day that has come takes effect and is announced. */
  async takeEffect(): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const effects = await this.registers.periods.takeEffect(tx, registeredLearner);
      await this.outbox.addAll(
        tx,
        effects.map(({ after }) => announce(LearnerChangedV1, learnerStateOf(after))),
      );
      return effects.length > 0;
    });
  }

  /** A statement for each reach and time among them; most often there is one. It leaves their access records. */
  private async readAll(wanted: Wanted[]): Promise<(Learner | undefined)[]> {
    const alike = new Map<string, Wanted[]>();
    for (const each of wanted) {
      const name = questionName(each);
      const others = alike.get(name);
      if (others) others.push(each);
      else alike.set(name, [each]);
    }
    const found = new Map<string, Learner>();
    await Promise.all(
      [...alike].map(async ([name, batch]) => {
        const [first] = batch;
        const reach = first?.reading.institutions ?? null;
        const ids = batch.map(({ id }) => id);
        const seen = {
          reach,
          asOf: first?.asOf,
          protectedToo: first !== undefined && maySeeProtected(first.reading.by),
        };
        const question = this.queries.byIds(ids, seen, this.trail.valuesOfMany(batch));
        const rows = await this.rows.rows<Learner & { asOfPeriod?: PeriodRow | null }>(reach, ...question);
        for (const row of rows) found.set(`${name} ${row.id}`, first?.asOf ? entryOf<Learner>(row) : row);
      }),
    );
    return wanted.map((each) => found.get(`${questionName(each)} ${each.id.toLowerCase()}`));
  }

  /** Whether a code is known; whose it is only within the caller's reach. The person found has been looked up either way. */
  async match(personalCode: string, reading: Reading): Promise<LearnerMatchDto> {
    const found = await this.find(personalCode, reading);
    return { known: true, ...(found.near ? { learnerId: found.id } : {}) };
  }

  /** The learner of a personal code, and whether it is within the caller's reach. */
  async find(personalCode: string, reading: Reading): Promise<{ id: string; near: boolean }> {
    const question = this.queries.byCode(
      this.codes.indexesOf(personalCode),
      seenBy(reading),
      this.trail.valuesOfOne(reading),
    );
    // Whether anybody has the code is asked beyond reach; no more than the id comes back.
    const [found] = await this.rows.rows<{ id: string; near: boolean }>(null, ...question);
    if (!found) throw missing('learner');
    return found;
  }

  async list(query: LearnersQuery, reading: Reading): Promise<Page<LearnerDto>> {
    const reach = query.institutionId === undefined ? reading.institutions : [query.institutionId];
    const question = this.queries.page({
      after: afterId(query),
      limit: query.limit,
      reach,
      asOf: bothTimesOf(query, this.clock.today()),
      protectedToo: maySeeProtected(reading.by),
      trail: this.trail.valuesOfOne(reading),
      ...(query.familyName === undefined ? {} : { familyNameKey: searchKey(query.familyName) }),
    });
    const rows = (await this.rows.rows<Learner>(reading.institutions, ...question)).map((row) => entryOf<Learner>(row));
    return toPage(
      await this.show(rows, reading),
      query.limit,
      (dto) => dto,
      ({ id }) => [id],
    );
  }

  /** All learners within reach, as of both times if asked, without personal codes, to be sent by `PersonExports`. */
  exported(reading: Reading, times: AsOfQuery): PersonExport {
    const asOf = bothTimesOf(times, this.clock.today());
    return this.queries.exported(this.dataSource, { ...seenBy(reading), asOf });
  }

  /** The answer shows what was held, so it leaves an access record, in the same transaction. */
  async change(id: string, dto: LearnerFactsDto, change: LearnerChange): Promise<LearnerDto> {
    return this.changeAs(id, dto, change).catch(async (error: unknown) => {
      if (!(await this.protectedCodes.mustHide(error, dto.personalCode, change.reading.by))) throw error;
      return this.changeAs(id, dto, { ...change, beside: true });
    });
  }

  /** `beside`: as if no protected person had the code. */
  private async changeAs(
    id: string,
    dto: LearnerFactsDto,
    { readVersion, reading, beside = false }: LearnerChange & { beside?: boolean },
  ): Promise<LearnerDto> {
    return this.dataSource.transaction(async (tx) => {
      const learner = await this.lock(tx, id, reading);
      mustBeCurrent(learner, readVersion);
      const held = (await this.learnerCodes.of([learner], tx)).get(learner.id);
      const person = this.judge({ ...dto, personalCode: dto.personalCode ?? held });
      await this.judgeHome(tx, dto);
      const code = await this.learnerCodes.given(tx, learner, { code: dto.personalCode, by: reading.by, beside });
      const facts = { ...learnerFactsOf(dto, person), possiblyForeign: (code ?? learner).personalCodeIndex === null };
      const { validFrom, legalBasis, reason } = dto;
      const terms = { validFrom, legalBasis, reason, provider: reading.by.clientId };
      const changed = await this.store(tx, { entry: learner, facts, terms, ...(code ? { timeless: code } : {}) });
      if (beside && dto.personalCode !== undefined) {
        await setReach(tx, null);
        await this.protectedCodes.openReview(tx, learner.id, dto.personalCode);
      }
      return toLearnerDto(changed);
    });
  }

  private async store(tx: EntityManager, change: Change<Learner>): Promise<Learner> {
    const [changed = change.entry] = await this.registers.periods.change(tx, registeredLearner, [change]);
    if (changed !== change.entry) await this.outbox.add(tx, LearnerChangedV1, learnerStateOf(changed));
    return changed;
  }

  /** The learner of an id within reach, held to the end of the transaction, whose reach this sets. It leaves a record. */
  async lock(tx: EntityManager, id: string, reading: Reading): Promise<Learner> {
    await setReach(tx, reading.institutions);
    const lock = this.queries.lockById(id, seenBy(reading), this.trail.valuesOfOne(reading));
    const [learner]: Learner[] = await tx.query(...lock);
    if (!learner) throw await this.elsewhere(id, reading);
    return learner;
  }

  /** Stores learners who are held, each in its next version, and announces them: for what has no periods of its own. */
  async storeNext(tx: EntityManager, learners: Learner[]): Promise<Learner[]> {
    const changed = learners.map((learner) => ({ ...learner, version: learner.version + 1 }));
    await updateRows(tx, Learner, changed);
    await this.outbox.addAll(
      tx,
      changed.map((learner) => announce(LearnerChangedV1, learnerStateOf(learner))),
    );
    return changed;
  }

  /** A learner who is held belongs to another institution from now on; both hear of it. */
  async transfer(tx: EntityManager, learner: Learner, institutionId: string): Promise<void> {
    const changed = { ...learner, institutionId, version: learner.version + 1 };
    await updateRows(tx, Learner, [changed]);
    const left = learner.institutionId === null ? {} : { previousInstitutionId: learner.institutionId };
    await this.outbox.add(tx, LearnerChangedV1, { ...learnerStateOf(changed), ...left });
  }

  private judge(stated: StatedPerson): Person {
    const judged = judgePerson(stated, this.clock.today());
    if (Array.isArray(judged)) throw invalidInput(judged);
    return judged;
  }

  private async judgeHome(tx: EntityManager, { homeMunicipalityCode }: LearnerFactsDto): Promise<void> {
    if (homeMunicipalityCode === undefined) return;
    const [place] = await this.classifiers.judgePlaces(tx, [{ municipalityCode: homeMunicipalityCode }]);
    const faults = (place?.faults ?? []).map((fault) => ({ ...fault, pointer: '/homeMunicipalityCode' }));
    if (faults.length > 0) throw invalidInput(faults);
  }

  /** The personal code is shown to who may see it and says what for (R-REG-30, T8). */
  private async show(learners: Learner[], { by, purpose }: Reading): Promise<LearnerDto[]> {
    if (!by.may(codesScope) || purpose === undefined) return learners.map((learner) => toLearnerDto(learner));
    const codes = await this.learnerCodes.of(learners);
    return learners.map((learner) => toLearnerDto(learner, codes.get(learner.id)));
  }
}

const questionName = ({ reading, asOf }: Wanted): string =>
  `${String(reading.institutions)} ${maySeeProtected(reading.by)} ${asOf ? `${asOf.validOn} ${asOf.knownOn}` : ''}`;

const seenBy = ({ institutions, by }: Reading): Seen => ({ reach: institutions, protectedToo: maySeeProtected(by) });
