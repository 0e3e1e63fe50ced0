import type { Fault } from '@meistras/platform/errors/domain-error';
import type { ClassifierItem } from './classifier.entity.js';

/** The code lists that the register's own fields refer to. */
export const classifierCodes = { field: 'KL_ISCED_F', county: 'KL_COUNTY', municipality: 'KL_MUNICIPALITY' } as const;

/** A draft is published once and for all (registers.md, section 4). */
export const versionStates = ['DRAFT', 'PUBLISHED'] as const;
export type VersionState = (typeof versionStates)[number];

/** Who said it last: a file of the release, or an officer, whose word a later release leaves alone. */
export type Origin = 'RELEASE' | 'OFFICER';

export type JudgedItem = Pick<ClassifierItem, 'parentCode' | 'validFrom' | 'validTo' | 'replacedBy'>;

/** An item as one of the published versions has it. */
export interface VersionedItem {
  item: JudgedItem;
  validFrom: string | null;
  validTo: string | null;
}
export type ItemLookup = (classifier: string, code: string) => JudgedItem | undefined;

export interface Place {
  countyCode?: string;
  municipalityCode?: string;
}

/** The item of a code on a day: as the version in force has it; else as it last was before the day; else as it first will be. */
export function itemOn(versions: VersionedItem[], day: string): JudgedItem | undefined {
  const items = versions.map(itemWithin);
  const holds = items.find((item) => startsBy(item, day) && (item.validTo === null || day < item.validTo));
  if (holds) return holds;
  const before = items.filter((item) => startsBy(item, day));
  const [last] = before.sort((a, b) => ((a.validTo ?? '') < (b.validTo ?? '') ? 1 : -1));
  return last ?? items[0];
}

const startsBy = ({ validFrom }: JudgedItem, day: string): boolean => validFrom === null || validFrom <= day;

/** The item with the days on which both it and its version hold. */
function itemWithin({ item, validFrom, validTo }: VersionedItem): JudgedItem {
  const from = [item.validFrom, validFrom].filter((day) => day !== null).sort();
  const to = [item.validTo, validTo].filter((day) => day !== null).sort();
  return { ...item, validFrom: from.at(-1) ?? null, validTo: to[0] ?? null };
}

/** Whether a code may be used on a day; names the successor of one that has ended (registers.md, section 8). */
export function itemFaults(item: JudgedItem | undefined, code: string, pointer: string, day: string): Fault[] {
  if (!item || (item.validFrom !== null && day < item.validFrom))
    return [{ pointer, code: 'UNKNOWN_CODE', message: `${code} is not in the classifier.` }];
  if (item.validTo === null || day < item.validTo) return [];
  const successor = item.replacedBy === null ? '' : ` Use ${item.replacedBy}.`;
  return [{ pointer, code: 'ENDED_CODE', message: `${code} ended on ${item.validTo}.${successor}` }];
}

/** Only Lithuania's own places are in the classifiers; other countries' codes are kept as they come. */
export const isOurs = (code: string | undefined): boolean => code?.startsWith('LT-') === true;

const countryOf = (code: string): string => code.slice(0, 2);

/** Checks the codes of a place. A municipality fixes its county. */
export function placeFaults({ countyCode, municipalityCode }: Place, look: ItemLookup, day: string): Fault[] {
  const faults: Fault[] = [];
  const [county, municipality] = [classifierCodes.county, classifierCodes.municipality];
  if (countyCode !== undefined && isOurs(countyCode))
    faults.push(...itemFaults(look(county, countyCode), countyCode, '/countyCode', day));
  if (municipalityCode === undefined) return faults;
  if (isOurs(municipalityCode)) {
    const item = look(municipality, municipalityCode);
    faults.push(...itemFaults(item, municipalityCode, '/municipalityCode', day));
    if (item && countyCode !== undefined && countyCode !== item.parentCode)
      faults.push(mismatch(`${municipalityCode} lies in ${item.parentCode ?? 'no county'}.`));
  } else if (countyCode !== undefined && countryOf(countyCode) !== countryOf(municipalityCode)) {
    faults.push(mismatch(`${municipalityCode} lies in another country.`));
  }
  return faults;
}

const mismatch = (message: string): Fault => ({ pointer: '/countyCode', code: 'COUNTY_MISMATCH', message });

/** The county of a place: as given, else the one that its municipality fixes. */
export function countyOf({ countyCode, municipalityCode }: Place, look: ItemLookup): string | undefined {
  if (countyCode !== undefined || municipalityCode === undefined || !isOurs(municipalityCode)) return countyCode;
  return look(classifierCodes.municipality, municipalityCode)?.parentCode ?? undefined;
}
