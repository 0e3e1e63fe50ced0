import { createHash, randomFillSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { insertRows } from '@meistras/platform/database/rows';
import { DomainError } from '@meistras/platform/errors/domain-error';
import { PersonKey } from './person-key.entity.js';
import { ServiceKeys } from './service-keys.js';

export const keyBytes = 32;
/** Keys drawn at once: a draw and a wrapping are dear, many cost as much as one. */
const drawnAtOnce = 256;

/** A new key. */
export interface DrawnKey {
  key: Buffer;
  /** As it is stored. */
  wrapped: Buffer;
}

/** Whoever was erased is said to be before a key is asked for: of anybody else it is to be restored. */
export const keyMissing = (): DomainError =>
  new DomainError(
    'unavailable',
    'person-key-missing',
    'The person’s key is not here: the backup of keys is to be restored.',
  );

/** The keys of persons (ADR 21): whoever has none was erased, or is from before there were any. */
@Injectable()
export class PersonKeys {
  private drawn: DrawnKey[] = [];

  constructor(
    private readonly serviceKeys: ServiceKeys,
    private readonly dataSource: DataSource,
  ) {}

  /** Which service key wraps what is drawn. */
  get wrappedBy(): number {
    return this.serviceKeys.current.id;
  }

  draw(): DrawnKey {
    if (this.drawn.length === 0) this.drawn = this.drawMany();
    return this.drawn.pop()!;
  }

  rowOf(personId: string, { wrapped }: DrawnKey): PersonKey {
    return { personId, wrapped, wrappedBy: this.wrappedBy };
  }

  /** Those of these persons that there are. */
  async of(ids: string[], manager: EntityManager = this.dataSource.manager): Promise<Map<string, Buffer>> {
    if (ids.length === 0) return new Map();
    const rows = await manager.findBy(PersonKey, { personId: In(ids) });
    return new Map(rows.map((row) => [row.personId, this.serviceKeys.unwrap(row)]));
  }

  /**
   * Keys to seal with, of persons whose rows the transaction holds. Who is from before there were keys is given one, unless
   * erased; nobody else is: one whose key is not here may have it in a backup that is still to be restored.
   */
  async hold(tx: EntityManager, ids: string[]): Promise<Map<string, Buffer>> {
    const held = await this.of(ids, tx);
    if (ids.every((id) => held.has(id))) return held;
    const without: { id: string }[] = await tx.query(
      `SELECT w.id FROM unnest($1::uuid[]) AS w (id) WHERE NOT EXISTS (SELECT 1 FROM person_key k WHERE k.person_id = w.id)
         AND EXISTS (SELECT 1 FROM sealed_before b WHERE b.person_id = w.id AND NOT b.keyed)
         AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.learner_id = w.id OR e.merged_ids ? w.id::text)`,
      [ids],
    );
    await insertRows(
      tx,
      PersonKey,
      without.map(({ id }) => this.rowOf(id, this.draw())),
    );
    return this.of(ids, tx);
  }

  /** Destroys keys for good. Answers a fingerprint of each: a copy that turns up later is known by it. */
  async destroy(tx: EntityManager, ids: string[]): Promise<string[]> {
    await tx.query('DELETE FROM sealed_before WHERE person_id = ANY($1::uuid[])', [ids]);
    const [rows]: [Pick<PersonKey, 'wrapped' | 'wrappedBy'>[]] = await tx.query(
      'DELETE FROM person_key WHERE person_id = ANY($1::uuid[]) RETURNING wrapped, wrapped_by AS "wrappedBy"',
      [ids],
    );
    const fingerprint = (key: Buffer): string => createHash('sha256').update(key).digest('hex');
    return rows.map((row) => fingerprint(this.serviceKeys.unwrap(row))).toSorted();
  }

  private drawMany(): DrawnKey[] {
    const keys = randomFillSync(Buffer.allocUnsafeSlow(drawnAtOnce * keyBytes));
    const wrapped = this.serviceKeys.current.wrap(keys);
    const each = (of: Buffer, at: number): Buffer => of.subarray(at * keyBytes, (at + 1) * keyBytes);
    return Array.from({ length: drawnAtOnce }, (_, at) => ({ key: each(keys, at), wrapped: each(wrapped, at) }));
  }
}
