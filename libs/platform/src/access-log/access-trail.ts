import type { Clock } from '../time/clock.js';
import { unstated } from './purposes.js';
import type { Reading } from './reading.js';

const columns = `recorded_at, institutions, municipalities, client_id, employee, operation, purpose, request_id, subject_id`;

/**
 * No record, no data (T8): a statement that reads persons gets a second part that records the read, so that both stand or
 * fall together and cost one round trip.
 *
 * ```sql
 * WITH found AS (SELECT …), trail AS (<trailOfOne('found', 3)>) SELECT * FROM found
 * ```
 *
 * The rows of `from` are the persons shown, by their `id`. Parameters from `first` on are those of `valuesOfOne`.
 */
export function trailOfOne(from: string, first: number): string {
  const at = (offset: number, type: string): string => `$${first + offset}::${type}`;
  return `INSERT INTO access_record (${columns})
    SELECT ${at(0, 'timestamptz')}, ${at(1, 'uuid[]')}, string_to_array(${at(2, 'text')}, ','), ${at(3, 'text')},
      ${at(4, 'text')}, ${at(5, 'text')}, ${at(6, 'text')}, ${at(7, 'text')}, shown.id FROM ${from} shown`;
}

/** The same for a batch: each of several requests names the person that it asks for. Parameters: `valuesOfMany`. */
export function trailOfMany(from: string, first: number): string {
  const at = (offset: number, type: string): string => `$${first + offset}::${type}`;
  const arrays = [2, 3, 4, 5, 6, 7].map((offset) => at(offset, 'text[]')).join(', ');
  return `INSERT INTO access_record (${columns})
    SELECT ${at(0, 'timestamptz')}, CASE WHEN r.municipalities IS NULL THEN ${at(1, 'uuid[]')} ELSE '{}' END,
      string_to_array(r.municipalities, ','), r.client_id, r.employee, r.operation, r.purpose, r.request_id, shown.id
    FROM ${from} shown JOIN unnest(${arrays}, ${at(8, 'uuid[]')})
      AS r (municipalities, client_id, employee, operation, purpose, request_id, subject_id) ON r.subject_id = shown.id`;
}

/** Which persons a bulk read does not show, and whom it shows: SQL of one column each, of ids. */
export interface BulkRead {
  /** The table whose entries are read. */
  register: string;
  shown: string;
  excepted: string;
}

/**
 * One record of a read of everybody, in a transaction that sees what the read sees. Parameters are those of `valuesOfOne`.
 * PostgreSQL's snapshot says afterwards who was there, however many they were.
 */
export function trailOfAll({ register, shown, excepted }: BulkRead): string {
  return `INSERT INTO bulk_access
      (recorded_at, client_id, employee, operation, purpose, request_id, register, snapshot, excepted, persons)
    SELECT $1::timestamptz, $4::text, $5::text, $6::text, $7::text, $8::text, '${register}', pg_current_snapshot()::text,
      ARRAY(${excepted}), (SELECT count(DISTINCT s.id) FROM (${shown}) s (id))
    WHERE $2::uuid[] IS NULL AND $3::text IS NULL`;
}

/** A request of a batch, and the person that it asks for. */
export interface ReadingOfOne {
  id: string;
  reading: Reading;
}

/** What the statements above are filled with. */
export class AccessTrail {
  /** `pseudonymOf` makes a keyed hash of the person behind a client; the key is the service's. */
  constructor(
    private readonly clock: Clock,
    private readonly pseudonymOf: (userId: string) => string,
  ) {}

  valuesOfOne(reading: Reading): unknown[] {
    const institutions = reading.by.isMunicipal ? [] : reading.institutions;
    return [this.clock.now(), institutions, ...this.factsOf(reading)];
  }

  /** All of the batch reach the same institutions. */
  valuesOfMany(batch: ReadingOfOne[]): unknown[] {
    const facts = batch.map(({ reading }) => this.factsOf(reading));
    const column = (i: number): (string | null)[] => facts.map((row) => row[i] ?? null);
    const arrays = [0, 1, 2, 3, 4, 5].map(column);
    return [this.clock.now(), batch[0]?.reading.institutions ?? null, ...arrays, batch.map(({ id }) => id)];
  }

  private factsOf({ by, userId, operation, purpose, requestId }: Reading): (string | null)[] {
    const employee = userId === undefined ? null : this.pseudonymOf(userId);
    // Its codes and not the institutions of its area, which may be hundreds, and which it does not act for.
    const municipalities = by.isMunicipal ? [...by.municipalities].join() : null;
    return [municipalities, by.clientId, employee, operation, purpose ?? unstated, requestId];
  }
}
