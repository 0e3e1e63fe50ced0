import type { Fault } from '@meistras/platform/errors/domain-error';
import type { ClassifierItem } from './classifier.entity.js';

/** The code lists that the register's own fields refer to. */
export const classifierCodes = { field: 'KL_ISCED_F', county: 'KL_COUNTY', municipality: 'KL_MUNICIPALITY' } as const;
export type ClassifierCode = (typeof classifierCodes)[keyof typeof classifierCodes];

export type JudgedItem = Pick<ClassifierItem, 'parentCode' | 'validFrom' | 'validTo' | 'replacedBy'>;
export type ItemLookup = (classifier: ClassifierCode, code: string) => JudgedItem | undefined;

export interface Place {
  countyCode?: string;
  municipalityCode?: string;
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
