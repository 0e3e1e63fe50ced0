import type { Fault } from '@meistras/platform/errors/domain-error';
import type { ClassifierItem } from './classifier.entity.js';
import { searchKeyOf } from '@meistras/platform/http/language.rules';

/** What an item says, without where it stands. */
export type ItemFacts = Omit<ClassifierItem, 'classifierCode' | 'number' | 'searchKey' | 'origin'>;
export type VersionKey = Pick<ClassifierItem, 'classifierCode' | 'number'>;

/** An item as it stands in a version, said by an officer. */
export function itemOf({ classifierCode, number }: VersionKey, facts: ItemFacts): ClassifierItem {
  const { code, nameLt, nameEn, nameVi } = facts;
  return { ...facts, classifierCode, number, searchKey: searchKeyOf(code, nameLt, nameEn, nameVi), origin: 'OFFICER' };
}

type Linked = Pick<ItemFacts, 'code' | 'parentCode' | 'validFrom' | 'validTo' | 'replacedBy'>;

const fault = (pointer: string, code: string, message: string): Fault => ({ pointer, code, message });

/**
 * What keeps the items of a draft from being published: codes twice, parents that are not there, circles, successors of
 * what does not end. `known` are the codes of the classifier's other versions: a successor may be one of them. `parents`
 * are those of another classifier, where the items above are there.
 */
export function draftFaults(items: Linked[], known: ReadonlySet<string>, parents?: ReadonlySet<string>): Fault[] {
  const byCode = new Map(items.map((item) => [item.code, item]));
  const first = new Map<string, number>();
  return items.flatMap((item, at) => {
    const faults: Fault[] = [];
    const say = (field: string, code: string, message: string): void =>
      void faults.push(fault(`/items/${at}/${field}`, code, message));
    const { code, parentCode, replacedBy } = item;
    if (first.has(code)) say('code', 'CODE_TWICE', `${code} stands twice.`);
    else first.set(code, at);
    if (parentCode !== null && !(parents ?? byCode).has(parentCode))
      say('parentCode', 'UNKNOWN_CODE', `${parentCode} is not there.`);
    else if (!parents && inCircle(code, (each) => byCode.get(each)?.parentCode))
      say('parentCode', 'CIRCLE', `${code} is above itself.`);
    faults.push(...endFaults(item, `/items/${at}`));
    if (replacedBy !== null && !byCode.has(replacedBy) && !known.has(replacedBy))
      say('replacedBy', 'UNKNOWN_CODE', `${replacedBy} is not there.`);
    else if (inCircle(code, (each) => byCode.get(each)?.replacedBy))
      say('replacedBy', 'CIRCLE', `${code} would succeed itself.`);
    return faults;
  });
}

/** What one item says wrongly of its own days, whatever stands beside it. */
export function endFaults({ validFrom, validTo, replacedBy }: Omit<Linked, 'code' | 'parentCode'>, at = ''): Fault[] {
  const faults: Fault[] = [];
  if (validFrom !== null && validTo !== null && validTo <= validFrom)
    faults.push(fault(`${at}/validTo`, 'PERIOD', 'It must be after the first day.'));
  if (replacedBy !== null && validTo === null)
    faults.push(fault(`${at}/replacedBy`, 'SUCCESSOR_WITHOUT_END', 'Only an item that ends has a successor.'));
  return faults;
}

/** Whether a chain that starts at a code comes back to it. */
function inCircle(code: string, next: (code: string) => string | null | undefined): boolean {
  const seen = new Set<string>();
  let each = next(code);
  while (each !== null && each !== undefined && !seen.has(each)) {
    if (each === code) return true;
    seen.add(each);
    each = next(each);
  }
  return false;
}

/** What is wrong with ending an item of a published version (R-REG-25). */
export function endingFaults(
  item: Linked,
  version: { validFrom: string | null; validTo: string | null },
  end: { validTo: string; replacedBy: string | null },
  successors: ReadonlyMap<string, string | null>,
): Fault[] {
  const { validTo, replacedBy } = end;
  const faults: Fault[] = [];
  const from = item.validFrom ?? version.validFrom;
  if (from !== null && validTo <= from) faults.push(fault('/validTo', 'PERIOD', `It must be after ${from}.`));
  if (version.validTo !== null && validTo > version.validTo)
    faults.push(fault('/validTo', 'PERIOD', `The version ends on ${version.validTo}.`));
  if (replacedBy === null) return faults;
  const chain = new Map([...successors, [item.code, replacedBy]]);
  if (!successors.has(replacedBy)) faults.push(fault('/replacedBy', 'UNKNOWN_CODE', `${replacedBy} is not there.`));
  else if (inCircle(item.code, (each) => chain.get(each)))
    faults.push(fault('/replacedBy', 'CIRCLE', `${item.code} would succeed itself.`));
  return faults;
}

export const changeKinds = ['ADDED', 'REMOVED', 'CHANGED'] as const;

/** How an item differs from the version before. */
export interface ItemDifference<Item extends ItemFacts = ItemFacts> {
  kind: (typeof changeKinds)[number];
  code: string;
  before?: Item;
  after?: Item;
  /** Names of the facts that changed. */
  fields: (keyof ItemFacts)[];
}

/** Order and place are not content: an item moved down by a new one before it has not changed. */
const compared: (keyof ItemFacts)[] = [
  'parentCode',
  'nameLt',
  'nameEn',
  'nameVi',
  'descriptionLt',
  'descriptionEn',
  'descriptionVi',
  'validFrom',
  'validTo',
  'replacedBy',
];

/** What was added, removed and changed between two versions, by code. */
export function differenceOf<Item extends ItemFacts>(before: Item[], after: Item[]): ItemDifference<Item>[] {
  const old = new Map(before.map((item) => [item.code, item]));
  const now = new Map(after.map((item) => [item.code, item]));
  const codes = [...new Set([...old.keys(), ...now.keys()])].sort();
  return codes.flatMap((code): ItemDifference<Item>[] => {
    const [was, is] = [old.get(code), now.get(code)];
    if (!was) return is ? [{ kind: 'ADDED', code, after: is, fields: [] }] : [];
    if (!is) return [{ kind: 'REMOVED', code, before: was, fields: [] }];
    const fields = compared.filter((field) => was[field] !== is[field]);
    return fields.length === 0 ? [] : [{ kind: 'CHANGED', code, before: was, after: is, fields }];
  });
}
