import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import type { Actor } from '@meistras/platform/auth/actor';
import { Prepared } from '@meistras/platform/database/prepared';
import { insertRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { KnownService, officialKey } from '../known/known.service.js';
import { Decision, Revocation } from './decision.entity.js';
import { differences, periodFaults, revocationFaults } from './decision.rules.js';
import { endOf, stateOf, toDecisionDto, versionOf } from './decisions.dto.js';
import type { DecidedRight, DecisionDto, DecisionRow, DecisionsQuery, GrantDto, RevokeDto } from './decisions.dto.js';
import { actKey, decisionsOf, findDecision, pageOfDecisions, rightOnDay } from './decisions.queries.js';
import type { HeldRow } from './decisions.queries.js';

/** Who gets a right, for what, and out of which procedure. */
export interface Holder {
  procedureId: string | null;
  institutionId: string;
  programmeId: string;
}

@Injectable()
export class DecisionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly prepared: Prepared,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly known: KnownService,
  ) {}

  async get(id: string, by: Actor): Promise<DecisionDto> {
    const decision = await findDecision(this.dataSource, id, by.institutionFilter);
    if (!decision) throw missing('decision');
    return toDecisionDto(decision);
  }

  async list(query: DecisionsQuery, by: Actor): Promise<Page<DecisionDto>> {
    const rows = await pageOfDecisions(this.dataSource, query, by.institutionFilter);
    return toPage(rows, query.limit, toDecisionDto, (row) => [row.id]);
  }

  /** R-ACC-02: the decision under which the right holds on the day, if there is one. */
  async findRight(institutionId: string, programmeId: string, day: string): Promise<string | undefined> {
    const [row] = await this.prepared.rows<{ id: string }>(rightOnDay, [institutionId, programmeId, day]);
    return row?.id;
  }

  /** Registers a decision in the caller's transaction and announces the right. */
  async grant(tx: EntityManager, holder: Holder, dto: GrantDto): Promise<Decision> {
    mustHaveNo(periodFaults(dto));
    const decision = this.create(holder, dto);
    await insertRows(tx, Decision, [decision]);
    await this.outbox.add(tx, DecisionGrantedV1, announced({ ...decision, revocation: null }));
    return decision;
  }

  /** Ends a decision's right in the caller's transaction and announces its end. A second revocation is refused. */
  async revoke(tx: EntityManager, decision: DecidedRight, dto: RevokeDto): Promise<DecidedRight> {
    mustHaveNo(revocationFaults(decision, dto.effectiveOn));
    const { actNumber, actOn, effectiveOn, reason } = dto;
    const revocation: Revocation = {
      ...{ decisionId: decision.id, actNumber, actOn, effectiveOn, reason },
      recordedAt: this.clock.now(),
    };
    await insertRows(tx, Revocation, [revocation]);
    const revoked = { ...decision, revocation };
    await this.outbox.add(tx, DecisionRevokedV1, announced(revoked));
    return revoked;
  }

  /** Revokes a decision that came without a procedure; the others are revoked where they were decided. */
  async revokeImported(id: string, dto: RevokeDto, once: WriteOnce): Promise<DecisionDto> {
    return this.idempotency.run(once, async (tx) => {
      const decision = await this.getForRevocation(tx, id);
      if (decision.procedureId !== null) {
        const message = `The decision came from the procedure ${decision.procedureId}; revoke it there.`;
        throw conflict('decision-of-procedure', message);
      }
      return toDecisionDto(await this.revoke(tx, decision, dto));
    });
  }

  async getForRevocation(tx: EntityManager, id: string): Promise<DecidedRight> {
    const decision = await findDecision(tx, id, null);
    if (!decision) throw missing('decision');
    return decision;
  }

  /** Stores rows of an import. An act that is registered already is unchanged, or refused where the row says otherwise. */
  async storeAll(tx: EntityManager, rows: DecisionRow[]): Promise<RowOutcome[]> {
    const held = await this.findHolders(tx, rows);
    const good = held.filter((row): row is HeldRow => !Array.isArray(row));
    const registered = await decisionsOf(tx, good);
    const fresh: Decision[] = [];
    const outcomes = held.map((row): RowOutcome => {
      if (Array.isArray(row)) return row;
      const decision = registered.get(actKey(row));
      if (decision) {
        const faults = differences(decision, row);
        return faults.length > 0 ? faults : 'unchanged';
      }
      const created = this.create({ procedureId: null, ...row }, row);
      registered.set(actKey(row), created);
      fresh.push(created);
      return 'created';
    });
    await insertRows(tx, Decision, fresh);
    const rights = fresh.map((decision) => ({ ...decision, revocation: null }));
    await this.outbox.addAll(
      tx,
      rights.map((right) => announce(DecisionGrantedV1, announced(right))),
    );
    return outcomes;
  }

  /** Each row with its holder's and programme's ids, or why it has none. */
  private async findHolders(tx: EntityManager, rows: DecisionRow[]): Promise<(HeldRow | Fault[])[]> {
    const holders = rows.map((row) => ({ codeScheme: row.institutionCodeScheme, code: row.institutionCode }));
    const programmes = rows.map((row) => ({ codeScheme: row.programmeCodeScheme, code: row.programmeCode }));
    const institutionIds = await this.known.institutionIds(tx, holders);
    const programmeIds = await this.known.programmeIds(tx, programmes);
    return rows.map((row, at) => {
      const institutionId = institutionIds.get(officialKey(holders[at]!));
      const programmeId = programmeIds.get(officialKey(programmes[at]!));
      const faults = periodFaults(row);
      if (institutionId === undefined) faults.push(unknown('/institutionCode', 'institution'));
      if (programmeId === undefined) faults.push(unknown('/programmeCode', 'programme'));
      if (faults.length > 0 || institutionId === undefined || programmeId === undefined) return faults;
      return { ...row, institutionId, programmeId };
    });
  }

  private create({ procedureId, institutionId, programmeId }: Holder, dto: GrantDto): Decision {
    const { authority, actNumber, actOn, documentHash, validFrom, validTo = null } = dto;
    return {
      ...{ id: this.ids.next(), procedureId, institutionId, programmeId },
      ...{ authority, actNumber, actOn, documentHash, validFrom, validTo },
      recordedAt: this.clock.now(),
    };
  }
}

const unknown = (pointer: string, thing: string): Fault => ({
  pointer,
  code: 'UNKNOWN',
  message: `The registers have announced no ${thing} with this code.`,
});

function mustHaveNo(faults: Fault[]): void {
  if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
}

function announced(right: DecidedRight): DecisionGrantedV1 {
  const { id, institutionId, programmeId, validFrom, actNumber } = right;
  const validTo = endOf(right);
  return {
    ...{ decisionId: id, version: versionOf(right), institutionId, programmeId, state: stateOf(right) },
    ...{ validFrom, actNumber },
    ...(validTo === null ? {} : { validTo }),
  };
}
