import type { DataSource, EntityManager } from 'typeorm';
import type { Prepared, Statement } from '@meistras/platform/database/prepared';
import { setReach } from '@meistras/platform/database/reach';
import { missing } from '@meistras/platform/errors/domain-error';
import type { Exported } from '@meistras/platform/exports/exports';
import type { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { Announcement, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId } from '@meistras/platform/paging/paging';
import type { PageQuery } from '@meistras/platform/paging/paging';
import type { Clock, Ids } from '@meistras/platform/time/clock';
import { asOfTimes, bothTimesOf, entryOf } from './as-of.js';
import type { BothTimes, EntryInPeriod, PeriodRow } from './as-of.js';
import type { Periods, Registered } from './periods.js';
import type { RegisterEntry } from './register-entry.js';
import type { AsOfQuery as AsOf } from './register.dto.js';
import { exportStatements } from './exported.js';
import { byIdStatement, readStatement } from './register.queries.js';
import type { Condition, Wanted } from './register.queries.js';
import type { RegisterPeriod } from './register-period.entity.js';

/** What entries are, and how they are announced. */
export interface EntriesDefinition<E extends RegisterEntry> extends Registered<E> {
  /** What an entry is called in problems: `institution`. */
  thing: string;
  announceNew(entry: E): Announcement;
  /** Most often the same class whatever changed; a new natural key has its own (R-REG-31). */
  announceChange(before: E, after: E): Announcement;
}

/** What a register works with. */
export interface RegisterTools {
  dataSource: DataSource;
  prepared: Prepared;
  idempotency: Idempotency;
  outbox: Outbox;
  periods: Periods;
  clock: Clock;
  ids: Ids;
}

/** Entries with two times, whoever states their facts: how they are read, take effect and are announced. */
export abstract class Entries<E extends RegisterEntry> {
  private readonly byId: Statement;
  private readonly byIdWithPeriods: Statement;

  constructor(
    readonly definition: EntriesDefinition<E>,
    protected readonly tools: RegisterTools,
  ) {
    this.byId = byIdStatement(tools.dataSource, definition.entity, false);
    this.byIdWithPeriods = byIdStatement(tools.dataSource, definition.entity, true);
  }

  /** The entry of an id, as of both times if asked; missing when nothing was known of it then. */
  async get(id: string, asOf: AsOf = {}): Promise<E> {
    const { prepared } = this.tools;
    const bothTimes = this.bothTimes(asOf);
    const entry = bothTimes
      ? asOfTimes(await prepared.rows<EntryInPeriod<E>>(this.byIdWithPeriods, [id]), bothTimes)
      : (await prepared.rows<E>(this.byId, [id]))[0];
    if (!entry) throw missing(this.definition.thing);
    return entry;
  }

  /** Entries in the order of their ids, one more than the limit to know of a next page. */
  async list(query: PageQuery & AsOf, conditions: Condition[]): Promise<E[]> {
    return this.read({ conditions, after: afterId(query), limit: query.limit + 1 }, query);
  }

  /** The same of an entry about a person, as it stands, within the reach of the transaction. */
  async getWithin(tx: EntityManager, id: string): Promise<E> {
    const entry = await tx.createQueryBuilder(this.definition.entity, 'e').where('e.id = :id', { id }).getOne();
    if (!entry) throw missing(this.definition.thing);
    return entry;
  }

  /** What was and is believed of an entry, newest knowledge first; of one about a person, within the reach of `tx`. */
  async history(id: string, tx?: EntityManager): Promise<RegisterPeriod[]> {
    const entry = await (tx ? this.getWithin(tx, id) : this.get(id));
    const periods = await this.tools.periods.history(id, tx);
    return periods.length > 0 ? periods : [this.tools.periods.firstPeriod(this.definition, entry)];
  }

  /** What begins to hold by today takes effect and is announced; true if there may be more. */
  async takeEffect(): Promise<boolean> {
    return this.tools.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const effects = await this.tools.periods.takeEffect(tx, this.definition);
      await this.announceChanges(tx, effects);
      return effects.length > 0;
    });
  }

  /** The same entries, all of them, to be sent by `Exports`. */
  exported(asOf: AsOf, conditions: Condition[]): Exported {
    return exportStatements(this.tools.dataSource, this.definition.entity, { conditions }, this.bothTimes(asOf));
  }

  protected async announceChanges(tx: EntityManager, effects: { before: E; after: E }[]): Promise<void> {
    await this.tools.outbox.addAll(
      tx,
      effects.map(({ before, after }) => this.definition.announceChange(before, after)),
    );
  }

  private async read(wanted: Wanted, asOf: AsOf): Promise<E[]> {
    const { dataSource } = this.tools;
    const { text, values } = readStatement(dataSource, this.definition.entity, wanted, this.bothTimes(asOf));
    const rows: (E & { asOfPeriod?: PeriodRow | null })[] = await dataSource.query(text, values);
    return rows.map(entryOf);
  }

  private bothTimes(asOf: AsOf): BothTimes | undefined {
    return bothTimesOf(asOf, this.tools.clock.today());
  }
}
