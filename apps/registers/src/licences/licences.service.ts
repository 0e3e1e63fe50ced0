import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Licence } from './licence.entity.js';
import { toLicenceDto } from './licences.dto.js';
import type { LicenceDto, LicencesQuery } from './licences.dto.js';

@Injectable()
export class LicencesService {
  constructor(private readonly dataSource: DataSource) {}

  async get(decisionId: string): Promise<LicenceDto> {
    const licence = await this.dataSource.manager.findOneBy(Licence, { decisionId });
    if (!licence) throw missing('licence');
    return toLicenceDto(licence);
  }

  async list(query: LicencesQuery): Promise<Page<LicenceDto>> {
    const { institutionId, programmeId, validOn } = query;
    const select = this.dataSource.manager
      .createQueryBuilder(Licence, 'l')
      .where('l.decision_id > :after', { after: afterId(query) })
      .orderBy('l.decision_id')
      .limit(query.limit + 1);
    if (institutionId !== undefined) select.andWhere('l.institution_id = :institutionId', { institutionId });
    if (programmeId !== undefined) select.andWhere('l.programme_id = :programmeId', { programmeId });
    if (validOn !== undefined) {
      select.andWhere('l.valid_from <= :validOn AND (l.valid_to IS NULL OR :validOn < l.valid_to)', { validOn });
    }
    return toPage(await select.getMany(), query.limit, toLicenceDto, (row) => [row.decisionId]);
  }
}
