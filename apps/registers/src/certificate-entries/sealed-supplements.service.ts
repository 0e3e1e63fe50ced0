import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { holdLearners } from '../learners/learner-lock.js';
import { keyMissing, PersonKeys } from '../personal-data/person-keys.service.js';
import { sealContents, sealedSupplements } from '../personal-data/sealed-contents.js';
import { openJson, sealJson } from '../personal-data/sealed-json.js';
import type { CertificateSupplement } from './certificate-supplement.entity.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';

/** A supplement as it lies. */
export type SealedSupplement = Pick<CertificateSupplement, 'id' | 'learnerId' | 'content'>;

/** What a supplement says; undefined when the holder's key is not here. */
export function openSupplement(
  { id, learnerId, content }: SealedSupplement,
  keys: ReadonlyMap<string, Buffer>,
): SupplementFacts | undefined {
  // From before it was sealed.
  if (typeof content !== 'string') return content;
  const key = keys.get(learnerId);
  return key && (openJson(content, key, sealedSupplements.placeOf(id)) as SupplementFacts);
}

/** Supplements by the keys of their holders (ADR 21): whoever is erased takes them along. */
@Injectable()
export class SealedSupplements {
  constructor(private readonly keys: PersonKeys) {}

  /** What these say, in their order; undefined where the holder's key is not here. */
  async openAll(supplements: SealedSupplement[]): Promise<(SupplementFacts | undefined)[]> {
    const keys = await this.keys.of([...new Set(supplements.map(({ learnerId }) => learnerId))]);
    return supplements.map((supplement) => openSupplement(supplement, keys));
  }

  /** The same of one. */
  async open(supplement: SealedSupplement): Promise<SupplementFacts> {
    const [facts] = await this.openAll([supplement]);
    if (!facts) throw keyMissing();
    return facts;
  }

  /** Seals facts for a holder whose row the transaction holds. */
  async seal(
    tx: EntityManager,
    facts: SupplementFacts,
    { id, learnerId }: Omit<SealedSupplement, 'content'>,
  ): Promise<string> {
    const key = (await this.keys.hold(tx, [learnerId])).get(learnerId);
    if (!key) throw keyMissing();
    return sealJson(facts, key, sealedSupplements.placeOf(id));
  }

  /** Takes away what supplements say and said. */
  async remove(tx: EntityManager, ids: string[]): Promise<void> {
    await tx.query(
      `UPDATE register_period SET pending = false, reason = NULL, facts = '{}'
       WHERE register = 'certificate_supplement' AND entry_id = ANY($1::uuid[])`,
      [ids],
    );
    await tx.query('DELETE FROM certificate_supplement WHERE id = ANY($1::uuid[])', [ids]);
  }

  /** An entry that turned out to be another person's: its supplement goes over to the key of that one, unless erased. */
  async handOver(tx: EntityManager, entryId: string): Promise<void> {
    const [moved]: { id: string; from: string; to: string }[] = await tx.query(
      `SELECT s.id, s.learner_id AS from, e.learner_id AS to FROM certificate_entry e
       JOIN certificate_supplement s ON s.certificate_entry_id = e.id AND s.learner_id <> e.learner_id WHERE e.id = $1`,
      [entryId],
    );
    if (!moved) return;
    const { id, from, to } = moved;
    const holders = await holdLearners(tx, [from, to]);
    if (holders.some((holder) => holder.id === to && holder.state === 'ERASED')) return this.remove(tx, [id]);
    const keys = await this.keys.hold(tx, [from, to]);
    const key = keys.get(to);
    if (!key || !keys.has(from)) throw keyMissing();
    const which = (): string => 'f.id = ANY($1::uuid[])';
    await sealContents(tx, sealedSupplements, { which, ids: [id] }, ({ content, place }) =>
      sealJson(openSupplement({ id, learnerId: from, content: content as string }, keys)!, key, place),
    );
    await tx.query('UPDATE certificate_supplement SET learner_id = $2 WHERE id = $1', [id, to]);
  }
}
