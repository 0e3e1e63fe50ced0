import { Injectable } from '@nestjs/common';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { dayIn, Ids } from '@meistras/platform/time/clock';
import { PersonKeys } from '../personal-data/person-keys.service.js';
import { places } from '../personal-data/places.js';
import { judgePerson } from './learner.rules.js';
import { learnerFactsOf, RegisterLearnerDto } from './learners.dto.js';
import type { LearnerFacts } from './learners.dto.js';
import { PersonalCodes } from './personal-codes.js';

/** A learner in bulk: the school may be named by its code. */
export class LearnerRow extends RegisterLearnerDto {
  /** Whose code it is. */
  @IsOptional()
  @IsString()
  @MaxLength(20)
  institutionScheme?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  institutionCode?: string;
}

/** All that can be said of a row without the register: as it is stored if the learner is new. */
export interface PreparedRow {
  facts: LearnerFacts;
  id: string;
  personalCode: string | null;
  /** Keyed hash of the personal code, as the database reads bytes. */
  personalCodeIndex: string | null;
  /** The code sealed for this id; null also where it is sealed later. */
  personalCodeSealed: string | null;
  /** The key that the learner gets if new, and as it is stored. */
  key: Buffer;
  keyWrapped: Buffer;
  validFrom: string | null;
  legalBasis: string | null;
  reason: string | null;
  institutionId: string | null;
  institutionScheme: string | null;
  institutionCode: string | null;
}

/** A row whose person has faults: what the register has to say of it is told with them, in one answer. */
export interface FaultyRow extends Pick<PreparedRow, 'institutionId' | 'institutionScheme' | 'institutionCode'> {
  faults: Fault[];
  homeMunicipalityCode: string | null;
}

type Stated = LearnerFacts & Omit<PreparedRow, 'facts'>;

/** Rows of which no two are of one person, column by column. */
export interface PreparedLearners {
  /** Their places among the rows of the slice. */
  at: number[];
  columns: { [Property in keyof Stated]: Stated[Property][] };
}

/** The rows of a slice. */
export interface PackedLearners {
  groups: PreparedLearners[];
  faulty: (FaultyRow & { at: number })[];
}

/** Reads rows of learners, all that needs no register: their faults, their facts, their codes sealed. */
@Injectable()
export class LearnersReading {
  /**
   * Whether codes are sealed as rows are read, or only when they turn out to be new: of a file that comes again nothing need
   * be sealed. Whoever stores rows says what is to be expected of the next ones.
   */
  sealsAhead = true;

  constructor(
    private readonly codes: PersonalCodes,
    private readonly keys: PersonKeys,
    private readonly ids: Ids,
  ) {}

  prepare(row: LearnerRow, now: Date): PreparedRow | FaultyRow {
    const person = judgePerson(row, dayIn(now, 'Europe/Vilnius'));
    const institution = {
      institutionId: row.institutionId?.toLowerCase() ?? null,
      institutionScheme: row.institutionScheme ?? null,
      institutionCode: row.institutionCode ?? null,
    };
    const { personalCode = null, homeMunicipalityCode = null } = row;
    if (Array.isArray(person)) return { faults: person, homeMunicipalityCode, ...institution };
    const id = this.ids.next();
    const { key, wrapped } = this.keys.draw();
    return {
      facts: learnerFactsOf(row, person),
      id,
      personalCode,
      personalCodeIndex: personalCode === null ? null : byteaOf(this.codes.indexOf(personalCode)),
      personalCodeSealed: personalCode !== null && this.sealsAhead ? this.seal(personalCode, id, key) : null,
      key,
      keyWrapped: wrapped,
      validFrom: row.validFrom ?? null,
      legalBasis: row.legalBasis ?? null,
      reason: row.reason ?? null,
      ...institution,
    };
  }

  /** Two rows of one person stand in different groups, in their order: the second finds what the first has made. */
  pack(rows: (PreparedRow | FaultyRow)[]): PackedLearners {
    const groups: PreparedLearners[] = [];
    const [good, faulty] = [new Map<number, PreparedRow>(), [] as PackedLearners['faulty']];
    rows.forEach((row, at) => ('faults' in row ? faulty.push({ ...row, at }) : good.set(at, row)));
    for (let left = [...good.keys()]; left.length > 0;) {
      const taken = new Set<string>();
      const [at, later]: [number[], number[]] = [[], []];
      for (const place of left) {
        const { facts, personalCodeIndex } = good.get(place)!;
        // Whatever their schools are.
        const names = `${facts.familyName}|${facts.givenName}|${facts.birthOn}|${facts.sex}`;
        const isFirst = !taken.has(names) && (personalCodeIndex === null || !taken.has(personalCodeIndex));
        (isFirst ? at : later).push(place);
        taken.add(names);
        if (personalCodeIndex !== null) taken.add(personalCodeIndex);
      }
      groups.push({ at, columns: columnsOf(at.map((place) => good.get(place)!)) });
      left = later;
    }
    return { groups, faulty };
  }

  seal(personalCode: string, id: string, key: Buffer): string {
    return byteaOf(this.codes.seal(personalCode, places.codeOfLearner(id), key));
  }

  /** Which service key wraps the keys. */
  get wrappedBy(): number {
    return this.keys.wrappedBy;
  }
}

/** Bytes as the database reads them. */
export const byteaOf = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

function columnsOf(rows: PreparedRow[]): PreparedLearners['columns'] {
  const [first] = rows;
  const columns: Record<string, unknown[]> = {};
  for (const name of Object.keys(first ?? {}) as (keyof PreparedRow)[])
    if (name !== 'facts') columns[name] = rows.map((row) => row[name]);
  for (const name of Object.keys(first?.facts ?? {}) as (keyof LearnerFacts)[])
    columns[name] = rows.map(({ facts }) => facts[name]);
  return columns as PreparedLearners['columns'];
}
