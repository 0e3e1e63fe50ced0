import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { KnownInstitution, KnownProgramme } from './known.entity.js';

/** An official code with its scheme. */
export interface OfficialCode {
  codeScheme: string;
  code: string;
}

export const officialKey = ({ codeScheme, code }: OfficialCode): string => `${codeScheme} ${code}`;

/** What the registers have, as far as their events have told. */
@Injectable()
export class KnownService {
  /** The ids behind official codes, by `officialKey`. */
  institutionIds(tx: EntityManager, codes: OfficialCode[]): Promise<Map<string, string>> {
    return idsOf(tx, 'known_institution', codes);
  }

  programmeIds(tx: EntityManager, codes: OfficialCode[]): Promise<Map<string, string>> {
    return idsOf(tx, 'known_programme', codes);
  }

  /** What is wrong with naming this institution and this programme in a new procedure (R-ACC-06). */
  async faultsOf(tx: EntityManager, institutionId: string, programmeId: string): Promise<Fault[]> {
    const institution = await tx.findOneBy(KnownInstitution, { id: institutionId });
    const programme = await tx.findOneBy(KnownProgramme, { id: programmeId });
    return [
      ...registeredFaults('/institutionId', 'institution', institution?.state),
      ...registeredFaults('/programmeId', 'programme', programme?.state),
    ];
  }
}

function registeredFaults(pointer: string, thing: string, state: string | undefined): Fault[] {
  if (state === 'REGISTERED') return [];
  if (state === undefined)
    return [{ pointer, code: 'UNKNOWN', message: `The registers have announced no such ${thing}.` }];
  return [{ pointer, code: state, message: `The ${thing} is no longer registered.` }];
}

async function idsOf(tx: EntityManager, table: string, codes: OfficialCode[]): Promise<Map<string, string>> {
  const rows: { id: string; codeScheme: string; code: string }[] = await tx.query(
    `SELECT id, code_scheme AS "codeScheme", code FROM ${table}
     WHERE (code_scheme, code) IN (SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY id`,
    [codes.map(({ codeScheme }) => codeScheme), codes.map(({ code }) => code)],
  );
  return new Map(rows.map((row) => [officialKey(row), row.id]));
}
