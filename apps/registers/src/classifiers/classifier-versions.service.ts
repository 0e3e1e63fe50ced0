import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import {
  ClassifierChangedV1,
  ClassifierCreatedV1,
  ClassifierPublishedV1,
} from '@meistras/contracts/events/registers/classifier';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, invalid, missing } from '@meistras/platform/errors/domain-error';
import type { DomainError, Fault } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Classifier, ClassifierItem, ClassifierVersion } from './classifier.entity.js';
import { draftFaults, endingFaults, itemOf } from './classifier-version.rules.js';
import { itemFactsOf, mostVersions, toVersionDto } from './classifier-versions.dto.js';
import type {
  ClassifierVersionDto,
  CreateVersionDto,
  DraftItemDto,
  EndedItemDto,
  EndItemDto,
  VersionFactsDto,
} from './classifier-versions.dto.js';
import { periodOf, toClassifierDto, toClassifierItemDto } from './classifiers.dto.js';
import type { ClassifierDto, ClassifierItemDto, CreateClassifierDto } from './classifiers.dto.js';
import type { ItemFacts, VersionKey } from './classifier-version.rules.js';
import { allItemsOf, itemsOf, latestPublished, saveVersion, successorsIn } from './classifiers.queries.js';
import { afterItem } from './classifiers.service.js';
import { textIn } from '@meistras/platform/http/language.rules';
import type { Language } from '@meistras/platform/http/language.rules';

/** Which version is meant, and as which it was read. */
export type VersionRead = VersionKey & { version: number };

/** What officers do with code lists: draft, publish, end. Nothing published is taken back (R-REG-25). */
@Injectable()
export class ClassifierVersionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async create(dto: CreateClassifierDto, once: WriteOnce, language: Language): Promise<ClassifierDto> {
    const created = await this.idempotency.run(once, async (tx) => {
      const { parentClassifier = null } = dto;
      if (parentClassifier !== null && !(await tx.existsBy(Classifier, { code: parentClassifier })))
        throw invalidInput([{ pointer: '/parentClassifier', code: 'UNKNOWN_CODE', message: 'It is not there.' }]);
      const classifier: Classifier = {
        code: dto.code,
        id: this.ids.next(),
        version: 1,
        nameLt: dto.names.lt.normalize('NFC'),
        nameEn: dto.names.en.normalize('NFC'),
        nameVi: dto.names.vi?.normalize('NFC') ?? null,
        purpose: dto.purpose.normalize('NFC'),
        type: dto.type.normalize('NFC'),
        author: dto.author.normalize('NFC'),
        act: dto.act.normalize('NFC'),
        parentClassifier,
        origin: 'OFFICER',
        recordedAt: this.clock.now(),
      };
      await insertRows(tx, Classifier, [classifier]);
      const { id: classifierId, version, code } = classifier;
      await this.outbox.add(tx, ClassifierCreatedV1, { classifierId, version, code });
      return toClassifierDto({ ...classifier, inForce: null }, language);
    });
    // A repeated request may ask in another language than the first.
    return { ...created, name: textIn(created.names, language) ?? created.code };
  }

  async createVersion(code: string, dto: CreateVersionDto, once: WriteOnce): Promise<ClassifierVersionDto> {
    return this.idempotency.run(once, async (tx) => {
      await this.lockHead(tx, code);
      const draft: ClassifierVersion = {
        classifierCode: code,
        number: await nextNumber(tx, code),
        version: 1,
        state: 'DRAFT',
        ...factsOf(dto),
        origin: 'OFFICER',
        recordedAt: this.clock.now(),
        publishedAt: null,
      };
      await insertRows(tx, ClassifierVersion, [draft]);
      const latest = dto.copyItems === true ? await latestPublished(tx, code) : undefined;
      if (latest)
        await insertRows(
          tx,
          ClassifierItem,
          (await allItemsOf(tx, latest)).map((item) => itemOf(draft, item)),
        );
      return toVersionDto(draft);
    });
  }

  async get(code: string, number: number): Promise<ClassifierVersionDto> {
    return toVersionDto(await find(this.dataSource.manager, { classifierCode: code, number }));
  }

  async listItems(key: VersionKey, query: PageQuery, language: Language): Promise<Page<ClassifierItemDto>> {
    const { manager } = this.dataSource;
    const rows = await itemsOf(manager, await find(manager, key), { after: afterItem(query), limit: query.limit + 1 });
    return toPage(
      rows,
      query.limit,
      (row) => toClassifierItemDto(row, language),
      (row) => [row.code],
    );
  }

  async change(read: VersionRead, dto: VersionFactsDto): Promise<ClassifierVersionDto> {
    return this.dataSource.transaction(async (tx) => {
      const head = await this.lockHead(tx, read.classifierCode);
      const version = await this.lock(tx, read);
      const facts = factsOf(dto);
      if (version.state === 'PUBLISHED' && facts.validFrom !== version.validFrom)
        throw conflict('classifier-version-published', 'The first day of a published version stays.');
      const changed = await saveVersion(tx, this.clock.now(), { ...version, ...facts, origin: 'OFFICER' });
      if (version.state === 'PUBLISHED')
        await this.outbox.add(tx, ClassifierChangedV1, stateOf(await this.countUp(tx, head), changed));
      return toVersionDto(changed);
    });
  }

  async replaceItems(read: VersionRead, items: DraftItemDto[]): Promise<ClassifierVersionDto> {
    return this.dataSource.transaction(async (tx) => {
      const head = await this.lockHead(tx, read.classifierCode);
      const draft = await this.lock(tx, read);
      mustBeDraft(draft);
      let ordinal = 0;
      const facts = items.map((item) => {
        const fact = itemFactsOf(item, ordinal + 1);
        ordinal = fact.ordinal;
        return fact;
      });
      await mustBeSound(tx, head, draft, facts);
      await tx.delete(ClassifierItem, { classifierCode: draft.classifierCode, number: draft.number });
      await insertRows(
        tx,
        ClassifierItem,
        facts.map((each) => itemOf(draft, each)),
      );
      return toVersionDto(await saveVersion(tx, this.clock.now(), { ...draft, origin: 'OFFICER' }));
    });
  }

  /** The schema refuses a period that overlaps that of another published version: 409 `classifier-version-overlap`. */
  async publish(read: VersionRead): Promise<ClassifierVersionDto> {
    return this.dataSource.transaction(async (tx) => {
      const head = await this.lockHead(tx, read.classifierCode);
      const draft = await this.lock(tx, read);
      mustBeDraft(draft);
      const items = await allItemsOf(tx, draft);
      if (items.length === 0) throw invalid('classifier-version-empty', 'A version without items is not published.');
      await mustBeSound(tx, head, draft, items);
      const publishedAt = this.clock.now();
      const version = await saveVersion(tx, this.clock.now(), {
        ...draft,
        state: 'PUBLISHED',
        origin: 'OFFICER',
        publishedAt,
      });
      await this.outbox.add(tx, ClassifierPublishedV1, stateOf(await this.countUp(tx, head), version));
      return toVersionDto(version);
    });
  }

  async endItem(read: VersionRead & { itemCode: string }, dto: EndItemDto, language: Language): Promise<EndedItemDto> {
    return this.dataSource.transaction(async (tx) => {
      const { classifierCode, number, itemCode } = read;
      const head = await this.lockHead(tx, classifierCode);
      const version = await this.lock(tx, read);
      if (version.state !== 'PUBLISHED')
        throw conflict('classifier-version-draft', 'It is a draft: replace its items instead.');
      const item = await tx.findOneBy(ClassifierItem, { classifierCode, number, code: itemCode });
      if (!item) throw missing('item of a classifier');
      const end = { validTo: dto.validTo, replacedBy: dto.replacedBy ?? null };
      const faults = endingFaults(item, version, end, await successorsIn(tx, classifierCode));
      if (faults.length > 0) throw invalidInput(faults);
      if (item.validTo === end.validTo && item.replacedBy === end.replacedBy)
        return { ...toClassifierItemDto(item, language), version: version.version };
      const ended: ClassifierItem = { ...item, ...end, origin: 'OFFICER' };
      await updateRows(tx, ClassifierItem, [ended]);
      const saved = await saveVersion(tx, this.clock.now(), version);
      const state = { ...stateOf(await this.countUp(tx, head), saved), itemCode };
      await this.outbox.add(tx, ClassifierChangedV1, state);
      return { ...toClassifierItemDto(ended, language), version: saved.version };
    });
  }

  /** Everything that changes a classifier waits here for its turn. */
  private async lockHead(tx: EntityManager, code: string): Promise<Classifier> {
    const head = await tx.findOne(Classifier, { where: { code }, lock: { mode: 'pessimistic_write' } });
    if (!head) throw missing('classifier');
    return head;
  }

  private async lock(tx: EntityManager, { classifierCode, number, version }: VersionRead): Promise<ClassifierVersion> {
    const found = await find(tx, { classifierCode, number });
    mustBeCurrent(found, version);
    return found;
  }

  private async countUp(tx: EntityManager, head: Classifier): Promise<Classifier> {
    const counted = { ...head, version: head.version + 1 };
    await tx.update(Classifier, { code: head.code }, { version: counted.version });
    return counted;
  }
}

async function find(tx: EntityManager, { classifierCode, number }: VersionKey): Promise<ClassifierVersion> {
  const version = await tx.findOneBy(ClassifierVersion, { classifierCode, number });
  if (!version) throw missing('version of a classifier');
  return version;
}

async function nextNumber(tx: EntityManager, code: string): Promise<number> {
  const newest = await tx.maximum(ClassifierVersion, 'number', { classifierCode: code });
  if (newest !== null && newest >= mostVersions) throw conflict('classifier-versions', 'It has too many versions.');
  return (newest ?? 0) + 1;
}

function mustBeDraft({ state }: ClassifierVersion): void {
  if (state !== 'DRAFT') throw conflict('classifier-version-published', 'The version is published; begin another one.');
}

const invalidInput = (faults: Fault[]): DomainError => invalid('invalid-input', 'The body has faults.', faults);

/** A long list may have a fault in every item; this many are enough to begin with. */
const mostFaults = 500;

/** A successor may be an item of another version, a parent one of another classifier. */
async function mustBeSound(
  tx: EntityManager,
  { code, parentClassifier }: Classifier,
  { number }: VersionKey,
  items: ItemFacts[],
): Promise<void> {
  const others = new Set((await successorsIn(tx, code, number)).keys());
  const parents = parentClassifier === null ? undefined : new Set((await successorsIn(tx, parentClassifier)).keys());
  const faults = draftFaults(items, others, parents);
  if (faults.length > 0)
    throw invalid('classifier-items', `The items have ${faults.length} faults.`, faults.slice(0, mostFaults));
}

function factsOf(dto: VersionFactsDto): Pick<ClassifierVersion, 'validFrom' | 'validTo' | 'act'> {
  const { validFrom = null, validTo = null, act } = dto;
  if (validFrom !== null && validTo !== null && validTo <= validFrom)
    throw invalidInput([{ pointer: '/validTo', code: 'PERIOD', message: 'It must be after the first day.' }]);
  return { validFrom, validTo, act: act.normalize('NFC') };
}

function stateOf(head: Classifier, version: ClassifierVersion): ClassifierChangedV1 {
  const { id: classifierId, version: counted, code } = head;
  return { classifierId, version: counted, code, number: version.number, ...periodOf(version) };
}
