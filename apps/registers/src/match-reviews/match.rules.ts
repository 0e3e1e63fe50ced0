/** What persons are compared by; names without case and accents. */
export interface Compared {
  id: string;
  givenNameKey: string;
  familyNameKey: string;
  birthOn: string;
  sex: string;
  homeMunicipalityCode: string | null;
  /** Holds a personal code. Two codes are two persons: nobody has more than one. */
  coded: boolean;
}

export const matchGrounds = [
  ...(['NAMES_SWAPPED', 'SIMILAR_NAME', 'OTHER_FAMILY_NAME', 'DAY_AND_MONTH_SWAPPED'] as const),
  'PERSONAL_CODE',
] as const;
/**
 * In what two entries differ that may be of one person. None: they are equal. `PERSONAL_CODE`: both were stated with one
 * code, while one of them was protected.
 */
export type MatchGround = (typeof matchGrounds)[number];

export interface Match {
  /** 0 to 1: how alike given names and family names are, the less alike of the two. */
  similarity: number;
  grounds: MatchGround[];
}

/** [PP reg.dedupe.threshold] and beside it whether a woman's other family name is thought of. */
export interface MatchPolicy {
  threshold: number;
  otherFamilyName: boolean;
}

/** One letter wrong, missing, doubled or changed places with the next: how alike such names are held to be. */
const mistyped = 0.95;

/**
 * Whether two entries may be of one person (R-REG-29): names alike, given and family name perhaps in each other's place,
 * the same sex and the same birth date, or one with day and month swapped. A woman's family name may be another one by
 * marriage: then all else must agree, her municipality too. Undefined when they may not.
 */
export function compare(a: Compared, b: Compared, policy: MatchPolicy): Match | undefined {
  if ((a.coded && b.coded) || a.sex !== b.sex) return undefined;
  const sameDay = a.birthOn === b.birthOn;
  if (!sameDay && swappedDay(a.birthOn) !== b.birthOn) return undefined;
  const straight = Math.min(alike(a.givenNameKey, b.givenNameKey), alikeFamily(a.familyNameKey, b.familyNameKey));
  const swapped = Math.min(alikeFamily(a.givenNameKey, b.familyNameKey), alikeFamily(a.familyNameKey, b.givenNameKey));
  const grounds: MatchGround[] = [];
  let similarity = Math.max(straight, swapped);
  if (similarity >= policy.threshold) {
    if (swapped > straight) grounds.push('NAMES_SWAPPED');
    if (similarity < 1) grounds.push('SIMILAR_NAME');
  } else {
    similarity = policy.otherFamilyName && mayBeRenamed(a, b) ? alikeGiven(a, b) : 0;
    if (similarity < policy.threshold) return undefined;
    grounds.push('OTHER_FAMILY_NAME');
  }
  if (!sameDay) grounds.push('DAY_AND_MONTH_SWAPPED');
  return { similarity, grounds };
}

/** The birth date with day and month in each other's place; undefined where that is no other date. */
export function swappedDay(day: string): string | undefined {
  const [year, month, date] = day.split('-');
  return Number(date) > 12 || date === month ? undefined : `${year}-${date}-${month}`;
}

function mayBeRenamed(a: Compared, b: Compared): boolean {
  const { sex, birthOn, homeMunicipalityCode: home } = a;
  return sex === 'F' && birthOn === b.birthOn && home !== null && home === b.homeMunicipalityCode;
}

/** The given names, wherever they were written. */
function alikeGiven(a: Compared, b: Compared): number {
  const [given, other] = [a.givenNameKey, b.givenNameKey];
  return Math.max(alike(given, other), alike(given, b.familyNameKey), alike(a.familyNameKey, other));
}

/** Family names of which one is a part of the other are alike: `Petraitytė` and `Petraitytė-Kazlauskienė`. */
function alikeFamily(a: string, b: string): number {
  const [parts, others] = [a.split(/[ -]+/), b.split(/[ -]+/)];
  if (parts.length === others.length) return alike(a, b);
  const [few, many] = parts.length < others.length ? [parts, others] : [others, parts];
  const nearest = few.map((part) => Math.max(...many.map((other) => alike(part, other))));
  return Math.min(mistyped, ...nearest);
}

/** 0 to 1: equal, mistyped, or as alike as Jaro and Winkler count it. */
export function alike(a: string, b: string): number {
  if (a === b) return 1;
  const similarity = jaroWinkler(a, b);
  return similarity < mistyped && isMistyped(a, b) ? mistyped : similarity;
}

/** One edit apart: a letter put in, left out, replaced, or changed places with the next. Of names of three letters and more. */
function isMistyped(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 3) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const [left, right] = [endA - from, endB - from];
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[from] === b[from + 1] && a[from + 1] === b[from];
}

/** W. E. Winkler, String Comparator Metrics (1990): Jaro's similarity, raised by a common beginning of up to four letters. */
export function jaroWinkler(a: string, b: string): number {
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const common: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    for (let j = Math.max(0, i - reach); j <= Math.min(b.length - 1, i + reach); j += 1) {
      if (taken[j] === 1 || a[i] !== b[j]) continue;
      taken[j] = 1;
      common.push(a[i]!);
      break;
    }
  }
  if (common.length === 0) return 0;
  let [at, moved] = [0, 0];
  for (let j = 0; j < b.length; j += 1) if (taken[j] === 1 && b[j] !== common[at++]) moved += 1;
  const m = common.length;
  const jaro = (m / a.length + m / b.length + (m - moved / 2) / m) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}
