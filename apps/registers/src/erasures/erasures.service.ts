import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { personKinds } from '../personal-data/person-kinds.js';
import type { PersonKind } from '../personal-data/person-kinds.js';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { Erasure } from './erasure.entity.js';
import type { ErasureGround } from './erasure.entity.js';
import { idNames, toErasureDto } from './erasures.dto.js';
import type { DueErasureDto, DueErasuresQuery, ErasePersonDto, ErasureDto } from './erasures.dto.js';
import type { Erases } from './erases.js';
import { ForgettingService } from './forgetting.service.js';
import { LearnerErasures } from './learner-erasures.service.js';
import { retainedUntil } from './retention.rules.js';
import { StaffErasures } from './staff-erasures.service.js';

/** Entries that are erased again in one transaction. */
const atOnce = 100;

/** Everybody of whom there is a proof. */
const erasedIds = `SELECT learner_id FROM erasure UNION ALL
  SELECT jsonb_array_elements_text(merged_ids)::uuid FROM erasure`;

/** First day after the retention, in SQL as `retainedUntil` says it: 29 February counts as 1 March in other years. */
const dueOn = (years: string): string => {
  const [last, later] = ['greatest(k.since, k.ended)', `make_interval(years => ${years}::int)`];
  return `((${last} + ${later})::date + (extract(day FROM ${last}) <> extract(day FROM ${last} + ${later}))::int)`;
};

/** An entry that is held. */
interface Held {
  id: string;
  state: string;
}

/**
 * Takes a person out of what is kept of a learner or a member of staff. What remains says nothing of anybody: ids and what
 * statistics need; who looked, and the erasure itself, as proofs. The person's key is destroyed, so that a copy of the
 * database is as blind. Whoever is both a learner and a member of staff is erased as one and stays the other.
 */
@Injectable()
export class ErasuresService {
  private readonly kinds: Record<PersonKind, Erases>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly forgetting: ForgettingService,
    private readonly keys: PersonKeys,
    learners: LearnerErasures,
    staff: StaffErasures,
  ) {
    this.kinds = { LEARNER: learners, STAFF_MEMBER: staff };
  }

  async list(query: PageQuery): Promise<Page<ErasureDto>> {
    const rows = await this.dataSource.manager.find(Erasure, {
      where: { id: MoreThan(afterId(query)) },
      order: { id: 'ASC' },
      take: query.limit + 1,
    });
    return toPage(rows, query.limit, toErasureDto, ({ id }) => [id]);
  }

  /** Those whose retention has ended, by id. Ids alone: it shows nobody's data. */
  async listDue(query: DueErasuresQuery): Promise<Page<DueErasureDto>> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const today = this.clock.today();
      const values: unknown[] = [afterId(query), query.limit + 1, today];
      const parts: string[] = [];
      for (const about of query.about ? [query.about] : personKinds) {
        const years = `$${values.push(await this.policies.retentionOn(tx, about, today))}`;
        parts.push(`SELECT '${about}' AS about, k.id, ${dueOn(years)} AS due_on FROM (${this.kinds[about].kept}) k
          WHERE k.id > $1 AND k.state IN ('REGISTERED', 'PROTECTED') AND NOT k.open AND ${dueOn(years)} <= $3::date`);
      }
      const rows: { about: PersonKind; id: string; dueOn: string }[] = await tx.query(
        `SELECT about, id, due_on::text AS "dueOn" FROM (${parts.join(' UNION ALL ')}) d ORDER BY id LIMIT $2`,
        values,
      );
      return toPage(
        rows,
        query.limit,
        ({ about, id, dueOn: day }) => ({ [idNames[about]]: id, dueOn: day }),
        ({ id }) => [id],
      );
    });
  }

  async erase(dto: ErasePersonDto, clientId: string, once: WriteOnce): Promise<ErasureDto> {
    const { about, id } = personOf(dto);
    return this.idempotency.run(once, async (tx) => {
      await setReach(tx, null);
      const held = await this.holdWithMerged(tx, about, id);
      mustStand(
        about,
        held.find((each) => each.id === id),
      );
      await this.mustBeDue(tx, about, id, dto.ground);
      const all = held.map((each) => each.id);
      const { ground, legalBasis } = dto;
      const erasure: Erasure = {
        ...{ id: this.ids.next(), about, personId: id, ground, legalBasis },
        ...{ erasedAt: this.clock.now(), erasedBy: clientId, mergedIds: all.filter((each) => each !== id) },
        destroyedKeys: await this.takeOut(tx, about, all),
      };
      // Throws the constraint's conflict for one who has a proof and came back with a backup.
      await insertRows(tx, Erasure, [erasure]);
      return toErasureDto(erasure);
    });
  }

  /**
   * Erases again whom a backup brought back that is older than the erasure: their keys and the proofs are not from it
   * (ADR 21). Answers of how many entries, 0 when nobody is back.
   */
  async repeat(): Promise<number> {
    let repeated = 0;
    for (const about of personKinds) repeated += await this.repeatOf(about);
    return repeated;
  }

  private repeatOf(about: PersonKind): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const back: Held[] = await tx.query(
        `SELECT p.id, p.state FROM ${this.kinds[about].table} p WHERE p.state <> 'ERASED' AND p.id IN (${erasedIds})
         ORDER BY p.id LIMIT ${atOnce} FOR UPDATE`,
      );
      if (back.length > 0)
        await this.takeOut(
          tx,
          about,
          back.map(({ id }) => id),
        );
      return back.length;
    });
  }

  /**
   * Takes a person out of entries that are held, and destroys their keys; answers the fingerprints of these. Nobody can say
   * any more whether another one is the same person: what was to be looked at is not. A review that is being decided at this
   * moment is left, lest each waits for the other: the decision finds that the person is erased.
   */
  private async takeOut(tx: EntityManager, about: PersonKind, ids: string[]): Promise<string[]> {
    const destroyedKeys = await this.keys.destroy(tx, ids);
    await tx.query(
      `DELETE FROM match_review WHERE id IN (SELECT id FROM match_review
         WHERE state = 'OPEN' AND (learner_id = ANY($1::uuid[]) OR other_id = ANY($1::uuid[])) FOR UPDATE SKIP LOCKED)`,
      [ids],
    );
    await this.forgetting.forgetPersons(tx, await this.kinds[about].takeOut(tx, ids));
    return destroyedKeys;
  }

  /**
   * The entry with those that were merged into it: they are the same person. In the order of their ids. The entry is held
   * before they are looked for: whoever was being merged into it meanwhile is one of them.
   */
  private async holdWithMerged(tx: EntityManager, about: PersonKind, id: string): Promise<Held[]> {
    const { table, redirects } = this.kinds[about];
    const [leading, idColumn] = redirects;
    await tx.query(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
    return tx.query(
      `SELECT p.id, p.state FROM ${table} p
       WHERE p.id = $1 OR p.id IN (SELECT ${idColumn} FROM ${leading} WHERE survivor_id = $1) ORDER BY p.id FOR UPDATE`,
      [id],
    );
  }

  private async mustBeDue(tx: EntityManager, about: PersonKind, id: string, ground: ErasureGround): Promise<void> {
    const kind = this.kinds[about];
    const [kept]: { since: string; ended: string | null; open: boolean }[] = await tx.query(
      `SELECT k.since::text, k.ended::text, k.open FROM (${kind.kept}) k WHERE k.id = $1`,
      [id],
    );
    const { since = '', ended = null, open = false } = kept ?? {};
    const ends = open ? [null] : ended === null ? [] : [ended];
    const today = this.clock.today();
    const until = retainedUntil({ registeredOn: since, ends }, await this.policies.retentionOn(tx, about, today));
    if (until === undefined) throw kind.inUse();
    if (ground === 'RETENTION_ENDED' && until > today)
      throw conflict('retention-runs', `The data are to be kept until ${until}.`);
  }
}

const faulty = (pointer: string, code: string, message: string): DomainError =>
  invalid('invalid-input', 'The body has faults.', [{ pointer, code, message }]);

/** Who is to be erased: a learner or a member of staff. */
function personOf({ learnerId, staffMemberId }: ErasePersonDto): { about: PersonKind; id: string } {
  if (learnerId !== undefined && staffMemberId !== undefined)
    throw faulty('/staffMemberId', 'NOT_WITH_LEARNER', 'An erasure is of a learner or of a member of staff.');
  if (learnerId !== undefined) return { about: 'LEARNER', id: learnerId.toLowerCase() };
  if (staffMemberId !== undefined) return { about: 'STAFF_MEMBER', id: staffMemberId.toLowerCase() };
  throw faulty('/learnerId', 'REQUIRED', 'The id of a learner or of a member of staff is needed.');
}

/** Whoever was merged into another entry goes with that one, and with no other. */
function mustStand(about: PersonKind, entry: Held | undefined): void {
  const what = about === 'LEARNER' ? 'learner' : 'member of staff';
  if (!entry) throw faulty(`/${idNames[about]}`, 'UNKNOWN', `No such ${what}.`);
  if (entry.state === 'MERGED')
    throw faulty(
      `/${idNames[about]}`,
      'MERGED',
      `The ${what} was merged into another one: erase that one, and both go.`,
    );
  if (entry.state === 'ERASED') throw conflict('erasure-once', 'The person was erased already.');
}
