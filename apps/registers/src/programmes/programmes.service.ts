import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ProgrammeChangedV1, ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { insertRows, selectList, updateRows, Upserts, violates, withFacts } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent, mustExistFor } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import type { Announcement } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { ClassifiersService } from '../classifiers/classifiers.service.js';
import { Programme } from './programme.entity.js';
import { programmeFaults } from './programme.rules.js';
import { programmeFactsOf, toProgrammeDto } from './programmes.dto.js';
import type {
  ProgrammeDto,
  ProgrammeFacts,
  ProgrammeFactsDto,
  ProgrammesQuery,
  RegisterProgrammeDto,
} from './programmes.dto.js';

@Injectable()
export class ProgrammesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly classifiers: ClassifiersService,
  ) {}

  async register(dto: RegisterProgrammeDto, once: WriteOnce): Promise<ProgrammeDto> {
    return this.idempotency.run(once, async (tx) => {
      const programme = this.create(dto, programmeFactsOf(dto));
      await this.judge(tx, programme);
      await insertRows(tx, Programme, [programme]);
      await this.outbox.add(tx, ProgrammeRegisteredV1, stateOf(programme));
      return toProgrammeDto(programme);
    });
  }

  async get(id: string): Promise<ProgrammeDto> {
    const programme = await this.dataSource.manager.findOneBy(Programme, { id });
    if (!programme) throw missing('programme');
    return toProgrammeDto(programme);
  }

  async list(query: ProgrammesQuery): Promise<Page<ProgrammeDto>> {
    const { code, codeScheme, kind, fieldCode, eqfLevel } = query;
    const select = this.dataSource.manager
      .createQueryBuilder(Programme, 'p')
      .where('p.id > :after', { after: afterId(query) })
      .orderBy('p.id')
      .limit(query.limit + 1);
    if (codeScheme !== undefined) select.andWhere('p.code_scheme = :codeScheme', { codeScheme });
    if (code !== undefined) select.andWhere('p.code = :code', { code });
    if (kind !== undefined) select.andWhere('p.kind = :kind', { kind });
    if (fieldCode !== undefined) select.andWhere('p.field_code LIKE :field', { field: `${fieldCode}%` });
    if (eqfLevel !== undefined) select.andWhere('p.eqf_level = :eqfLevel', { eqfLevel });
    return toPage(await select.getMany(), query.limit, toProgrammeDto, (row) => [row.id]);
  }

  async change(id: string, dto: ProgrammeFactsDto, readVersion: number): Promise<ProgrammeDto> {
    return this.dataSource.transaction(async (tx) => {
      const programme = await tx.findOne(Programme, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!programme) throw missing('programme');
      mustBeCurrent(programme, readVersion);
      const changed = withFacts(programme, programmeFactsOf(dto), this.clock.now());
      if (!changed) return toProgrammeDto(programme);
      await this.judge(tx, changed);
      await updateRows(tx, Programme, [changed]);
      await this.outbox.add(tx, ProgrammeChangedV1, stateOf(changed));
      return toProgrammeDto(changed);
    });
  }

  /** Registers or changes the programme of a code. The second of two that register it at once changes it. */
  async upsert(row: RegisterProgrammeDto, readVersion: number | undefined): Promise<Upserted> {
    const work = (): Promise<Upserted> =>
      this.dataSource.transaction(async (tx) => {
        const complete = { ...row, modules: row.modules ?? [] };
        const [stored] = await this.store(tx, [complete], (current) => mustExistFor(current, readVersion));
        if (!stored?.programme) throw invalid('invalid-input', 'The body has faults.', stored?.outcome as Fault[]);
        return { programme: toProgrammeDto(stored.programme), created: stored.outcome === 'created' };
      });
    return work().catch((error: unknown) => {
      if (violates(error, 'programme_code_taken')) return work();
      throw error;
    });
  }

  /** Stores rows of an import; a row without modules leaves those of the programme alone. */
  async storeAll(tx: EntityManager, rows: RegisterProgrammeDto[]): Promise<RowOutcome[]> {
    return (await this.store(tx, rows)).map(({ outcome }) => outcome);
  }

  /** Stores programmes found by their code, in a handful of statements however many they are. */
  private async store(
    tx: EntityManager,
    rows: RegisterProgrammeDto[],
    check?: (current: Programme | undefined) => void,
  ): Promise<Stored[]> {
    const fields = await this.classifiers.judgeFields(
      tx,
      rows.map(({ fieldCode }) => fieldCode),
    );
    const upserts = new Upserts(await lockByCode(tx, rows), this.clock.now());
    const announcements: Announcement[] = [];
    const stored = rows.map((row, at): Stored => {
      const current = upserts.find(keyOf(row));
      check?.(current);
      const facts = programmeFactsOf({ ...row, modules: row.modules ?? current?.modules ?? [] });
      const { codeScheme, code } = row;
      const faults = [...(fields[at] ?? []), ...programmeFaults({ codeScheme, code, ...facts })];
      if (faults.length > 0) return { outcome: faults };
      const { outcome, object } = upserts.put(keyOf(row), facts, () => this.create(row, facts));
      const event = outcome === 'created' ? ProgrammeRegisteredV1 : ProgrammeChangedV1;
      if (outcome !== 'unchanged') announcements.push(announce(event, stateOf(object)));
      return { outcome, programme: object };
    });
    await upserts.save(tx, Programme);
    await this.outbox.addAll(tx, announcements);
    return stored;
  }

  private create({ codeScheme, code }: Key, facts: ProgrammeFacts): Programme {
    const recordedAt = this.clock.now();
    return { id: this.ids.next(), version: 1, state: 'REGISTERED', recordedAt, codeScheme, code, ...facts };
  }

  private async judge(tx: EntityManager, programme: Programme): Promise<void> {
    const [field = []] = await this.classifiers.judgeFields(tx, [programme.fieldCode]);
    const faults = [...field, ...programmeFaults(programme)];
    if (faults.length > 0) throw invalid('invalid-input', 'The body has faults.', faults);
  }
}

export interface Upserted {
  programme: ProgrammeDto;
  created: boolean;
}

interface Stored {
  outcome: RowOutcome;
  /** Absent when the row was refused. */
  programme?: Programme;
}

type Key = Pick<Programme, 'codeScheme' | 'code'>;

const keyOf = ({ codeScheme, code }: Key): string => `${codeScheme} ${code}`;

async function lockByCode(tx: EntityManager, codes: Key[]): Promise<Map<string, Programme>> {
  const rows: Programme[] = await tx.query(
    `SELECT ${selectList(tx, Programme, 'p')} FROM programme p
     WHERE (p.code_scheme, p.code) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY p.id FOR UPDATE`,
    [codes.map(({ codeScheme }) => codeScheme), codes.map(({ code }) => code)],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function stateOf(programme: Programme): ProgrammeRegisteredV1 {
  const { id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state } = programme;
  return { programmeId: id, version, codeScheme, code, fieldCode, kind, eqfLevel, credits, state };
}
