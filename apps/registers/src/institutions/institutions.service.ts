import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { insertRows, selectList, updateRows, Upserts, violates, withFacts } from '@meistras/platform/database/rows';
import { invalid, missing } from '@meistras/platform/errors/domain-error';
import type { DomainError, Fault } from '@meistras/platform/errors/domain-error';
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
import { Institution } from './institution.entity.js';
import { institutionFactsOf, toInstitutionDto } from './institutions.dto.js';
import type {
  InstitutionDto,
  InstitutionFacts,
  InstitutionFactsDto,
  InstitutionsQuery,
  RegisterInstitutionDto,
} from './institutions.dto.js';

@Injectable()
export class InstitutionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly classifiers: ClassifiersService,
  ) {}

  async register(dto: RegisterInstitutionDto, once: WriteOnce): Promise<InstitutionDto> {
    return this.idempotency.run(once, async (tx) => {
      const institution = this.create(dto, await this.judge(tx, dto));
      await insertRows(tx, Institution, [institution]);
      await this.outbox.add(tx, InstitutionRegisteredV1, stateOf(institution));
      return toInstitutionDto(institution);
    });
  }

  async get(id: string): Promise<InstitutionDto> {
    const institution = await this.dataSource.manager.findOneBy(Institution, { id });
    if (!institution) throw missing('institution');
    return toInstitutionDto(institution);
  }

  async list(query: InstitutionsQuery): Promise<Page<InstitutionDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Institution, 'i')
      .where('i.id > :after', { after: afterId(query) })
      .orderBy('i.id')
      .limit(query.limit + 1);
    if (query.code !== undefined) select.andWhere('i.code = :code', { code: query.code });
    if (query.countyCode !== undefined) select.andWhere('i.county_code = :county', { county: query.countyCode });
    return toPage(await select.getMany(), query.limit, toInstitutionDto, (row) => [row.id]);
  }

  async change(id: string, dto: InstitutionFactsDto, readVersion: number): Promise<InstitutionDto> {
    return this.dataSource.transaction(async (tx) => {
      const institution = await tx.findOne(Institution, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!institution) throw missing('institution');
      mustBeCurrent(institution, readVersion);
      const changed = withFacts(institution, await this.judge(tx, dto), this.clock.now());
      if (!changed) return toInstitutionDto(institution);
      await updateRows(tx, Institution, [changed]);
      await this.outbox.add(tx, InstitutionChangedV1, stateOf(changed));
      return toInstitutionDto(changed);
    });
  }

  /** Registers or changes the institution of a code. The second of two that register it at once changes it. */
  async upsert(row: RegisterInstitutionDto, readVersion: number | undefined): Promise<Upserted> {
    const work = (): Promise<Upserted> =>
      this.dataSource.transaction(async (tx) => {
        const [stored] = await this.store(tx, [row], (current) => mustExistFor(current, readVersion));
        if (!stored?.institution) throw invalidInput(stored?.outcome as Fault[]);
        return { institution: toInstitutionDto(stored.institution), created: stored.outcome === 'created' };
      });
    return work().catch((error: unknown) => {
      if (violates(error, 'institution_code_taken')) return work();
      throw error;
    });
  }

  /** Stores rows of an import; answers for each row, in order. */
  async storeAll(tx: EntityManager, rows: RegisterInstitutionDto[]): Promise<RowOutcome[]> {
    return (await this.store(tx, rows)).map(({ outcome }) => outcome);
  }

  /** Stores institutions found by their code, in a handful of statements however many they are. */
  private async store(
    tx: EntityManager,
    rows: RegisterInstitutionDto[],
    check?: (current: Institution | undefined) => void,
  ): Promise<Stored[]> {
    const places = await this.classifiers.judgePlaces(tx, rows);
    const upserts = new Upserts(await lockByCode(tx, rows), this.clock.now());
    const announcements: Announcement[] = [];
    const stored = rows.map((row, at): Stored => {
      const { faults, countyCode } = places[at] ?? { faults: [], countyCode: undefined };
      if (faults.length > 0) return { outcome: faults };
      check?.(upserts.find(keyOf(row)));
      const facts = institutionFactsOf(row, countyCode);
      const { outcome, object } = upserts.put(keyOf(row), facts, () => this.create(row, facts));
      const event = outcome === 'created' ? InstitutionRegisteredV1 : InstitutionChangedV1;
      if (outcome !== 'unchanged') announcements.push(announce(event, stateOf(object)));
      return { outcome, institution: object };
    });
    await upserts.save(tx, Institution);
    await this.outbox.addAll(tx, announcements);
    return stored;
  }

  private create({ codeScheme, code }: RegisterInstitutionDto, facts: InstitutionFacts): Institution {
    const recordedAt = this.clock.now();
    return { id: this.ids.next(), version: 1, state: 'REGISTERED', recordedAt, codeScheme, code, ...facts };
  }

  private async judge(tx: EntityManager, dto: InstitutionFactsDto): Promise<InstitutionFacts> {
    const [place] = await this.classifiers.judgePlaces(tx, [dto]);
    if (place && place.faults.length > 0) throw invalidInput(place.faults);
    return institutionFactsOf(dto, place?.countyCode);
  }
}

export interface Upserted {
  institution: InstitutionDto;
  created: boolean;
}

interface Stored {
  outcome: RowOutcome;
  /** Absent when the row was refused. */
  institution?: Institution;
}

type Key = Pick<Institution, 'codeScheme' | 'code'>;

const keyOf = ({ codeScheme, code }: Key): string => `${codeScheme} ${code}`;

const invalidInput = (faults: Fault[]): DomainError => invalid('invalid-input', 'The body has faults.', faults);

async function lockByCode(tx: EntityManager, codes: Key[]): Promise<Map<string, Institution>> {
  const rows: Institution[] = await tx.query(
    `SELECT ${selectList(tx, Institution, 'i')} FROM institution i
     WHERE (i.code_scheme, i.code) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY i.id FOR UPDATE`,
    [codes.map(({ codeScheme }) => codeScheme), codes.map(({ code }) => code)],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function stateOf(institution: Institution): InstitutionRegisteredV1 {
  const { id, version, codeScheme, code, state, countyCode, municipalityCode } = institution;
  return {
    institutionId: id,
    version,
    codeScheme,
    code,
    state,
    ...(countyCode === null ? {} : { countyCode }),
    ...(municipalityCode === null ? {} : { municipalityCode }),
  };
}
