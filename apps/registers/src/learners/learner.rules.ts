import type { Fault } from '@meistras/platform/errors/domain-error';
import { readPersonalCode } from './personal-code.rules.js';

export const sexes = ['F', 'M'] as const;
export type Sex = (typeof sexes)[number];

/** Country of origin (kilmė): this state, or another one. */
export const origins = ['NATIONAL', 'FOREIGN'] as const;
export type Origin = (typeof origins)[number];

/** Kind of the home settlement. */
export const settlementTypes = ['URBAN', 'RURAL'] as const;
export type SettlementType = (typeof settlementTypes)[number];

/** What a request says of a person; a dated personal code may say the rest. */
export interface StatedPerson {
  personalCode?: string | undefined;
  birthOn?: string | undefined;
  sex?: Sex | undefined;
}

export interface Person {
  birthOn: string;
  sex: Sex;
}

const required = (pointer: string): Fault => ({
  pointer,
  code: 'REQUIRED',
  message: 'It is needed: no personal code says it.',
});

/**
 * The birth date and sex of a person. Without a personal code, and with one that carries no date (G = 9), they must be
 * given; where both say them they must agree (registers.md, section 8). `personalCode` is a valid one.
 */
export function judgePerson({ personalCode, birthOn, sex }: StatedPerson, today: string): Person | Fault[] {
  const read = personalCode === undefined ? {} : readPersonalCode(personalCode);
  const faults: Fault[] = [];
  if (read.birthOn !== undefined && birthOn !== undefined && read.birthOn !== birthOn)
    faults.push(...differs('/birthOn', 'The birth date'));
  if (read.sex !== undefined && sex !== undefined && read.sex !== sex) faults.push(...differs('/sex', 'The sex'));
  const person = { birthOn: birthOn ?? read.birthOn, sex: sex ?? read.sex };
  if (person.birthOn === undefined) faults.push(required('/birthOn'));
  else if (person.birthOn > today)
    faults.push({ pointer: '/birthOn', code: 'IN_FUTURE', message: 'The birth date is in the future.' });
  if (person.sex === undefined) faults.push(required('/sex'));
  return faults.length > 0 ? faults : (person as Person);
}

function differs(pointer: string, what: string): Fault[] {
  const fault = { code: 'CODE_DIFFERS', message: `${what} and the personal code do not agree.` };
  return [
    { pointer: '/personalCode', ...fault },
    { pointer, ...fault },
  ];
}

/** Letters that Unicode does not decompose into a letter and its mark. */
const undecomposed: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
};

/** Names that were folded: a country's names are some ten thousand, those of its people millions. */
const folded = new Map<string, string>();
const mostFolded = 20_000;

/** A name without case and accents: `Žvirblytė` and `zvirblyte` are found by each other. */
export function searchKey(name: string): string {
  let key = folded.get(name);
  if (key === undefined) {
    if (folded.size >= mostFolded) folded.clear();
    folded.set(name, (key = fold(name)));
  }
  return key;
}

function fold(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[łøđðþßæœı]/g, (letter) => undecomposed[letter] ?? letter);
}
