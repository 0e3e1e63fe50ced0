import type { EntityManager } from 'typeorm';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, selectList, tableOf, violates } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import type { DomainError, Fault } from '@meistras/platform/errors/domain-error';
import { withoutNulls } from '@meistras/platform/http/validation';
import { mustBeCurrent, mustExistFor } from '@meistras/platform/http/etag';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import type { By, ByIfGiven } from './by.js';
import { Entries } from './entries.js';
import type { EntriesDefinition, RegisterTools } from './entries.js';
import type { Change, Terms } from './periods.js';
import { entryProperties } from './register-entry.js';
import type { RegisterEntry } from './register-entry.js';
import type { StatedTerms } from './register.dto.js';

/** What one register is about. Everything else is the same in all of them. */
export interface RegisterDefinition<E extends RegisterEntry, Row extends StatedTerms> extends EntriesDefinition<E> {
  /** The natural key: properties of a row and of its entry, and the constraint that keeps it unique. */
  key: readonly (keyof E & keyof Row & string)[];
  keyTaken: string;
  firstState: E['state'];
  /** SQL on `e`: whether an entry is one that its key still names; all are if left out. */
  open?: string;
  /**
   * What is wrong with rows, in order, or the facts that they do not say themselves: all else is taken from the row's
   * properties, as nothing where they are left out. `current` is the entry that a row is about, if there is one.
   */
  judge(tx: EntityManager, rows: Row[], current: (E | undefined)[]): Promise<(Facts<E> | Fault[])[]>;
}

/** What may change of an entry. */
export type Facts<E> = Partial<Omit<E, keyof RegisterEntry>>;

export interface Stored<E> {
  outcome: RowOutcome;
  /** Absent when the row was refused. */
  entry?: E;
}

/** One official register: entries found by id or by their natural key, with two times, announced by events. */
export class Register<E extends RegisterEntry, Row extends StatedTerms> extends Entries<E> {
  constructor(
    override readonly definition: RegisterDefinition<E, Row>,
    tools: RegisterTools,
  ) {
    super(definition, tools);
  }

  /** Throws the constraint's conflict when the key is taken. */
  async register<Dto extends object>(
    row: Row,
    provider: string,
    once: WriteOnce,
    toAnswer: (entry: E) => Dto,
  ): Promise<Dto> {
    return this.tools.idempotency.run(once, async (tx) => toAnswer(await this.add(tx, row, provider)));
  }

  /** The same within a transaction. */
  async add(tx: EntityManager, row: Row, provider: string): Promise<E> {
    const entry = this.create(row, await this.judgeOne(tx, row, undefined), provider);
    await insertRows(tx, this.definition.entity, [entry]);
    await this.tools.outbox.addAll(tx, [this.definition.announceNew(entry)]);
    return entry;
  }

  /** Replaces the facts of the entry of an id; its key stays what it is. */
  async change<Stated extends StatedTerms>(id: string, stated: Stated, by: By): Promise<E> {
    return this.amend(
      id,
      stated,
      by,
      (tx, entry) =>
        this.judgeOne(tx, { ...this.keyOf(entry), ...stated } as unknown as Row, entry) as Promise<Partial<E>>,
    );
  }

  /** Changes some facts of the entry of an id. */
  async amend(
    id: string,
    terms: StatedTerms,
    by: By,
    factsOf: (tx: EntityManager, entry: E) => Promise<Partial<E>> | Partial<E>,
  ): Promise<E> {
    return this.tools.dataSource.transaction(async (tx) => {
      await setReach(tx, by.actor.institutionFilter);
      const entry = await tx
        .createQueryBuilder(this.definition.entity, 'e')
        .where('e.id = :id', { id })
        .setLock('pessimistic_write')
        .getOne();
      if (!entry) throw missing(this.definition.thing);
      by.mayChange?.(entry);
      mustBeCurrent(entry, by.readVersion);
      const facts = await factsOf(tx, entry);
      const change = { entry, facts, terms: termsOf(terms, by.provider) };
      const [changed = entry] = await this.changeAll(tx, [change]);
      return changed;
    });
  }

  /** Registers or changes the entry of a key. The second of two that register it at once changes it. */
  async upsert(row: Row, by: ByIfGiven): Promise<{ entry: E; created: boolean }> {
    const work = (): Promise<{ entry: E; created: boolean }> =>
      this.tools.dataSource.transaction(async (tx) => {
        const check = (current: E | undefined): void => {
          if (current) by.mayChange?.(current);
          mustExistFor(current, by.readVersion);
        };
        const [stored] = await this.store(tx, [row], by.provider, check);
        if (!stored?.entry) throw invalidInput(stored?.outcome as Fault[]);
        return { entry: stored.entry, created: stored.outcome === 'created' };
      });
    return work().catch((error: unknown) => {
      if (violates(error, this.definition.keyTaken)) return work();
      throw error;
    });
  }

  /** Stores rows of an import; answers what became of each, in order. */
  async storeAll(tx: EntityManager, rows: Row[], provider: string): Promise<RowOutcome[]> {
    return (await this.store(tx, rows, provider)).map(({ outcome }) => outcome);
  }

  /** Stores rows, found by their keys, in a handful of statements however many they are; answers for each, in order. */
  private async store(
    tx: EntityManager,
    rows: Row[],
    provider: string,
    check?: (current: E | undefined) => void,
  ): Promise<Stored<E>[]> {
    const answers: Stored<E>[] = [];
    // A key that comes twice is changed by its second row: it waits for the round after.
    for (let round = [...rows.keys()]; round.length > 0;) {
      const first = new Set<string>();
      const now = round.filter((at) => {
        const key = this.textOf(rows[at]!);
        return !first.has(key) && first.add(key);
      });
      const stored = await this.storeDistinct(
        tx,
        now.map((at) => rows[at]!),
        provider,
        check,
      );
      now.forEach((at, i) => (answers[at] = stored[i]!));
      const done = new Set(now);
      round = round.filter((at) => !done.has(at));
    }
    return answers;
  }

  private async storeDistinct(
    tx: EntityManager,
    rows: Row[],
    provider: string,
    check?: (current: E | undefined) => void,
  ): Promise<Stored<E>[]> {
    const found = await this.lockByKey(tx, rows);
    const current = rows.map((row) => found.get(this.textOf(row)));
    if (check) current.forEach(check);
    const judged = await this.judge(tx, rows, current);
    const created: E[] = [];
    const changes: Change<E>[] = [];
    const places = rows.map((row, at): { outcome?: Fault[]; created?: E; change?: number } => {
      const facts = judged[at]!;
      if (Array.isArray(facts)) return { outcome: facts };
      const entry = current[at];
      if (entry)
        return { change: changes.push({ entry, facts: facts as Partial<E>, terms: termsOf(row, provider) }) - 1 };
      const born = this.create(row, facts, provider);
      created.push(born);
      return { created: born };
    });
    await insertRows(tx, this.definition.entity, created);
    await this.tools.outbox.addAll(
      tx,
      created.map((entry) => this.definition.announceNew(entry)),
    );
    const changed = await this.changeAll(tx, changes);
    return places.map(({ outcome, created: entry, change }): Stored<E> => {
      if (outcome) return { outcome };
      if (entry) return { outcome: 'created', entry };
      const after = changed[change!]!;
      return { outcome: after === changes[change!]!.entry ? 'unchanged' : 'updated', entry: after };
    });
  }

  private async changeAll(tx: EntityManager, changes: Change<E>[]): Promise<E[]> {
    if (changes.length === 0) return [];
    const entries = await this.tools.periods.change(tx, this.definition, changes);
    const effects = entries.map((after, at) => ({ before: changes[at]!.entry, after }));
    await this.announceChanges(
      tx,
      effects.filter(({ before, after }) => before !== after),
    );
    return entries;
  }

  /** Faults, or all facts of each row as they are stored. */
  private async judge(tx: EntityManager, rows: Row[], current: (E | undefined)[]): Promise<(Facts<E> | Fault[])[]> {
    const judged = await this.definition.judge(tx, rows, current);
    return rows.map((row, at) => {
      const own = judged[at]!;
      return Array.isArray(own) ? own : { ...this.statedFacts(row), ...own };
    });
  }

  private statedFacts(row: Row): Facts<E> {
    const { entity, key } = this.definition;
    const names = tableOf(this.tools.dataSource, entity)
      .columns.map(({ property }) => property)
      .filter((name) => name !== 'state' && !entryProperties.has(name) && !(key as readonly string[]).includes(name));
    const said = row as unknown as Record<string, unknown>;
    return Object.fromEntries(names.map((name) => [name, composed(said[name] ?? null)])) as Facts<E>;
  }

  private async judgeOne(tx: EntityManager, row: Row, current: E | undefined): Promise<Facts<E>> {
    const [judged = []] = await this.judge(tx, [row], [current]);
    if (Array.isArray(judged)) throw invalidInput(judged);
    return judged;
  }

  private create(row: Row, facts: Facts<E>, provider: string): E {
    const { clock, ids } = this.tools;
    const { validFrom = clock.today(), legalBasis, reason } = termsOf(row, provider);
    const about = { validFrom, validTo: null, recordedAt: clock.now(), provider };
    return {
      ...{ id: ids.next(), version: 1, state: this.definition.firstState },
      ...about,
      ...{ legalBasis: legalBasis ?? null, reason: reason ?? null },
      ...this.keyOf(row),
      ...facts,
    } as unknown as E;
  }

  private keyOf(from: E | Row): Partial<E> {
    return Object.fromEntries(this.definition.key.map((name) => [name, (from as Row)[name]])) as unknown as Partial<E>;
  }

  private textOf(from: E | Row): string {
    return JSON.stringify(Object.values(this.keyOf(from)));
  }

  private async lockByKey(tx: EntityManager, rows: Row[]): Promise<Map<string, E>> {
    const { entity, key, open } = this.definition;
    const { name, columns } = tableOf(tx, entity);
    const parts = key.map((property) => columns.find((column) => column.property === property)!);
    const found: E[] = await tx.query(
      `SELECT ${selectList(tx, entity, 'e')} FROM "${name}" e
       WHERE (${parts.map((part) => `e."${part.name}"`).join(', ')})
         IN (SELECT * FROM unnest(${parts.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')}))
       ${open === undefined ? '' : `AND ${open}`} ORDER BY e.id FOR UPDATE`,
      key.map((property) => rows.map((row) => row[property])),
    );
    return new Map(found.map((entry) => [this.textOf(entry), entry]));
  }
}

/** Text is stored composed (NFC): letters look and compare alike however they were typed. */
const composed = (value: unknown): unknown => (typeof value === 'string' ? value.normalize('NFC') : value);

/** An entry as it is answered: its properties by their names, without those that hold nothing. */
export function toEntryDto<Dto extends object>(entry: RegisterEntry): Dto {
  const { id, ...rest } = entry;
  return withoutNulls({ id, ...rest, recordedAt: entry.recordedAt.toISOString() }) as unknown as Dto;
}

function termsOf({ validFrom, legalBasis, reason }: StatedTerms, provider: string): Terms {
  return { validFrom, legalBasis, reason, provider };
}

const invalidInput = (faults: Fault[]): DomainError => invalid('invalid-input', 'The body has faults.', faults);
