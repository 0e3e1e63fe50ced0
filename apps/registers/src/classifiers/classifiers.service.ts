import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { decodeCursor, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import { Classifier, ClassifierItem } from './classifier.entity.js';
import { classifierCodes, countyOf, isOurs, itemFaults, placeFaults } from './classifier.rules.js';
import type { ClassifierCode, ItemLookup, Place } from './classifier.rules.js';
import { toClassifierDto, toClassifierItemDto } from './classifiers.dto.js';
import type { ClassifierDto, ClassifierItemDto, ClassifierItemsQuery } from './classifiers.dto.js';

/** What is wrong with a place, and the county it lies in. */
export interface JudgedPlace {
  faults: Fault[];
  countyCode: string | undefined;
}

@Injectable()
export class ClassifiersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async list(query: PageQuery): Promise<Page<ClassifierDto>> {
    const [after = ''] = query.after === undefined ? [] : decodeCursor(query.after, [/^KL_[A-Z0-9_]+$/]);
    const rows = await this.dataSource.manager
      .createQueryBuilder(Classifier, 'c')
      .where('c.code > :after', { after })
      .orderBy('c.code')
      .limit(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toClassifierDto, (row) => [row.code]);
  }

  async get(code: string): Promise<ClassifierDto> {
    const classifier = await this.dataSource.manager.findOneBy(Classifier, { code });
    if (!classifier) throw missing('classifier');
    return toClassifierDto(classifier);
  }

  async listItems(code: string, query: ClassifierItemsQuery): Promise<Page<ClassifierItemDto>> {
    await this.get(code);
    const [after = ''] = query.after === undefined ? [] : decodeCursor(query.after, [/^[A-Za-z0-9._-]{1,20}$/]);
    const select = this.dataSource.manager
      .createQueryBuilder(ClassifierItem, 'i')
      .where('i.classifier_code = :code AND i.code > :after', { code, after })
      .orderBy('i.code')
      .limit(query.limit + 1);
    if (query.parent !== undefined) select.andWhere('i.parent_code = :parent', { parent: query.parent });
    if (query.validOn !== undefined) {
      select.andWhere('(i.valid_from IS NULL OR i.valid_from <= :day) AND (i.valid_to IS NULL OR i.valid_to > :day)', {
        day: query.validOn,
      });
    }
    return toPage(await select.getMany(), query.limit, toClassifierItemDto, (row) => [row.code]);
  }

  /** Judges places, in order: faults point into the object that has the place. */
  async judgePlaces(tx: EntityManager, places: Place[]): Promise<JudgedPlace[]> {
    const look = await find(tx, [
      ...places.map(({ countyCode }) => [classifierCodes.county, countyCode] as const),
      ...places.map(({ municipalityCode }) => [classifierCodes.municipality, municipalityCode] as const),
    ]);
    const today = this.clock.today();
    return places.map((place) => ({
      faults: placeFaults(place, look, today),
      countyCode: countyOf(place, look),
    }));
  }

  /** Judges fields of education, in order. */
  async judgeFields(tx: EntityManager, codes: string[]): Promise<Fault[][]> {
    const { field } = classifierCodes;
    const look = await find(
      tx,
      codes.map((code) => [field, code]),
    );
    const today = this.clock.today();
    return codes.map((code) => itemFaults(look(field, code), code, '/fieldCode', today));
  }
}

/** The items behind codes, in one query; in none where every code is absent or another country's. */
async function find(tx: EntityManager, wanted: (readonly [ClassifierCode, string | undefined])[]): Promise<ItemLookup> {
  const ours = new Map(
    wanted
      .filter(([classifier, code]) => code !== undefined && (classifier === classifierCodes.field || isOurs(code)))
      .map(([classifier, code]) => [`${classifier} ${code ?? ''}`, [classifier, code] as const]),
  );
  if (ours.size === 0) return () => undefined;
  const rows = await tx
    .createQueryBuilder(ClassifierItem, 'i')
    .where('(i.classifier_code, i.code) IN (SELECT * FROM unnest(CAST(:lists AS text[]), CAST(:codes AS text[])))', {
      lists: [...ours.values()].map(([classifier]) => classifier),
      codes: [...ours.values()].map(([, code]) => code),
    })
    .getMany();
  const found = new Map(rows.map((row) => [`${row.classifierCode} ${row.code}`, row]));
  return (classifier, code) => found.get(`${classifier} ${code}`);
}
