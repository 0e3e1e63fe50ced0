import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Draft } from './draft.entity.js';
import { stateAfter } from './draft.rules.js';
import type { DraftAct, DraftKind } from './draft.rules.js';
import { toDraftDto } from './drafts.dto.js';
import type { DraftsQuery } from './drafts.dto.js';

/** What is proposed, and whose it is. */
export type Proposal = Pick<Draft, 'kind' | 'facts'> &
  Partial<Pick<Draft, 'institutionId' | 'municipalityCode' | 'attestations'>>;

/** A decision on the version that was read. */
export interface DraftDecision {
  kind: DraftKind;
  id: string;
  readVersion: number;
  by: Actor;
}

/** Entries that are proposed by one and confirmed by another. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  propose<Dto extends object>(proposal: Proposal, by: Actor, once: WriteOnce): Promise<Dto> {
    return this.idempotency.run(once, async (tx) => {
      const draft = this.draftOf(proposal, by);
      await insertRows(tx, Draft, [draft]);
      return toDraftDto<Dto>(draft);
    });
  }

  /** An entry that was registered at once by whoever may confirm it: what it was registered upon stays. */
  async note(tx: EntityManager, proposal: Proposal, entryId: string, by: Actor): Promise<void> {
    const draft = this.draftOf(proposal, by);
    const decided = { state: 'REGISTERED' as const, decidedBy: by.clientId, decidedAt: this.clock.now(), entryId };
    await insertRows(tx, Draft, [{ ...draft, ...decided }]);
  }

  async list<Dto>(kind: DraftKind, query: DraftsQuery, by: Actor): Promise<Page<Dto>> {
    const drafts = draftsSeenBy(this.dataSource.manager, kind, by).andWhere('d.id > :after', { after: afterId(query) });
    if (query.state !== undefined) drafts.andWhere('d.state = :state', { state: query.state });
    const rows = await drafts
      .orderBy('d.id')
      .take(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toDraftDto<Dto>, ({ id }) => [id]);
  }

  async get<Dto>(kind: DraftKind, id: string, by: Actor): Promise<Dto> {
    const draft = await draftsSeenBy(this.dataSource.manager, kind, by).andWhere('d.id = :id', { id }).getOne();
    if (!draft) throw missing('draft');
    return toDraftDto<Dto>(draft);
  }

  /** `enter` registers the entry and answers what the draft says of it from then on. */
  confirm<Dto>(
    decision: DraftDecision,
    enter: (tx: EntityManager, draft: Draft) => Promise<Pick<Draft, 'entryId'> & Partial<Draft>>,
  ): Promise<Dto> {
    return this.decide<Dto>(decision, 'CONFIRM', enter);
  }

  reject<Dto>(decision: DraftDecision, reason: string, mayReject: (draft: Draft) => void): Promise<Dto> {
    return this.decide<Dto>(decision, 'REJECT', (_, draft) => {
      mayReject(draft);
      return Promise.resolve({ reason });
    });
  }

  private async decide<Dto>(
    { kind, id, readVersion, by }: DraftDecision,
    act: DraftAct,
    effect: (tx: EntityManager, draft: Draft) => Promise<Partial<Draft>>,
  ): Promise<Dto> {
    return this.dataSource.transaction(async (tx) => {
      const seen = draftsSeenBy(tx, kind, by).andWhere('d.id = :id', { id });
      const draft = await seen.setLock('pessimistic_write').getOne();
      if (!draft) throw missing('draft');
      mustBeCurrent(draft, readVersion);
      const state = stateAfter(draft.state, act);
      if (state === undefined) throw conflict('draft-decided', `The draft is ${draft.state}.`);
      const decided = { state, decidedBy: by.clientId, decidedAt: this.clock.now(), version: draft.version + 1 };
      const changed: Draft = { ...draft, ...(await effect(tx, draft)), ...decided };
      await updateRows(tx, Draft, [changed]);
      return toDraftDto<Dto>(changed);
    });
  }

  private draftOf({ institutionId = null, municipalityCode = null, ...proposal }: Proposal, by: Actor): Draft {
    return {
      ...{ id: this.ids.next(), version: 1, state: 'DRAFT', attestations: {}, institutionId, municipalityCode },
      ...{ proposedBy: by.clientId, proposedAt: this.clock.now(), decidedBy: null, decidedAt: null },
      ...{ reason: null, entryId: null },
      ...proposal,
    };
  }
}

/** Drafts of institutions in a municipality are its own, those of programmes their institution's; the rest is national. */
function draftsSeenBy(tx: EntityManager, kind: DraftKind, by: Actor): SelectQueryBuilder<Draft> {
  const drafts = tx.createQueryBuilder(Draft, 'd').where('d.kind = :kind', { kind });
  if (by.national) return drafts;
  return kind === 'INSTITUTION'
    ? drafts.andWhere('d.municipality_code = ANY(:codes)', { codes: [...by.municipalities] })
    : drafts.andWhere('d.institution_id = ANY(:ids)', { ids: by.institutionFilter });
}
