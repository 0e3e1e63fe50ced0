import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import type { EntityManager } from 'typeorm';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { codeSchemes } from './institution-code.rules.js';
import type { CodeScheme } from './institution-code.rules.js';

/** How a row of an import names an institution: by its id, or by its code and whose code that is. */
export class NamedInstitution {
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Whose code it is. */
  @IsOptional()
  @IsIn(codeSchemes)
  institutionScheme?: CodeScheme;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  institutionCode?: string;
}

/** The same of many rows, a column each; ids in lower case. */
export interface InstitutionColumns {
  institutionId: (string | null)[];
  institutionScheme: (string | null)[];
  institutionCode: (string | null)[];
}

/** The institutions that rows name by id or by code, with one question; null where a row names none, undefined where there is none. */
export async function institutionsOf(
  tx: EntityManager,
  { institutionId: ids, institutionScheme: schemes, institutionCode: codes }: InstitutionColumns,
): Promise<(string | null | undefined)[]> {
  const codeOf = (place: number): string | null =>
    schemes[place] === null && codes[place] === null ? null : `${schemes[place]} ${codes[place]}`;
  const coded = new Map(ids.map((_, place) => [codeOf(place), place]));
  coded.delete(null);
  const places = [...coded.values()];
  const found: { id: string; code: string }[] = await tx.query(
    `SELECT id, code_scheme || ' ' || code AS code FROM institution WHERE id = ANY($1::uuid[])
       OR (code_scheme, code) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [
      [...new Set(ids)].filter((id) => id !== null),
      places.map((place) => schemes[place]),
      places.map((place) => codes[place]),
    ],
  );
  const known = new Set(found.map(({ id }) => id));
  const byCode = new Map(found.map(({ id, code }) => [code, id]));
  return ids.map((id, place) => {
    const code = codeOf(place);
    if (code === null) return id === null || known.has(id) ? id : undefined;
    const named = byCode.get(code);
    return id === null || id === named ? named : undefined;
  });
}

const unknown = (pointer: string): Fault[] => [{ pointer, code: 'UNKNOWN', message: 'No such institution.' }];

/** The institution that each row names: its id, or why there is none. */
export async function institutionsNamed(tx: EntityManager, rows: NamedInstitution[]): Promise<(string | Fault[])[]> {
  const found = await institutionsOf(tx, {
    institutionId: rows.map(({ institutionId }) => institutionId?.toLowerCase() ?? null),
    institutionScheme: rows.map(({ institutionScheme }) => institutionScheme ?? null),
    institutionCode: rows.map(({ institutionCode }) => institutionCode ?? null),
  });
  return rows.map(
    ({ institutionScheme, institutionCode }, i) =>
      found[i] ??
      unknown(institutionCode === undefined && institutionScheme === undefined ? '/institutionId' : '/institutionCode'),
  );
}
