import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { Exported } from '@meistras/platform/exports/exports';
import { decodeCursor, encodeCursor, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import { Classifier, ClassifierVersion } from './classifier.entity.js';
import { classifierCodes, countyOf, isOurs, itemFaults, itemOn, placeFaults } from './classifier.rules.js';
import type { ItemLookup, Place, VersionState } from './classifier.rules.js';
import { differenceOf } from './classifier-version.rules.js';
import type { ItemDifference } from './classifier-version.rules.js';
import { toDifferenceDto, toVersionDto } from './classifier-versions.dto.js';
import type { ClassifierVersionDto, DifferencePageDto } from './classifier-versions.dto.js';
import { classifierCodeShape, itemCodeShape, toClassifierDto, toClassifierItemDto } from './classifiers.dto.js';
import type { ClassifierDto, ClassifierItemDto, ClassifierItemsQuery, ClassifiersQuery } from './classifiers.dto.js';
import {
  allItemsOf,
  exportedItems,
  itemsOf,
  keyOf,
  latestPublished,
  publishedItems,
  versionsInForce,
} from './classifiers.queries.js';
import type { ItemKey } from './classifiers.queries.js';
import { searchKeyOf } from '@meistras/platform/http/language.rules';
import type { Language } from '@meistras/platform/http/language.rules';

/** What is wrong with a place, and the county it lies in. */
export interface JudgedPlace {
  faults: Fault[];
  countyCode: string | undefined;
}

/** A code that a fact uses, and the day of the fact; today if left out. */
export interface ItemUse {
  classifier: string;
  code: string;
  /** Where the code stands in the body. */
  pointer: string;
  on?: string | undefined;
}

/** What anybody may ask about code lists, and whether a code may be used on a day. */
@Injectable()
export class ClassifiersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Items of all published versions, to be sent by `Exports`. */
  exported(): Exported {
    return exportedItems(this.dataSource);
  }

  async list(query: ClassifiersQuery, language: Language): Promise<Page<ClassifierDto>> {
    const [after = ''] = query.after === undefined ? [] : decodeCursor(query.after, [classifierCodeShape]);
    const { manager } = this.dataSource;
    const rows = await manager
      .createQueryBuilder(Classifier, 'c')
      .where('c.code > :after', { after })
      .orderBy('c.code')
      .limit(query.limit + 1)
      .getMany();
    const codes = rows.map(({ code }) => code);
    const inForce = await versionsInForce(manager, codes, query.validOn ?? this.clock.today());
    const heads = rows.map((row) => ({ ...row, inForce: inForce.get(row.code) ?? null }));
    return toPage(
      heads,
      query.limit,
      (row) => toClassifierDto(row, language),
      (row) => [row.code],
    );
  }

  async get(code: string, validOn: string | undefined, language: Language): Promise<ClassifierDto> {
    const { manager } = this.dataSource;
    const classifier = await mustExist(manager, code);
    const inForce = await versionsInForce(manager, [code], validOn ?? this.clock.today());
    return toClassifierDto({ ...classifier, inForce: inForce.get(code) ?? null }, language);
  }

  async listVersions(code: string, query: PageQuery): Promise<Page<ClassifierVersionDto>> {
    const { manager } = this.dataSource;
    await mustExist(manager, code);
    const [after = '0'] = query.after === undefined ? [] : decodeCursor(query.after, [/^\d{1,6}$/]);
    const rows = await manager
      .createQueryBuilder(ClassifierVersion, 'v')
      .where(`v.classifier_code = :code AND v.state = 'PUBLISHED' AND v.number > :after`, { code, after })
      .orderBy('v.number')
      .limit(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toVersionDto, (row) => [row.number]);
  }

  async listItems(code: string, query: ClassifierItemsQuery, language: Language): Promise<Page<ClassifierItemDto>> {
    const { manager } = this.dataSource;
    await mustExist(manager, code);
    const after = afterItem(query);
    const inForce = await versionsInForce(manager, [code], query.validOn ?? this.clock.today());
    const version = inForce.get(code);
    if (!version) return { items: [] };
    const rows = await itemsOf(manager, version, {
      after,
      limit: query.limit + 1,
      parent: query.parent,
      validOn: query.validOn,
      searchKey: query.q === undefined ? undefined : searchKeyOf(query.q),
    });
    return toPage(
      rows,
      query.limit,
      (row) => toClassifierItemDto(row, language),
      (row) => [row.code],
    );
  }

  /** What a version of this state has otherwise than the published one that begins before it. */
  async difference(
    { code, number, state }: { code: string; number: number; state: VersionState },
    query: PageQuery,
    language: Language,
  ): Promise<DifferencePageDto> {
    const { manager } = this.dataSource;
    const version = await manager.findOneBy(ClassifierVersion, { classifierCode: code, number, state });
    if (!version) throw missing('version of a classifier');
    const before = await latestPublished(manager, code, version);
    const after = afterItem(query);
    const all = differenceOf(before ? await allItemsOf(manager, before) : [], await allItemsOf(manager, version));
    const left = all.filter((each) => each.code > after);
    const items = left.slice(0, query.limit);
    const count = (kind: ItemDifference['kind']): number => all.filter((each) => each.kind === kind).length;
    return {
      ...(before ? { from: before.number } : {}),
      to: number,
      added: count('ADDED'),
      removed: count('REMOVED'),
      changed: count('CHANGED'),
      items: items.map((each) => toDifferenceDto(each, language)),
      ...(left.length > items.length ? { next: encodeCursor([items.at(-1)?.code ?? '']) } : {}),
    };
  }

  /** Judges codes of any classifiers, each on the day of its fact, in order (registers.md, section 8). */
  async judge(tx: EntityManager, uses: ItemUse[]): Promise<Fault[][]> {
    const look = await find(
      tx,
      uses.map(({ classifier, code }) => [classifier, code]),
    );
    const today = this.clock.today();
    return uses.map(({ classifier, code, pointer, on = today }) =>
      itemFaults(look(on)(classifier, code), code, pointer, on),
    );
  }

  /**
   * Judges places, in order: faults point into the object that has the place. `days` are those of the facts, in the same
   * order; today where there is none.
   */
  async judgePlaces(tx: EntityManager, places: Place[], days: (string | undefined)[] = []): Promise<JudgedPlace[]> {
    const wanted = places.flatMap(({ countyCode, municipalityCode }) => [
      ...(isOurs(countyCode) ? [[classifierCodes.county, countyCode ?? ''] as const] : []),
      ...(isOurs(municipalityCode) ? [[classifierCodes.municipality, municipalityCode ?? ''] as const] : []),
    ]);
    const look = await find(tx, wanted);
    const today = this.clock.today();
    return places.map((place, at) => {
      const day = days[at] ?? today;
      return { faults: placeFaults(place, look(day), day), countyCode: countyOf(place, look(day)) };
    });
  }

  /** Judges fields of education, in order; `days` as for places. */
  async judgeFields(tx: EntityManager, codes: string[], days: (string | undefined)[] = []): Promise<Fault[][]> {
    const use = { classifier: classifierCodes.field, pointer: '/fieldCode' };
    return this.judge(
      tx,
      codes.map((code, at) => ({ ...use, code, on: days[at] })),
    );
  }
}

async function mustExist(tx: EntityManager, code: string): Promise<Classifier> {
  const classifier = await tx.findOneBy(Classifier, { code });
  if (!classifier) throw missing('classifier');
  return classifier;
}

/** The code to read after, for lists ordered by it. */
export function afterItem(query: PageQuery): string {
  const [after = ''] = query.after === undefined ? [] : decodeCursor(query.after, [itemCodeShape]);
  return after;
}

/** The items behind codes on any day, in one query; in none where no code is asked for. */
async function find(tx: EntityManager, wanted: ItemKey[]): Promise<(day: string) => ItemLookup> {
  const distinct = new Map(wanted.map((key) => [keyOf(key), key]));
  const found = await publishedItems(tx, [...distinct.values()]);
  return (day) => (classifier, code) => itemOn(found.get(keyOf([classifier, code])) ?? [], day);
}
