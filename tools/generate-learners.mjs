// Learners who do not exist, as many as wanted, the same for the same seed: for benchmarks and for tests of finding duplicates.
import {
  endings,
  familyNames,
  givenNamesOfMen,
  givenNamesOfWomen,
  ofDaughter,
  ofWife,
  stems,
} from './lithuanian-names.mjs';
import { seeded, weighted } from './demo/random.mjs';

/** Test codes use these serials of a day, which are unlikely to be issued; when a day has no more, codes without a date. */
const serials = { first: 990, count: 10 };
const firstDay = Date.UTC(1955, 0, 1);
const lastDay = Date.UTC(2012, 7, 31);
const youngFrom = Date.UTC(2002, 0, 1);
const dayMs = 86_400_000;
const withoutCode = 0.04;
/** Of how many of the last persons a duplicate may be. */
const remembered = 5_000;

/**
 * Rows as `POST /registers/v1/learners` takes them, and beside that `truth`, the number of the person (the same for all rows
 * of a person), and `faults`, what is wrong with a duplicate. Constant memory.
 * @param {{ count: number, seed?: number, duplicatesShare?: number }} what rows, and the share of them that are duplicates
 */
export async function* learners({ count, seed = 1, duplicatesShare = 0 }) {
  yield* learnerRows({ count, seed, duplicatesShare });
}

/** The same for those who wait for nothing. */
export function* learnerRows({ count, seed = 1, duplicatesShare = 0 }) {
  const random = seeded(seed);
  const person = persons(random);
  const faulty = faults(random);
  const last = [];
  for (let made = 0, truth = 0; made < count; made += 1) {
    if (last.length > 0 && random() < duplicatesShare) {
      yield faulty(last[Math.floor(random() * last.length)]);
      continue;
    }
    const row = { ...person(), truth, faults: [] };
    last[truth % remembered] = row;
    truth += 1;
    yield row;
  }
}

/** Makes a new person at each call. */
function persons(random) {
  const draw = (list) => {
    const at = weighted(
      list.map(({ weight }) => weight),
      random,
    );
    return () => list[at()].name;
  };
  const given = { M: draw(givenNamesOfMen), F: draw(givenNamesOfWomen) };
  const [known, ending] = [draw(familyNames), draw(endings)];
  const code = codes(random);
  const family = () => (random() < 0.35 ? known() : stems[Math.floor(random() * stems.length)] + ending());
  return () => {
    const sex = random() < 0.55 ? 'M' : 'F';
    // Most learners of vocational schools are young; a quarter are grown up.
    const from = random() < 0.75 ? youngFrom : firstDay;
    const born = from + Math.floor((random() * (lastDay - from)) / dayMs) * dayMs;
    const name = family();
    const married = born < youngFrom && random() < 0.6;
    const row = {
      givenName: given[sex]() + (random() < 0.04 ? ` ${given[sex]()}` : ''),
      familyName: sex === 'M' ? name : married ? ofWife(name) : ofDaughter(name),
      birthOn: new Date(born).toISOString().slice(0, 10),
      sex,
    };
    if (random() >= withoutCode) row.personalCode = code(row, born);
    if (random() < 0.9) row.homeMunicipalityCode = `LT-${String(1 + Math.floor(random() * 60)).padStart(2, '0')}`;
    return row;
  };
}

/** Valid personal codes (F-REG-1), each once. */
function codes(random) {
  const used = new Uint8Array(2 * ((lastDay - firstDay) / dayMs + 1));
  let undated = Math.floor(random() * 1_000_000);
  return ({ birthOn, sex }, born) => {
    const at = 2 * ((born - firstDay) / dayMs) + (sex === 'M' ? 1 : 0);
    const taken = used[at];
    if (taken === serials.count) return withCheckDigit(`9${String((undated += 1)).padStart(9, '0')}`);
    used[at] += 1;
    const century = (Number(birthOn.slice(0, 2)) - 18) * 2 + (sex === 'M' ? 1 : 2);
    return withCheckDigit(`${century}${birthOn.slice(2).replaceAll('-', '')}${serials.first + taken}`);
  };
}

function withCheckDigit(digits) {
  const remainder = (weights) => weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11;
  const first = remainder([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
  return digits + (first < 10 ? first : remainder([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 10);
}

/** The same person as another office writes it down: with one fault or two, and mostly without the code. */
function faults(random) {
  const kinds = Object.entries({
    TYPO: mistype,
    LOST_DIACRITICS: loseDiacritics,
    SWAPPED_NAMES: swapNames,
    OTHER_FAMILY_NAME: renameFamily,
    SWAPPED_DAY_AND_MONTH: swapDayAndMonth,
  });
  return (person) => {
    let row = { ...person, faults: [] };
    const wanted = random() < 0.7 ? 1 : 2;
    for (let tries = 0; row.faults.length < wanted && tries < 20; tries += 1) {
      const [name, spoil] = kinds[Math.floor(random() * kinds.length)];
      const spoilt = row.faults.includes(name) ? undefined : spoil(row, random);
      if (spoilt) row = { ...row, ...spoilt, faults: [...row.faults, name] };
    }
    // A code that disagrees with the birth date would be refused; one that agrees would find the person by itself.
    if (row.personalCode !== undefined && (row.birthOn !== person.birthOn || random() < 0.9)) {
      delete row.personalCode;
      row.faults.push('MISSING_CODE');
    }
    return row;
  };
}

const letters = 'aeioustrlnkmpvdgbjz';

/** A letter is wrong, missing, twice, or changed places with the next. */
function mistype(row, random) {
  const property = random() < 0.5 ? 'givenName' : 'familyName';
  const name = row[property];
  const at = 1 + Math.floor(random() * (name.length - 2));
  const [head, letter, tail] = [name.slice(0, at), name[at], name.slice(at + 1)];
  const other = letters[Math.floor(random() * letters.length)];
  const typed = [
    head + other + tail,
    head + tail,
    head + letter + letter + tail,
    head + tail[0] + letter + tail.slice(1),
  ];
  const wrong = typed[Math.floor(random() * typed.length)];
  return wrong === name || wrong.includes(' ') !== name.includes(' ') ? undefined : { [property]: wrong };
}

function loseDiacritics({ givenName, familyName }) {
  const plain = (name) => name.normalize('NFD').replaceAll(/\p{M}/gu, '');
  const lost = { givenName: plain(givenName), familyName: plain(familyName) };
  return lost.givenName === givenName && lost.familyName === familyName ? undefined : lost;
}

function swapNames({ givenName, familyName }) {
  return { givenName: familyName, familyName: givenName };
}

/** Married, or two names for one. */
function renameFamily({ familyName, sex }, random) {
  const name = familyNames[Math.floor(random() * familyNames.length)].name;
  if (sex === 'M') return { familyName: `${familyName}-${name}` };
  return { familyName: random() < 0.5 ? ofWife(name) : `${familyName}-${ofWife(name)}` };
}

function swapDayAndMonth({ birthOn }) {
  const [year, month, day] = birthOn.split('-');
  return Number(day) > 12 || day === month ? undefined : { birthOn: `${year}-${day}-${month}` };
}
