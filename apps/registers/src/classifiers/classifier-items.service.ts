import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { upsertRows } from '@meistras/platform/database/rows';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { RowOutcome } from '@meistras/platform/imports/import-kind';
import { Clock } from '@meistras/platform/time/clock';
import { Classifier, ClassifierItem, ClassifierVersion } from './classifier.entity.js';
import { rowFactsOf } from './classifier-items.dto.js';
import type { DraftItemRow } from './classifier-items.dto.js';
import { endFaults, itemOf } from './classifier-version.rules.js';
import { mostItems } from './classifier-versions.dto.js';
import { allItemsOf, saveVersion } from './classifiers.queries.js';

/** Items of drafts in bulk. */
@Injectable()
export class ClassifierItemsService {
  constructor(private readonly clock: Clock) {}

  /** Puts rows of an import into their drafts. What a row refers to may come later: publishing looks at the whole. */
  async storeAll(tx: EntityManager, rows: DraftItemRow[]): Promise<RowOutcome[]> {
    const outcomes = new Map<DraftItemRow, RowOutcome>();
    for (const ofDraft of groupsOf(rows, (row) => `${row.classifierCode} ${row.number}`))
      for (const [row, outcome] of await this.storeInto(tx, ofDraft)) outcomes.set(row, outcome);
    return rows.map((row) => outcomes.get(row) ?? []);
  }

  private async storeInto(tx: EntityManager, rows: DraftItemRow[]): Promise<Map<DraftItemRow, RowOutcome>> {
    const [first] = rows;
    if (!first) return new Map();
    const { classifierCode, number } = first;
    const head = await tx.findOne(Classifier, { where: { code: classifierCode }, lock: { mode: 'pessimistic_write' } });
    const draft = head && (await tx.findOneBy(ClassifierVersion, { classifierCode, number }));
    if (draft?.state !== 'DRAFT') return new Map(rows.map((row) => [row, [noDraft(row, draft !== null)]]));
    const stored = new Map((await allItemsOf(tx, draft)).map((item) => [item.code, item]));
    let count = stored.size;
    const written = new Map<string, ClassifierItem>();
    const outcomes = new Map<DraftItemRow, RowOutcome>();
    let last = Math.max(0, ...[...stored.values()].map(({ ordinal }) => ordinal));
    for (const row of rows) {
      const current = written.get(row.code) ?? stored.get(row.code);
      const facts = rowFactsOf(row, current?.ordinal ?? last + 1);
      const faults = endFaults(facts);
      if (!current && count >= mostItems) faults.push(tooMany);
      outcomes.set(row, faults);
      if (faults.length > 0) continue;
      last = Math.max(last, facts.ordinal);
      if (!current) count += 1;
      const item = itemOf(draft, facts);
      outcomes.set(row, current ? (isDeepStrictEqual({ ...current }, item) ? 'unchanged' : 'updated') : 'created');
      if (outcomes.get(row) !== 'unchanged') written.set(row.code, item);
    }
    if (written.size === 0) return outcomes;
    await upsertRows(tx, ClassifierItem, [...written.values()]);
    await saveVersion(tx, this.clock.now(), { ...draft, origin: 'OFFICER' });
    return outcomes;
  }
}

const tooMany: Fault = {
  pointer: '',
  code: 'TOO_MANY_ITEMS',
  message: `A version has at most ${mostItems} items.`,
};

function noDraft({ classifierCode, number }: DraftItemRow, isThere: boolean): Fault {
  const name = `Version ${number} of ${classifierCode}`;
  return isThere
    ? { pointer: '/number', code: 'PUBLISHED', message: `${name} is published; begin another one.` }
    : { pointer: '/number', code: 'UNKNOWN_VERSION', message: `${name} is not there.` };
}

/** Rows with the same key together, in order. */
function groupsOf<Row>(rows: Row[], keyOf: (row: Row) => string): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
}
