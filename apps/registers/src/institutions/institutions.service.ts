import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { missing } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Institution } from './institution.entity.js';
import { toInstitutionDto } from './institutions.dto.js';
import type {
  InstitutionDto,
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
  ) {}

  async register(dto: RegisterInstitutionDto, once: WriteOnce): Promise<InstitutionDto> {
    return this.idempotency.run(once, async (tx) => {
      const institution = tx.create(Institution, {
        id: this.ids.next(),
        version: 1,
        state: 'REGISTERED',
        recordedAt: this.clock.now(),
        codeScheme: dto.codeScheme,
        code: dto.code,
        ...factsOf(dto),
      });
      await tx.insert(Institution, institution);
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
      return toInstitutionDto(await this.applyFacts(tx, institution, dto));
    });
  }

  private async applyFacts(
    tx: EntityManager,
    institution: Institution,
    dto: InstitutionFactsDto,
  ): Promise<Institution> {
    Object.assign(institution, factsOf(dto), { version: institution.version + 1, recordedAt: this.clock.now() });
    await tx.save(institution);
    await this.outbox.add(tx, InstitutionChangedV1, stateOf(institution));
    return institution;
  }
}

type Facts = Pick<Institution, 'name' | 'countyCode' | 'municipalityCode' | 'latitude' | 'longitude'>;

function factsOf(dto: InstitutionFactsDto): Facts {
  return {
    name: dto.name.normalize('NFC'),
    countyCode: dto.countyCode ?? null,
    municipalityCode: dto.municipalityCode ?? null,
    latitude: dto.latitude ?? null,
    longitude: dto.longitude ?? null,
  };
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
