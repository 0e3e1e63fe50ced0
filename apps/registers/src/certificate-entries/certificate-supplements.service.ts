import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Reading } from '@meistras/platform/access-log/reading';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import { mustExistFor } from '@meistras/platform/http/etag';
import { erased } from '../learners/learner-codes.service.js';
import { holdLearners } from '../learners/learner-lock.js';
import { keyMissing } from '../personal-data/person-keys.service.js';
import type { ByIfGiven } from '../register/by.js';
import { toHistoryDto } from '../register/history.js';
import type { Registered } from '../register/periods.js';
import type { HistoryDto } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import type { TakesEffect } from '../register/registers.js';
import { CertificateEntriesService } from './certificate-entries.service.js';
import { CertificateEntry } from './certificate-entry.entity.js';
import { CertificateSupplement } from './certificate-supplement.entity.js';
import { toSupplementDto } from './certificate-supplement.dto.js';
import type { CertificateSupplementDto, StatedSupplementDto } from './certificate-supplement.dto.js';
import { supplementFaults } from './certificate-supplement.rules.js';
import type { SupplementFacts } from './certificate-supplement.rules.js';
import { SealedSupplements } from './sealed-supplements.service.js';

/** What a provider says of an entry's supplement. */
export interface StatedSupplement {
  entry: CertificateEntry;
  stated: StatedSupplementDto;
  provider: string;
}

/**
 * Supplements of diplomas and certificates: stated by whoever issued them, who answers for them (R-REG-19), with two times
 * like all that the registers hold, sealed by the key of the holder. To state one is a change of its entry, announced as one:
 * an event says nothing of marks.
 */
@Injectable()
export class CertificateSupplementsService implements TakesEffect {
  private readonly registered: Registered<CertificateSupplement> = {
    entity: CertificateSupplement,
    timeless: ['state', 'certificateEntryId', 'institutionId', 'learnerId'],
  };

  constructor(
    private readonly dataSource: DataSource,
    private readonly registers: Registers,
    private readonly entries: CertificateEntriesService,
    private readonly sealed: SealedSupplements,
  ) {
    registers.join(this);
  }

  /** Looking at it is a look at the holder like any other. */
  async get(entryId: string, reading: Reading): Promise<CertificateSupplementDto> {
    await this.entries.get(entryId, reading);
    const supplement = await this.find(entryId, reading, (_, found) => Promise.resolve(found));
    return toSupplementDto(supplement, await this.sealed.open(supplement));
  }

  /** What was and is believed, newest knowledge first. */
  async history(entryId: string, reading: Reading): Promise<HistoryDto> {
    await this.entries.get(entryId, reading);
    const { supplement, periods } = await this.find(entryId, reading, async (tx, found) => {
      const stored = await this.registers.periods.history(found.id, tx);
      const periods = stored.length > 0 ? stored : [this.registers.periods.firstPeriod(this.registered, found)];
      return { supplement: found, periods };
    });
    const facts = await this.sealed.openAll(
      periods.map((period) => ({ ...supplement, content: period.facts['content'] as string })),
    );
    if (facts.includes(undefined)) throw keyMissing();
    return toHistoryDto(periods.map((period, at) => ({ ...period, facts: facts[at] as never })));
  }

  /** States it as a whole; what is known already makes no new version. */
  async put(entryId: string, stated: StatedSupplementDto, by: ByIfGiven): Promise<CertificateSupplementDto> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, by.actor.institutionFilter);
      const seen = await tx.findOneBy(CertificateEntry, { id: entryId });
      if (!seen) throw missing('certificate-entry');
      // The holder, whom the institution may not reach, before the entry: so does an erasure, and nobody waits for the other.
      await setReach(tx, null);
      const [holder] = await holdLearners(tx, [seen.learnerId]);
      if (holder?.state === 'ERASED') throw erased();
      const entry = await tx
        .createQueryBuilder(CertificateEntry, 'e')
        .where('e.id = :entryId', { entryId })
        .setLock('pessimistic_write')
        .getOneOrFail();
      by.actor.mustActFor(entry.institutionId, 'certificate-entry');
      const faults = supplementFaults(stated, entry.issuedOn);
      if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
      const current = await tx.findOneBy(CertificateSupplement, { certificateEntryId: entryId });
      mustExistFor(current ?? undefined, by.readVersion);
      const { supplement, facts } = await this.state(tx, { entry, stated, provider: by.provider }, current);
      return toSupplementDto(supplement, facts);
    });
  }

  /** The same for an entry that is held, as its holder is, as a row of an import says it; answers what became of it. */
  async store(tx: EntityManager, stated: StatedSupplement): Promise<'created' | 'updated' | 'unchanged'> {
    const current = await tx.findOneBy(CertificateSupplement, { certificateEntryId: stated.entry.id });
    const { isNew } = await this.state(tx, stated, current);
    return isNew ? (current ? 'updated' : 'created') : 'unchanged';
  }

  /** Supplements of holders who are erased go with them; the entries stay, and are announced as changed. */
  async forgetOf(tx: EntityManager, learnerIds: string[]): Promise<void> {
    const gone = await tx.find(CertificateSupplement, { where: { learnerId: In(learnerIds) }, order: { id: 'ASC' } });
    await this.sealed.remove(
      tx,
      gone.map(({ id }) => id),
    );
    for (const { certificateEntryId } of gone) await this.entries.announceSupplement(tx, certificateEntryId);
  }

  async takeEffect(): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const effects = await this.registers.periods.takeEffect(tx, this.registered);
      for (const { after } of effects) await this.entries.announceSupplement(tx, after.certificateEntryId);
      return effects.length > 0;
    });
  }

  private async state(
    tx: EntityManager,
    { entry, stated, provider }: StatedSupplement,
    current: CertificateSupplement | null,
  ): Promise<{ supplement: CertificateSupplement; facts: SupplementFacts; isNew: boolean }> {
    const { validFrom, legalBasis, reason, ...facts } = stated;
    const { clock, ids, periods } = this.registers;
    const { id: certificateEntryId, institutionId, learnerId, issuedOn } = entry;
    const id = current?.id ?? ids.next();
    const content = await this.sealed.seal(tx, facts, { id, learnerId });
    if (current) {
      const change = { entry: current, facts: { content }, terms: { validFrom, legalBasis, reason, provider } };
      const [changed = current] = await periods.change(tx, this.registered, [change]);
      if (changed !== current) await this.entries.announceSupplement(tx, entry.id);
      return { supplement: changed, facts, isNew: changed !== current };
    }
    const supplement: CertificateSupplement = {
      ...{ id, version: 1, state: 'KEPT', certificateEntryId, institutionId, learnerId },
      ...{ validFrom: validFrom ?? issuedOn, validTo: null, recordedAt: clock.now(), provider },
      ...{ legalBasis: legalBasis ?? null, reason: reason ?? null, content },
    };
    await insertRows(tx, CertificateSupplement, [supplement]);
    await this.entries.announceSupplement(tx, entry.id);
    return { supplement, facts, isNew: true };
  }

  private async find<T>(
    certificateEntryId: string,
    { institutions }: Reading,
    read: (tx: EntityManager, supplement: CertificateSupplement) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, institutions);
      const supplement = await tx.findOneBy(CertificateSupplement, { certificateEntryId });
      if (!supplement) throw missing('certificate-supplement');
      return read(tx, supplement);
    });
  }
}
