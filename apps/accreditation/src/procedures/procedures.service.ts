import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import type { GrantDto, RevokeDto } from '../decisions/decisions.module.js';
import { DecisionsService } from '../decisions/decisions.service.js';
import { KnownService } from '../known/known.service.js';
import { Procedure } from './procedure.entity.js';
import { mustLeadTo } from './procedure.rules.js';
import type { ProcedureCommand } from './procedure.rules.js';
import { toProcedureDto } from './procedures.dto.js';
import type { ProcedureDto, ProceduresQuery, RefuseDto, ReviewDto, SubmitProcedureDto } from './procedures.dto.js';

/** What a command adds to a procedure besides its new state. */
type Outcome = Partial<Pick<Procedure, 'expertise' | 'refusal' | 'decisionId'>>;

@Injectable()
export class ProceduresService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly known: KnownService,
    private readonly decisions: DecisionsService,
  ) {}

  async get(id: string, by: Actor): Promise<ProcedureDto> {
    const procedure = await this.dataSource.manager.findOneBy(Procedure, { id });
    if (!procedure || !by.actsFor(procedure.institutionId)) throw missing('procedure');
    return toProcedureDto(procedure);
  }

  async list(query: ProceduresQuery, by: Actor): Promise<Page<ProcedureDto>> {
    const { institutionId, programmeId, state } = query;
    const institutions = by.institutionFilter;
    const select = this.dataSource.manager
      .createQueryBuilder(Procedure, 'p')
      .where('p.id > :after', { after: afterId(query) })
      .orderBy('p.id')
      .limit(query.limit + 1);
    if (institutions !== null) select.andWhere('p.institution_id::text = ANY(:institutions)', { institutions });
    if (institutionId !== undefined) select.andWhere('p.institution_id = :institutionId', { institutionId });
    if (programmeId !== undefined) select.andWhere('p.programme_id = :programmeId', { programmeId });
    if (state !== undefined) select.andWhere('p.state = :state', { state });
    return toPage(await select.getMany(), query.limit, toProcedureDto, (row) => [row.id]);
  }

  /** A second open procedure for the same institution and programme is refused by the constraint `procedure_open`. */
  async submit({ institutionId, programmeId }: SubmitProcedureDto, once: WriteOnce): Promise<ProcedureDto> {
    return this.idempotency.run(once, async (tx) => {
      const faults = await this.known.faultsOf(tx, institutionId, programmeId);
      if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
      const now = this.clock.now();
      const procedure: Procedure = {
        ...{ id: this.ids.next(), version: 1, institutionId, programmeId, state: 'SUBMITTED' },
        ...{ expertise: null, refusal: null, decisionId: null, submittedAt: now, recordedAt: now },
      };
      await insertRows(tx, Procedure, [procedure]);
      return toProcedureDto(procedure);
    });
  }

  review(id: string, { result, actNumber, actOn }: ReviewDto, once: WriteOnce): Promise<ProcedureDto> {
    return this.command(id, 'review', once, () => Promise.resolve({ expertise: { result, actNumber, actOn } }));
  }

  grant(id: string, dto: GrantDto, once: WriteOnce): Promise<ProcedureDto> {
    return this.command(id, 'grant', once, async (tx, { institutionId, programmeId }) => {
      const decision = await this.decisions.grant(tx, { procedureId: id, institutionId, programmeId }, dto);
      return { decisionId: decision.id };
    });
  }

  refuse(id: string, dto: RefuseDto, once: WriteOnce): Promise<ProcedureDto> {
    return this.command(id, 'refuse', once, () => Promise.resolve({ refusal: { ...dto } }));
  }

  revoke(id: string, dto: RevokeDto, once: WriteOnce): Promise<ProcedureDto> {
    return this.command(id, 'revoke', once, async (tx, { decisionId }) => {
      const decision = await this.decisions.getForRevocation(tx, decisionId ?? '');
      await this.decisions.revoke(tx, decision, dto);
      return {};
    });
  }

  /** Moves a procedure on by the state table; repeated, it answers what it answered and moves nothing. */
  private command(
    id: string,
    command: ProcedureCommand,
    once: WriteOnce,
    work: (tx: EntityManager, procedure: Procedure) => Promise<Outcome>,
  ): Promise<ProcedureDto> {
    return this.idempotency.run(once, async (tx) => {
      const procedure = await tx.findOne(Procedure, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!procedure) throw missing('procedure');
      const state = mustLeadTo(procedure, command);
      const outcome = await work(tx, procedure);
      const next = { ...procedure, ...outcome, state, version: procedure.version + 1, recordedAt: this.clock.now() };
      await updateRows(tx, Procedure, [next]);
      return toProcedureDto(next);
    });
  }
}
