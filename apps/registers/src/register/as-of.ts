import { DomainError } from '@meistras/platform/errors/domain-error';
import type { AsOfQuery } from './register.dto.js';
import type { RegisterEntry } from './register-entry.js';

/** What held on one day as it was known by the end of another (R-REG-26). */
export interface BothTimes {
  validOn: string;
  knownOn: string;
}

/** Both times where at least one is asked for; the other is today. Throws for what will only be known later. */
export function bothTimesOf({ validOn, knownOn }: AsOfQuery, today: string): BothTimes | undefined {
  if (knownOn !== undefined && knownOn > today) {
    const message = 'What will be known by then is not known yet.';
    const fault = { pointer: '?knownOn', code: 'IN_FUTURE', message };
    throw new DomainError('malformed', 'invalid-parameter', 'The request has faulty parameters.', [fault]);
  }
  if (validOn === undefined && knownOn === undefined) return undefined;
  return { validOn: validOn ?? today, knownOn: knownOn ?? today };
}

/** A period as the statement answers it beside its entry, in JSON. */
export interface PeriodRow {
  facts: Record<string, unknown>;
  valid_from: string;
  valid_to: string | null;
  recorded_at: string;
  provider: string;
  legal_basis: string | null;
  reason: string | null;
}

/** By the end of a day in the national zone. */
const knownBy = (day: string): string => `((${day}::date + 1)::timestamp AT TIME ZONE 'Europe/Vilnius')`;

/**
 * What a statement on `alias` needs to read it as of both times: by the period that was believed, and of an entry without
 * a history by its row. `day` and `known` are SQL of days.
 */
export function asOfSql(alias: string, day: string, known: string): { joins: string; holds: string } {
  const knownUntil = knownBy(known);
  const holds = (row: string): string =>
    `${row}.valid_from <= ${day} AND (${row}.valid_to IS NULL OR ${day} < ${row}.valid_to) AND ${row}.recorded_at < ${knownUntil}`;
  return {
    joins: `LEFT JOIN LATERAL (SELECT true AS changed FROM register_period h WHERE h.entry_id = ${alias}.id LIMIT 1) h ON true
      LEFT JOIN LATERAL (SELECT * FROM register_period p WHERE p.entry_id = ${alias}.id AND ${holds('p')}
        AND (p.superseded_at IS NULL OR p.superseded_at >= ${knownUntil}) LIMIT 1) p ON true`,
    holds: `(p.id IS NOT NULL OR (h.changed IS NULL AND ${holds(alias)}))`,
  };
}

const dayOf = (instant: string): string => `(${instant} AT TIME ZONE 'Europe/Vilnius')::date`;

/** A period with the days, in the national zone, on which it came to be known and was no longer believed. */
export interface KnownPeriod extends PeriodRow {
  recorded_on: string;
  superseded_on: string | null;
}

/** An entry beside one period of what was ever believed of it; beside none if it has no history. */
export type EntryInPeriod<E> = E & { recordedOn: string; period: KnownPeriod | null };

/**
 * What a statement on `alias` needs to read one entry as of any times: a row for each period, the oldest knowledge first. Its
 * only parameter is the id: whatever the days, it is planned once. To plan the one that asks for a day takes longer than to
 * run it, and to gather the periods in one row longer than to find them.
 */
export const withPeriodsSql = (alias: string): { columns: string; joins: string; order: string } => ({
  columns: `${dayOf(`${alias}.recorded_at`)}::text AS "recordedOn",
    CASE WHEN p.id IS NOT NULL THEN to_jsonb(p) || jsonb_build_object('recorded_on', ${dayOf('p.recorded_at')},
      'superseded_on', ${dayOf('p.superseded_at')}) END AS period`,
  joins: `LEFT JOIN register_period p ON p.entry_id = ${alias}.id`,
  order: 'ORDER BY p.recorded_at',
});

/** The same as `asOfSql` asks for, of the rows of one entry; undefined where nothing was known of it then. */
export function asOfTimes<E extends RegisterEntry>(
  rows: EntryInPeriod<E>[],
  { validOn, knownOn }: BothTimes,
): E | undefined {
  const covers = (from: string, to: string | null): boolean => from <= validOn && (to === null || validOn < to);
  for (const { recordedOn, period, ...row } of rows) {
    const entry = row as unknown as E;
    const held =
      period === null
        ? covers(entry.validFrom, entry.validTo) && recordedOn <= knownOn
        : covers(period.valid_from, period.valid_to) &&
          period.recorded_on <= knownOn &&
          (period.superseded_on === null || period.superseded_on > knownOn);
    if (held) return period === null ? entry : entryOf<E>({ ...entry, asOfPeriod: period });
  }
  return undefined;
}

/** The entry with the facts of its period, if one was asked for. */
export function entryOf<E extends RegisterEntry>({ asOfPeriod, ...row }: E & { asOfPeriod?: PeriodRow | null }): E {
  const entry = row as unknown as E;
  if (!asOfPeriod) return entry;
  const { facts, provider, reason } = asOfPeriod;
  return {
    ...entry,
    ...facts,
    validFrom: asOfPeriod.valid_from,
    validTo: asOfPeriod.valid_to,
    recordedAt: new Date(asOfPeriod.recorded_at),
    provider,
    legalBasis: asOfPeriod.legal_basis,
    reason,
  };
}
