import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { LearnerErasedV1 } from '@meistras/contracts/events/registers/learner';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Learner } from '../learners/learner.entity.js';
import { learnerStateOf } from '../learners/learners.dto.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { Erasure } from './erasure.entity.js';
import { toErasureDto } from './erasures.dto.js';
import type { DueErasureDto, EraseLearnerDto, ErasureDto } from './erasures.dto.js';
import { ForgettingService } from './forgetting.service.js';
import { retainedUntil } from './retention.rules.js';

/** Entries that are erased again in one transaction. */
const atOnce = 100;

/** Everybody of whom there is a proof. */
const erasedIds = `SELECT learner_id FROM erasure UNION ALL
  SELECT jsonb_array_elements_text(merged_ids)::uuid FROM erasure`;

/**
 * Takes a person out of what is kept of a learner. What remains says nothing of anybody: the id, sex, birth year, home
 * municipality and enrolments, for statistics; who looked, and the erasure itself, as proofs. The person's key is destroyed,
 * so that a copy of the database is as blind.
 */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly policies: PoliciesService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly forgetting: ForgettingService,
    private readonly keys: PersonKeys,
  ) {}

  async list(query: PageQuery): Promise<Page<ErasureDto>> {
    const rows = await this.dataSource.manager.find(Erasure, {
      where: { id: MoreThan(afterId(query)) },
      order: { id: 'ASC' },
      take: query.limit + 1,
    });
    return toPage(rows, query.limit, toErasureDto, ({ id }) => [id]);
  }

  /** Learners whose retention has ended, by id. Ids alone: it shows nobody's data. */
  async listDue(query: PageQuery): Promise<Page<DueErasureDto>> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const today = this.clock.today();
      const years = await this.policies.retentionOn(tx, today);
      const rows: DueErasureDto[] = await tx.query(
        `SELECT l.id AS "learnerId", (greatest(l.valid_from, e.ended) + make_interval(years => $3))::date::text AS "dueOn"
         FROM learner l CROSS JOIN LATERAL (
           SELECT max(valid_to) AS ended, coalesce(bool_or(valid_to IS NULL), false) AS open
           FROM learner_entry WHERE learner_id = l.id) e
         WHERE l.id > $1 AND l.state IN ('REGISTERED', 'PROTECTED') AND NOT e.open
           AND greatest(l.valid_from, e.ended) + make_interval(years => $3) <= $4::date
         ORDER BY l.id LIMIT $2`,
        [afterId(query), query.limit + 1, years, today],
      );
      return toPage(
        rows,
        query.limit,
        (row) => row,
        ({ learnerId }) => [learnerId],
      );
    });
  }

  async erase(dto: EraseLearnerDto, clientId: string, once: WriteOnce): Promise<ErasureDto> {
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, null);
      const learners = await lockWithMerged(tx, dto.learnerId.toLowerCase());
      const learner = learners.find(({ id }) => id === dto.learnerId.toLowerCase());
      if (!learner || learner.state === 'MERGED')
        throw invalid('invalid-input', 'The body has faults.', [
          { pointer: '/learnerId', code: 'UNKNOWN', message: 'No such learner.' },
        ]);
      await this.mustBeDue(tx, learners, learner, dto);
      const mergedIds = learners.map(({ id }) => id).filter((id) => id !== learner.id);
      const destroyedKeys = await this.takeOut(tx, learners);
      const proof = { id: this.ids.next(), erasedAt: this.clock.now(), erasedBy: clientId, mergedIds, destroyedKeys };
      const erasure: Erasure = { ...dto, learnerId: learner.id, ...proof };
      // Throws the constraint's conflict for one who is erased already.
      await insertRows(tx, Erasure, [erasure]);
      return toErasureDto(erasure);
    });
  }

  /**
   * Erases again whom a backup brought back that is older than the erasure: their keys and the proofs are not from it
   * (ADR 21). Answers of how many entries, 0 when nobody is back.
   */
  async repeat(): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const back = await tx
        .createQueryBuilder(Learner, 'l')
        .where(`l.state <> 'ERASED' AND l.id IN (${erasedIds})`)
        .orderBy('l.id')
        .take(atOnce)
        .setLock('pessimistic_write')
        .getMany();
      if (back.length > 0) await this.takeOut(tx, back);
      return back.length;
    });
  }

  /** Takes persons out of learners who are held, and destroys their keys; answers the fingerprints of these. */
  private async takeOut(tx: EntityManager, learners: Learner[]): Promise<string[]> {
    const ids = learners.map(({ id }) => id);
    const destroyedKeys = await this.keys.destroy(tx, ids);
    const erased = learners.map(withoutPerson);
    await updateRows(tx, Learner, erased);
    await this.forgetting.forgetPersons(tx, ids, await forget(tx, learners));
    await this.outbox.addAll(
      tx,
      erased.map((each) => announce(LearnerErasedV1, learnerStateOf(each))),
    );
    return destroyedKeys;
  }

  private async mustBeDue(tx: EntityManager, all: Learner[], learner: Learner, dto: EraseLearnerDto): Promise<void> {
    const entries: { ends: string | null }[] = await tx.query(
      'SELECT valid_to::text AS ends FROM learner_entry WHERE learner_id = ANY($1::uuid[])',
      [all.map(({ id }) => id)],
    );
    const years = await this.policies.retentionOn(tx, this.clock.today());
    const kept = { registeredOn: learner.validFrom, enrolmentEnds: entries.map(({ ends }) => ends) };
    const until = retainedUntil(kept, years);
    if (until === undefined)
      throw conflict('learner-studies', 'The learner is enrolled; the enrolment must end first.');
    if (dto.ground === 'RETENTION_ENDED' && until > this.clock.today())
      throw conflict('retention-runs', `The data are to be kept until ${until}.`);
  }
}

type Names = Pick<Learner, 'givenName' | 'familyName' | 'givenNameKey' | 'familyNameKey'>;

/** The learner with those that were merged into it: they are the same person. In the order of their ids. */
async function lockWithMerged(tx: EntityManager, id: string): Promise<Learner[]> {
  return tx
    .createQueryBuilder(Learner, 'l')
    .where('l.id = :id OR l.id IN (SELECT learner_id FROM learner_redirect WHERE survivor_id = :id)', { id })
    .orderBy('l.id')
    .setLock('pessimistic_write')
    .getMany();
}

function withoutPerson(learner: Learner): Learner {
  return {
    ...learner,
    ...{ state: 'ERASED', version: learner.version + 1, protectionCategory: null, reason: null },
    ...{ givenName: '', familyName: '', givenNameKey: '', familyNameKey: '' },
    ...{ birthOn: `${learner.birthOn.slice(0, 4)}-01-01`, personalCodeSealed: null, personalCodeIndex: null },
  };
}

/** Files, the past, and names that nobody else has. Answers the names that they had. */
async function forget(tx: EntityManager, learners: Learner[]): Promise<Names[]> {
  const ids = learners.map(({ id }) => id);
  await tx.query(`UPDATE correction_request SET statement = '', reason = NULL WHERE learner_id = ANY($1::uuid[])`, [
    ids,
  ]);
  await tx.query('DELETE FROM learner_file WHERE learner_id = ANY($1::uuid[])', [ids]);
  const past: Names[] = await tx.query(
    `SELECT facts->>'givenName' AS "givenName", facts->>'familyName' AS "familyName",
       facts->>'givenNameKey' AS "givenNameKey", facts->>'familyNameKey' AS "familyNameKey" FROM register_period
     WHERE subject_id = ANY($1::uuid[]) AND register = 'learner'`,
    [ids],
  );
  await tx.query(
    `UPDATE register_period SET pending = false, reason = NULL, facts = CASE register WHEN 'learner'
       THEN facts || jsonb_build_object('givenName', '', 'familyName', '', 'givenNameKey', '', 'familyNameKey', '',
         'birthOn', left(facts->>'birthOn', 4) || '-01-01')
       ELSE '{}' END
     WHERE subject_id = ANY($1::uuid[])`,
    [ids],
  );
  const all = [...learners, ...past];
  for (const [kind, column, keys] of [
    ['FAMILY', 'family_name_key', all.map(({ familyNameKey }) => familyNameKey)],
    ['GIVEN', 'given_name_key', all.map(({ givenNameKey }) => givenNameKey)],
  ])
    await tx.query(
      `DELETE FROM learner_name n WHERE n.kind = $1 AND n.name_key = ANY($2::text[])
         AND NOT EXISTS (SELECT 1 FROM learner l WHERE l.${String(column)} = n.name_key)`,
      [kind, keys],
    );
  return all;
}
