import { randomUUID } from 'node:crypto';
import type { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { setReach } from '@meistras/platform/database/reach';
import { startService } from '@meistras/testing/start-service';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import type { EntityManager } from 'typeorm';
import { features } from '../src/app.module.js';
import { registers } from '../src/data-source.js';
import type { RegisterEmployerDto } from '../src/employers/employers.dto.js';
import type { RegisterInstitutionDto } from '../src/institutions/institutions.dto.js';
import type { Learner } from '../src/learners/learner.entity.js';
import { PersonalCodes } from '../src/learners/personal-codes.js';
import type { RegisterLearnerDto } from '../src/learners/learners.dto.js';
import type { RegisterNonFormalProgrammeDto } from '../src/non-formal-programmes/non-formal-programmes.dto.js';
import { PersonKeys } from '../src/personal-data/person-keys.service.js';
import { places } from '../src/personal-data/places.js';
import type { RegisterProgrammeDto } from '../src/programmes/programmes.dto.js';

export const keys = {
  PERSONAL_CODE_KEY: Buffer.alloc(32, 1).toString('base64'),
  PERSONAL_CODE_INDEX_KEY: Buffer.alloc(32, 2).toString('base64'),
};

/** The service with keys of the specs alone. */
export function startRegisters(): ServiceUnderTest {
  return startService(registers, features, keys);
}

const scopesOf = (...resources: string[]): string[] =>
  resources.flatMap((resource) => [`registers.${resource}:read`, `registers.${resource}:write`]);

export const registrar: Caller = {
  scopes: scopesOf(
    'institutions',
    'programmes',
    'learners',
    'classifiers',
    'licences',
    'employers',
    'non-formal-programmes',
    'qualifications',
    'certificate-entries',
    'staff',
    'occupational-standards',
  ),
  national: true,
};

/** A registrar who may also see personal codes. */
export const trusted: Caller = { ...registrar, scopes: [...registrar.scopes, 'registers.personal-codes:read'] };

/** What such a registrar says of every read. */
export const forTeaching = { 'x-purpose': 'TEACHING' };

/** A national officer who may see who looked. */
export const officer: Caller = { scopes: ['registers.access-log:read'], national: true, clientId: 'officer' };

/** Decides which entries are of one person. */
export const matcher: Caller = {
  ...registrar,
  scopes: [...registrar.scopes, 'registers.match-reviews:decide'],
  clientId: 'matcher',
};

/** The person's own portal, with a token that names the person. */
export function person(learnerId: string): Caller {
  return { scopes: ['registers.me:read'], clientId: 'portal', learnerId };
}

/** A national statistician. */
export const statistician: Caller = { scopes: scopesOf('snapshots'), national: true, clientId: 'statistician' };

/** What the database holds, whatever its rows' guard hides from the service. */
export function everyRow<T>(api: ServiceUnderTest, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  return api.db.transaction(async (tx) => {
    await setReach(tx, null);
    return work(tx);
  });
}

/** The personal code of a learner's row, by the key of its person; undefined once that is destroyed. */
export async function codeIn(api: ServiceUnderTest, { id, personalCodeSealed }: Learner): Promise<string | undefined> {
  const keys = await api.app.get(PersonKeys).of([id]);
  return api.app.get(PersonalCodes).open(personalCodeSealed!, places.codeOfLearner(id), keys.get(id));
}

/** A school's own system. */
export function school(...institutions: string[]): Caller {
  return { scopes: registrar.scopes, institutions, clientId: 'school-system' };
}

let serial = 0;

/** A valid JAR code, another one at every call. */
export function aJarCode(): string {
  for (;;) {
    serial += 1;
    const body = String(30000000 + serial);
    const digits = [...body].map(Number);
    const sum = digits.reduce((total, digit, i) => total + digit * (i + 1), 0) % 11;
    if (sum < 10) return `${body}${sum}`;
  }
}

export function anInstitution(facts: Partial<RegisterInstitutionDto> = {}): RegisterInstitutionDto {
  return { codeScheme: 'JAR', code: aJarCode(), name: 'Žemaitijos profesinio mokymo centras', ...facts };
}

export function aProgramme(facts: Partial<RegisterProgrammeDto> = {}): RegisterProgrammeDto {
  serial += 1;
  return {
    codeScheme: 'SMPKR',
    code: `P430613${String(serial % 100).padStart(2, '0')}`,
    name: 'Programinės įrangos testuotojo programa',
    kind: 'INITIAL',
    fieldCode: '0613',
    eqfLevel: 4,
    credits: 60,
    ...facts,
  };
}

/** A valid personal code with a serial from 990 on, another one at every call: a man born in 2009 from 14 May on. */
export function aPersonalCode(): string {
  for (;;) {
    serial += 1;
    const birthOn = new Date(Date.UTC(2009, 4, 14 + Math.floor(serial / 10)));
    const body = `5${birthOn.toISOString().slice(2, 10).replaceAll('-', '')}${990 + (serial % 10)}`;
    const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (i < 9 ? i + 1 : 1), 0) % 11;
    if (sum < 10) return `${body}${sum}`;
  }
}

/** A learner without a personal code; the names say that nobody has them. */
export function aLearner(facts: Partial<RegisterLearnerDto> = {}): RegisterLearnerDto {
  serial += 1;
  const names = { givenName: `Vardas-${serial}`, familyName: `Pavardė-${serial}` };
  return { ...names, ...(facts.personalCode === undefined ? { birthOn: '2009-05-14', sex: 'F' } : {}), ...facts };
}

export function anEnrolment(facts: Partial<EnrolmentStartedV1> = {}): EnrolmentStartedV1 {
  return {
    enrolmentId: randomUUID(),
    version: 1,
    agreementId: randomUUID(),
    learnerId: randomUUID(),
    institutionId: randomUUID(),
    programmeId: randomUUID(),
    programmeCode: 'P43061301',
    fieldCode: '0613',
    eqfLevel: 4,
    credits: 60,
    fundingSource: '11',
    year: 2026,
    startsOn: '2026-09-01',
    plannedEndOn: '2028-06-30',
    state: 'ACTIVE',
    ...facts,
  };
}

/** `pointer CODE` of every fault of a problem, sorted. */
export function faultsOf(problem: { errors?: { pointer: string; code: string }[] }): string[] {
  return (problem.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`).sort();
}

export function anEmployer(facts: Partial<RegisterEmployerDto> = {}): RegisterEmployerDto {
  const workplace = {
    ...{ code: 'W-1', name: 'Suvirinimo dirbtuvės', municipalityCode: 'LT-16', fieldCodes: ['0715'] },
    ...{ capacity: 4, accreditedFrom: '2026-01-01' },
  };
  return { codeScheme: 'JAR', code: aJarCode(), name: 'Metalo dirbtuvės', workplaces: [workplace], ...facts };
}

export function aNonFormalProgramme(facts: Partial<RegisterNonFormalProgrammeDto> = {}): RegisterNonFormalProgrammeDto {
  serial += 1;
  return {
    ...{ code: `12${String(serial).padStart(7, '0')}`, name: 'Skaitmeninis raštingumas' },
    ...{ purpose: 'PROFESSIONAL_DEVELOPMENT', hours: 40 },
    ...{ providerScheme: 'JAR', providerCode: '188603091', municipalityCode: 'LT-16' },
    ...facts,
  };
}
