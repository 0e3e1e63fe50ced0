import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readerOf, readSlowly } from '@meistras/platform/imports/row-reader';
import { DraftItemRow } from '../src/classifiers/classifier-items.dto.js';
import { RegisterEmployerDto } from '../src/employers/employers.dto.js';
import { RegisterInstitutionDto } from '../src/institutions/institutions.dto.js';
import { LearnerRow } from '../src/learners/learners.reading.js';
import { RegisterNonFormalProgrammeDto } from '../src/non-formal-programmes/non-formal-programmes.dto.js';
import { RegisterProgrammeDto } from '../src/programmes/programmes.dto.js';
import { aJarCode, aLearner, anInstitution, aPersonalCode, aProgramme } from './builders.js';

type Plain = Record<string, unknown>;

const module = { code: 'M1', name: 'M', kind: 'GENERAL', mandatory: true, credits: 1 };
const place = { municipalityCode: 'LT-16', countyCode: 'LT-KU' };
const terms = { validFrom: '2026-09-01', legalBasis: 'V-1', reason: 'r' };

/** Every kind of rows that the service imports, with a row that is good and says as much as it may. */
const kinds: [string, new () => object, () => Plain][] = [
  [
    'learners',
    LearnerRow,
    () => ({ ...aLearner({ personalCode: ` ${aPersonalCode()} ` }), ...terms, institutionCode: '1' }),
  ],
  ['institutions', RegisterInstitutionDto, () => ({ ...anInstitution(), ...terms, ...place })],
  ['programmes', RegisterProgrammeDto, () => ({ ...aProgramme(), ...terms, nameEn: 'N', modules: [module] })],
  ['employers', RegisterEmployerDto, () => ({ codeScheme: 'JAR', code: aJarCode(), name: 'E', ...terms })],
  [
    'non-formal-programmes',
    RegisterNonFormalProgrammeDto,
    () => ({
      ...{ code: 'NF-1', name: 'N', purpose: 'PROFESSIONAL_DEVELOPMENT', municipalityCode: 'LT-16', hours: 8 },
      ...{ providerScheme: 'JAR', providerCode: aJarCode(), ...terms },
    }),
  ],
  [
    'classifier-items',
    DraftItemRow,
    () => ({ classifierCode: 'KL_X', number: 1, code: 'A', nameLt: 'A', nameEn: 'A', ordinal: 1 }),
  ],
];

/** Values as files have them, most of them wrong where they stand. */
const value = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.constantFrom('', ' ', 'LT-16', '2026-09-01', '2026-02-30', 'F', 'JAR', 'P43061301', '0613', 'x'.repeat(251)),
  fc.constantFrom('HIGHER', 'URBAN', 'INITIAL', '50905149902', '188603091', '0198c0de-0000-7000-8000-00000000ffff'),
  fc.double(),
  fc.integer({ min: -2, max: 1_001 }),
  fc.boolean(),
  fc.constantFrom(null, undefined, [], [null], {}, [module], [{ ...module, credits: 0 }], { a: 1 }),
);

const asJson = (row: Plain): Plain => JSON.parse(JSON.stringify(row)) as Plain;

describe.each(kinds)('rows of %s', (_, type, good) => {
  let names: string[] = [];
  beforeAll(() => {
    names = [...Object.keys(good()), 'unknown', 'constructor'];
  });

  it('may be good', () => {
    expect(readSlowly(type, good())).toBeInstanceOf(type);
  });

  it('are read by the compiled rules as by class-validator: the same instance, or the same faults', () => {
    const read = readerOf(type);
    let [fine, faulty] = [0, 0];
    const changes = fc.array(fc.tuple(fc.nat(), value), { maxLength: 4 });
    fc.assert(
      fc.property(changes, (wrong) => {
        const row = { ...good() };
        for (const [at, other] of wrong) row[names[at % names.length]!] = other;
        const [fast, slow] = [read(asJson(row)), readSlowly(type, asJson(row))];
        expect(fast).toStrictEqual(slow);
        if (Array.isArray(slow)) faulty += 1;
        else fine += 1;
      }),
      { numRuns: 1_000 },
    );
    expect([fine > 100, faulty > 100]).toEqual([true, true]);
  });
});
