import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { DomainEvent, EventClass } from '@meistras/contracts/event';
import {
  TransferAgreedV1,
  TransferCompletedV1,
  TransferExpiredV1,
  TransferRefusedV1,
  TransferRequestedV1,
  TransferWithdrawnV1,
} from '@meistras/contracts/events/registers/transfer';
import type { TransferState } from '@meistras/contracts/events/registers/transfer';
import type { Reading } from '@meistras/platform/access-log/reading';
import type { Actor } from '@meistras/platform/auth/actor';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import { insertRows, selectList, updateRows, violates } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { addWorkingDays } from '@meistras/platform/time/working-days';
import { holdLearners } from '../learners/learner-lock.js';
import type { Learner } from '../learners/learner.entity.js';
import { LearnersService } from '../learners/learners.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { Registers } from '../register/registers.js';
import type { TakesEffect } from '../register/registers.js';
import { Transfer } from './transfer.entity.js';
import { awaitedSides, dueOn, stateAfter } from './transfer.rules.js';
import type { Side, TransferAct } from './transfer.rules.js';
import { toTransferDto, transferStateOf } from './transfers.dto.js';
import type { RequestTransferDto, TransferDto, TransfersQuery } from './transfers.dto.js';

/** A change of the version that was read. */
export interface TransferChange {
  readVersion: number;
  reading: Reading;
}

const announcedAs: Record<TransferState, EventClass<TransferRequestedV1 & DomainEvent>> = {
  REQUESTED: TransferRequestedV1,
  AGREED: TransferAgreedV1,
  COMPLETED: TransferCompletedV1,
  REFUSED: TransferRefusedV1,
  WITHDRAWN: TransferWithdrawnV1,
  EXPIRED: TransferExpiredV1,
};

const fault = (pointer: string, code: string, message: string): DomainError =>
  invalid('invalid-input', 'The body has faults.', [{ pointer, code, message }]);

/** Learners go from one institution to another with the consent of both. */
@Injectable()
export class TransfersService implements TakesEffect {
  private readonly columns: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReachedReads,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly learners: LearnersService,
    private readonly policies: PoliciesService,
    registers: Registers,
  ) {
    registers.join(this);
    this.columns = selectList(dataSource, Transfer, 't');
  }

  /** By a personal code also for a learner whom the caller does not see, who learns no more than that there is one. */
  async request(dto: RequestTransferDto, reading: Reading, once: WriteOnce): Promise<TransferDto> {
    const { learnerId, personalCode } = dto;
    if ((learnerId === undefined) === (personalCode === undefined))
      throw fault('/learnerId', 'ONE_OF_TWO', 'Either learnerId or personalCode is needed.');
    if (dto.startsOn < this.clock.today()) throw fault('/startsOn', 'IN_PAST', 'The day has passed.');
    const { by, institutions } = reading;
    // Outside of the transaction: who looked a code up stays recorded, whatever becomes of the request.
    const found =
      personalCode === undefined ? { id: learnerId!, near: true } : await this.learners.find(personalCode, reading);
    // Not the receiving side, and not within reach: the same as an unknown code.
    if (!found.near && !by.actsFor(dto.toInstitutionId)) throw missing('learner');
    return this.idempotency.run(once, async (tx) => {
      const learner = found.near
        ? await this.learners.lock(tx, found.id, reading)
        : await this.holdBeyondReach(tx, found.id);
      const transfer = await this.judge(tx, dto, { learner, near: found.near, by });
      await setReach(tx, institutions);
      await insertRows(tx, Transfer, [transfer]).catch((error: unknown) => {
        if (!violates(error, 'transfer_open')) throw error;
        throw conflict('transfer-open', 'Another transfer of the learner is open.');
      });
      await this.announce(tx, transfer);
      return toTransferDto(transfer, by);
    });
  }

  async list(query: TransfersQuery, { by, institutions }: Reading): Promise<Page<TransferDto>> {
    const question = `t.id > $1::uuid AND ($2::text IS NULL OR t.state = $2)`;
    const order = 'ORDER BY t.id LIMIT $3::int + 1';
    const values = [afterId(query), query.state ?? null, query.limit];
    const rows = await this.read('transfers', { question, order, values }, institutions);
    return toPage(
      rows,
      query.limit,
      (row) => toTransferDto(row, by),
      (row) => [row.id],
    );
  }

  async get(id: string, { by, institutions }: Reading): Promise<TransferDto> {
    const [transfer] = await this.read(
      'transfer',
      { question: 't.id = $1::uuid', order: '', values: [id] },
      institutions,
    );
    if (!transfer) throw missing('transfer');
    return toTransferDto(transfer, by);
  }

  /** By the side that is asked; a national client consents for each that has not yet. */
  async consent(id: string, change: TransferChange): Promise<TransferDto> {
    return this.change(id, change, (transfer, by) => {
      const sides = mustBeAsked(transfer, 'CONSENT_OF_ALL', by);
      const now = this.clock.now();
      const consented = {
        ...(sides.includes('FROM') ? { fromConsentedAt: now } : {}),
        ...(sides.includes('TO') ? { toConsentedAt: now } : {}),
      };
      const all = awaitedSides({ ...transfer, ...consented }).length === 0;
      return { ...consented, ...(all ? { state: stateOf(transfer, 'CONSENT_OF_ALL') } : {}) };
    });
  }

  async refuse(id: string, reason: string, change: TransferChange): Promise<TransferDto> {
    return this.change(id, change, (transfer, by) => {
      mustBeAsked(transfer, 'REFUSE', by);
      return { state: stateOf(transfer, 'REFUSE'), endedAt: this.clock.now(), endReason: reason };
    });
  }

  async withdraw(id: string, change: TransferChange): Promise<TransferDto> {
    return this.change(id, change, (transfer, by) => {
      const state = stateOf(transfer, 'WITHDRAW');
      const { askedBy } = transfer;
      if (!(askedBy === 'NATIONAL' ? by.national : by.actsFor(institutionOf(transfer, askedBy))))
        throw conflict('transfer-not-asked-for', 'Only whoever asked for it may withdraw it.');
      return { state, endedAt: this.clock.now() };
    });
  }

  /** Transfers whose day has come are completed, those that nobody answered in time expire. */
  async takeEffect(): Promise<boolean> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const today = this.clock.today();
      const due = `(state = 'AGREED' AND starts_on <= $1) OR (state = 'REQUESTED' AND answer_due_on < $1)`;
      const found: { id: string; learner_id: string }[] = await tx.query(
        `SELECT id, learner_id FROM transfer WHERE ${due} ORDER BY id LIMIT 100`,
        [today],
      );
      if (found.length === 0) return false;
      // Learners before their transfers, as a request holds them.
      const held = await holdLearners(
        tx,
        found.map(({ learner_id: learnerId }) => learnerId),
      );
      const transfers = await tx
        .createQueryBuilder(Transfer, 't')
        .where('t.id = ANY(:ids)', { ids: found.map(({ id }) => id) })
        .orderBy('t.id')
        .setLock('pessimistic_write')
        .getMany();
      for (const transfer of transfers) await this.end(tx, transfer, { held, today });
      return true;
    });
  }

  /** What was decided since it was found due stays decided. */
  private async end(
    tx: EntityManager,
    transfer: Transfer,
    { held, today }: { held: Learner[]; today: string },
  ): Promise<void> {
    const due = dueOn(transfer, today);
    if (due === undefined) return;
    const learner = held.find(({ id }) => id === transfer.learnerId);
    const isThere = learner?.state === 'REGISTERED' && learner.institutionId === transfer.fromInstitutionId;
    const act = due === 'COMPLETE' && !isThere ? 'EXPIRE' : due;
    if (act === 'COMPLETE' && learner) await this.learners.transfer(tx, learner, transfer.toInstitutionId);
    await this.store(tx, transfer, { state: stateOf(transfer, act), endedAt: this.clock.now() });
  }

  private async judge(
    tx: EntityManager,
    dto: RequestTransferDto,
    { learner, near, by }: { learner: Learner; near: boolean; by: Actor },
  ): Promise<Transfer> {
    const from = learner.institutionId;
    const to = dto.toInstitutionId.toLowerCase();
    const side = by.national ? 'NATIONAL' : from && by.actsFor(from) ? 'FROM' : by.actsFor(to) ? 'TO' : undefined;
    if (!side) throw missing('institution');
    const [receiver]: unknown[] = await tx.query(`SELECT id FROM institution WHERE id = $1 AND state <> 'CLOSED'`, [
      to,
    ]);
    if (!receiver) throw fault('/toInstitutionId', 'UNKNOWN', 'No such institution is registered.');
    if (from === null)
      throw conflict('learner-of-no-institution', 'The learner was registered nationally: no institution sends them.');
    if (from === to) throw fault('/toInstitutionId', 'SAME', 'The learner is there already.');
    // To whoever does not see the learner a wrong guess tells nothing.
    if (near && dto.fromInstitutionId !== undefined && dto.fromInstitutionId.toLowerCase() !== from)
      throw fault('/fromInstitutionId', 'OTHER', 'Another institution registered the learner.');
    const [now, today] = [this.clock.now(), this.clock.today()];
    const answerDueOn = addWorkingDays(today, await this.policies.transferAnswerDaysOn(tx, today));
    const consented = {
      fromConsentedAt: !by.national && by.actsFor(from) ? now : null,
      toConsentedAt: !by.national && by.actsFor(to) ? now : null,
    };
    const both = consented.fromConsentedAt !== null && consented.toConsentedAt !== null;
    return {
      ...{ id: this.ids.next(), version: 1, learnerId: learner.id, fromInstitutionId: from, toInstitutionId: to },
      ...{ askedBy: side, learnerSeen: near, startsOn: dto.startsOn, reason: dto.reason, answerDueOn },
      ...{ state: both ? 'AGREED' : 'REQUESTED', requestedAt: now, requestedBy: by.clientId, ...consented },
      ...{ endedAt: null, endReason: null },
    };
  }

  private async holdBeyondReach(tx: EntityManager, id: string): Promise<Learner> {
    await setReach(tx, null);
    const [learner] = await holdLearners(tx, [id]);
    if (learner?.state !== 'REGISTERED') throw missing('learner');
    return learner;
  }

  private async change(
    id: string,
    { readVersion, reading: { by, institutions } }: TransferChange,
    decide: (transfer: Transfer, by: Actor) => Partial<Transfer>,
  ): Promise<TransferDto> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, institutions);
      const transfer = await tx.findOne(Transfer, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!transfer || !isSide(transfer, by)) throw missing('transfer');
      mustBeCurrent(transfer, readVersion);
      return toTransferDto(await this.store(tx, transfer, decide(transfer, by)), by);
    });
  }

  private async store(tx: EntityManager, transfer: Transfer, facts: Partial<Transfer>): Promise<Transfer> {
    const changed: Transfer = { ...transfer, ...facts, version: transfer.version + 1 };
    await updateRows(tx, Transfer, [changed]);
    if (changed.state !== transfer.state) await this.announce(tx, changed);
    return changed;
  }

  private async announce(tx: EntityManager, transfer: Transfer): Promise<void> {
    await this.outbox.add(tx, announcedAs[transfer.state], transferStateOf(transfer));
  }

  private async read(
    name: string,
    { question, order, values }: { question: string; order: string; values: unknown[] },
    reach: string[] | null,
  ): Promise<Transfer[]> {
    const at = `$${values.length + 1}::uuid[]`;
    const within = reach ? ` AND (t.from_institution_id = ANY(${at}) OR t.to_institution_id = ANY(${at}))` : '';
    const text = `SELECT ${this.columns} FROM transfer t WHERE ${question}${within} ${order}`;
    const statement = { name: `${name}${reach ? '-within' : ''}`, text };
    return this.rows.rows<Transfer>(reach, statement, reach ? [...values, reach] : values);
  }
}

const institutionOf = (transfer: Transfer, side: Side): string =>
  side === 'FROM' ? transfer.fromInstitutionId : transfer.toInstitutionId;

const isSide = ({ fromInstitutionId, toInstitutionId }: Transfer, by: Actor): boolean =>
  by.actsFor(fromInstitutionId) || by.actsFor(toInstitutionId);

/** The state that an act leads to; throws where the transfer knows no such act any more. */
function stateOf({ state }: Transfer, act: TransferAct): TransferState {
  const after = stateAfter(state, act);
  if (after === undefined) throw conflict('transfer-state', `The transfer is ${state}.`);
  return after;
}

/** The sides that are awaited and that the caller acts for; throws where there is none. */
function mustBeAsked(transfer: Transfer, act: 'CONSENT_OF_ALL' | 'REFUSE', by: Actor): Side[] {
  stateOf(transfer, act);
  const sides = awaitedSides(transfer).filter((side) => by.actsFor(institutionOf(transfer, side)));
  if (sides.length === 0) throw conflict('transfer-not-asked', 'The other institution is asked.');
  return sides;
}
