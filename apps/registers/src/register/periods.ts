import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, EntityTarget } from 'typeorm';
import { insertRows, tableOf, updateRows } from '@meistras/platform/database/rows';
import { invalid } from '@meistras/platform/errors/domain-error';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { namesOfChanged, revise, shownOn } from './periods.rules.js';
import { entryProperties } from './register-entry.js';
import type { RegisterEntry } from './register-entry.js';
import { RegisterPeriod } from './register-period.entity.js';

/** On which terms facts are stated. */
export interface Terms {
  /** First day on which they hold; today if left out. */
  validFrom?: string | undefined;
  legalBasis?: string | undefined;
  /** Needed for what should have been known before: a correction. */
  reason?: string | undefined;
  provider: string;
}

/** New facts of an entry; facts that are left out stay as they are on the day from which the new ones hold. */
export interface Change<E> {
  entry: E;
  facts: Partial<E>;
  terms: Terms;
  /** Properties without periods that become other. */
  timeless?: Partial<E>;
}

/** Facts that hold in a period, as whoever owns them says today. */
export interface Stretch<E extends RegisterEntry> {
  validFrom: string;
  /** First day on which they no longer hold; null while no end is known. */
  validTo: string | null;
  facts: Omit<E, Exclude<keyof RegisterEntry, 'state'>>;
  legalBasis?: string;
  reason?: string;
}

/** An entry whose whole timeline is stated at once, oldest stretch first; stretches do not overlap. */
export interface Timeline<E extends RegisterEntry> {
  id: string;
  stretches: Stretch<E>[];
  provider: string;
}

/** A register as its periods see it. */
export interface Registered<E extends RegisterEntry> {
  entity: EntityTarget<E>;
  /** Properties that are the same at all times, beside those of every entry. */
  timeless?: readonly (keyof E & string)[];
  /** The person that an entry is about. */
  subjectOf?: (entry: E) => string;
}

/**
 * The two times of every register: when facts hold, and when they were believed (R-REG-26, R-REG-27). A change adds
 * periods and ends the belief in others; nothing is overwritten. The row in the register shows what holds today.
 */
@Injectable()
export class Periods {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Stores changes of different entries, which the caller has locked. Answers each entry as it stands now: of a new
   * version if anything was stored, the same object if everything was known already.
   */
  async change<E extends RegisterEntry>(
    tx: EntityManager,
    registered: Registered<E>,
    changes: Change<E>[],
  ): Promise<E[]> {
    const believed = await this.believed(
      tx,
      changes.map(({ entry }) => entry.id),
    );
    const now = this.clock.now();
    const written = { begun: [] as RegisterPeriod[], superseded: [] as RegisterPeriod[], entries: [] as E[] };
    const entries = changes.map((change) => {
      const stored = believed.get(change.entry.id);
      const periods = stored ?? [this.firstPeriod(registered, change.entry)];
      const revision = this.revise(registered, periods, change);
      if (!revision) {
        if (!change.timeless) return change.entry;
        const entry = { ...change.entry, ...change.timeless, version: change.entry.version + 1 };
        written.entries.push(entry);
        return entry;
      }
      // What is no longer believed will not take effect either.
      for (const period of revision.superseded) Object.assign(period, { supersededAt: now, pending: false });
      const left = revision.left.map((each) => ({ ...each, id: this.ids.next(), recordedAt: now, supersededAt: null }));
      const begun = [...left, this.period(registered, change, { ...revision.begun, recordedAt: now })];
      if (!stored) written.begun.push(...periods);
      else written.superseded.push(...revision.superseded);
      written.begun.push(...begun);
      const after = [...periods.filter(({ supersededAt }) => supersededAt === null), ...begun].toSorted(byDay);
      const entry = this.show({ ...change.entry, ...change.timeless }, after);
      written.entries.push(entry);
      return entry;
    });
    // What is no longer believed first: the database lets no two believed periods overlap.
    await updateRows(tx, RegisterPeriod, written.superseded);
    await insertRows(tx, RegisterPeriod, written.begun);
    await updateRows(tx, registered.entity, written.entries);
    return entries;
  }

  /**
   * Stores the timeline of one entry instead of what was believed of it. What is said as before stays as it was recorded.
   * Answers the entry as it was and as it is now: the same object if nothing is new.
   */
  async restate<E extends RegisterEntry>(
    tx: EntityManager,
    registered: Registered<E>,
    { id, stretches, provider }: Timeline<E>,
  ): Promise<{ before: E | undefined; after: E }> {
    const before = await tx
      .createQueryBuilder(registered.entity, 'e')
      .where('e.id = :id', { id })
      .setLock('pessimistic_write')
      .getOne();
    const stored = (await this.believed(tx, [id])).get(id);
    const believed = stored ?? (before ? [this.firstPeriod(registered, before)] : []);
    const now = this.clock.now();
    const said = stretches.map(({ validFrom, validTo, facts, legalBasis, reason }): RegisterPeriod => {
      const known = believed.find((each) => each.validFrom === validFrom && saysTheSame(each, facts));
      if (known?.validTo === validTo) return known;
      const change = { entry: { id } as E, facts: {}, terms: { provider, legalBasis, reason } };
      const begun = this.period(registered, change, { validFrom, validTo, facts, recordedAt: now });
      // Where only the end is another, the rest is as it was stated then.
      return known ? { ...begun, provider: known.provider, legalBasis: known.legalBasis, reason: known.reason } : begun;
    });
    const superseded = believed.filter((each) => !said.includes(each));
    const begun = said.filter((each) => !believed.includes(each));
    if (before && superseded.length + begun.length === 0) return { before, after: before };
    for (const period of superseded) Object.assign(period, { supersededAt: now, pending: false });
    const after = this.show(before ?? ({ id, version: 0 } as E), said);
    if (stored) await updateRows(tx, RegisterPeriod, superseded);
    // The row alone says all of an entry that has one period and never had another.
    if (before || said.length > 1) await insertRows(tx, RegisterPeriod, [...(stored ? [] : believed), ...begun]);
    await (before ? updateRows(tx, registered.entity, [after]) : insertRows(tx, registered.entity, [after]));
    return { before: before ?? undefined, after };
  }

  /** Makes entries show what begins to hold by today. Answers each as it was and as it is, of a new version. */
  async takeEffect<E extends RegisterEntry>(
    tx: EntityManager,
    registered: Registered<E>,
  ): Promise<{ before: E; after: E }[]> {
    const { name } = tableOf(tx, registered.entity);
    const [due]: [{ entry_id: string }[]] = await tx.query(
      `UPDATE register_period SET pending = false
       WHERE id IN (SELECT id FROM register_period WHERE register = $1 AND pending AND valid_from <= $2
         ORDER BY valid_from LIMIT 500 FOR UPDATE SKIP LOCKED) RETURNING entry_id`,
      [name, this.clock.today()],
    );
    const ids = [...new Set(due.map(({ entry_id: id }) => id))];
    if (ids.length === 0) return [];
    const locked = await tx
      .createQueryBuilder(registered.entity, 'e')
      .where('e.id = ANY(:ids)', { ids })
      .orderBy('e.id')
      .setLock('pessimistic_write')
      .getMany();
    const believed = await this.believed(tx, ids);
    const effects = locked.map((before) => ({ before, after: this.show(before, believed.get(before.id) ?? []) }));
    await updateRows(
      tx,
      registered.entity,
      effects.map(({ after }) => after),
    );
    return effects;
  }

  /** All periods of an entry that has a history, those no longer believed too, newest knowledge first. */
  async history(entryId: string, tx: EntityManager = this.dataSource.manager): Promise<RegisterPeriod[]> {
    return tx.find(RegisterPeriod, {
      where: { entryId },
      order: { recordedAt: 'DESC', validFrom: 'DESC' },
    });
  }

  /** The facts of an entry as one period: what its row shows. */
  firstPeriod<E extends RegisterEntry>(registered: Registered<E>, entry: E): RegisterPeriod {
    const { validFrom, validTo, recordedAt, provider, legalBasis, reason } = entry;
    return {
      ...this.placeOf(registered, entry),
      ...{ validFrom, validTo, recordedAt, supersededAt: null, pending: validFrom > this.clock.today() },
      ...{ facts: this.factsOf(registered, entry), provider, legalBasis, reason },
    };
  }

  private revise<E extends RegisterEntry>(
    registered: Registered<E>,
    periods: RegisterPeriod[],
    { facts, terms }: Change<E>,
  ): ReturnType<typeof revise<Record<string, unknown>, RegisterPeriod>> | undefined {
    const today = this.clock.today();
    const from = terms.validFrom ?? today;
    const base = shownOn(periods, from);
    const said = { ...base?.facts, ...this.factsOf(registered, facts) };
    if (base && base.validFrom <= from && namesOfChanged(base.facts, said).length === 0) return undefined;
    if (from < today && terms.reason === undefined)
      throw invalid('invalid-input', 'The body has faults.', [
        { pointer: '/reason', code: 'REQUIRED', message: 'A change of what held before today needs a reason.' },
      ]);
    return revise(periods, from, said);
  }

  private period<E extends RegisterEntry>(
    registered: Registered<E>,
    { entry, terms }: Change<E>,
    begun: Pick<RegisterPeriod, 'validFrom' | 'validTo' | 'facts' | 'recordedAt'>,
  ): RegisterPeriod {
    return {
      ...this.placeOf(registered, entry),
      ...begun,
      ...{ supersededAt: null, pending: begun.validFrom > this.clock.today() },
      ...{ provider: terms.provider, legalBasis: terms.legalBasis ?? null, reason: terms.reason ?? null },
    };
  }

  private placeOf<E extends RegisterEntry>(
    { entity, subjectOf }: Registered<E>,
    entry: E,
  ): Pick<RegisterPeriod, 'id' | 'register' | 'entryId' | 'subjectId'> {
    const register = tableOf(this.dataSource, entity).name;
    return { id: this.ids.next(), register, entryId: entry.id, subjectId: subjectOf?.(entry) ?? null };
  }

  /** The entry as its believed periods show it today, in its next version. */
  private show<E extends RegisterEntry>(entry: E, believed: RegisterPeriod[]): E {
    const shown = shownOn(believed, this.clock.today());
    if (!shown) throw new Error(`The entry ${entry.id} has no period.`);
    const { facts, validFrom, validTo, recordedAt, provider, legalBasis, reason } = shown;
    const about = { validFrom, validTo, recordedAt, provider, legalBasis, reason };
    return { ...entry, ...facts, ...about, version: entry.version + 1 };
  }

  private factsOf<E extends RegisterEntry>(
    { entity, timeless = [] }: Registered<E>,
    from: Partial<E>,
  ): Record<string, unknown> {
    const { columns } = tableOf(this.dataSource, entity);
    const facts: Record<string, unknown> = {};
    for (const { property } of columns)
      if (property in from && !entryProperties.has(property) && !(timeless as readonly string[]).includes(property))
        facts[property] = from[property as keyof E];
    return facts;
  }

  private async believed(tx: EntityManager, ids: string[]): Promise<Map<string, RegisterPeriod[]>> {
    const rows = await tx
      .createQueryBuilder(RegisterPeriod, 'p')
      .where('p.entry_id = ANY(:ids) AND p.superseded_at IS NULL', { ids })
      .orderBy('p.valid_from')
      .getMany();
    const byEntry = new Map<string, RegisterPeriod[]>();
    for (const row of rows) byEntry.set(row.entryId, [...(byEntry.get(row.entryId) ?? []), row]);
    return byEntry;
  }
}

const saysTheSame = ({ facts }: RegisterPeriod, others: object): boolean =>
  namesOfChanged(facts, others as Record<string, unknown>).length === 0;

const byDay = (a: RegisterPeriod, b: RegisterPeriod): number => (a.validFrom < b.validFrom ? -1 : 1);
