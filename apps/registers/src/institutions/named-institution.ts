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

const unknown = (pointer: string): Fault[] => [{ pointer, code: 'UNKNOWN', message: 'No such institution.' }];

/** The institution that each row names, with one question however many rows: its id, or why there is none. */
export async function institutionsNamed(tx: EntityManager, rows: NamedInstitution[]): Promise<(string | Fault[])[]> {
  const found: { id: string; scheme: string; code: string }[] = await tx.query(
    `SELECT id, code_scheme AS scheme, code FROM institution
     WHERE id = ANY($1::uuid[]) OR (code_scheme, code) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [
      rows.flatMap(({ institutionId }) => institutionId ?? []),
      rows.map(({ institutionScheme }) => institutionScheme),
      rows.map(({ institutionCode }) => institutionCode),
    ],
  );
  const ids = new Set(found.map(({ id }) => id));
  const byCode = new Map(found.map(({ id, scheme, code }) => [`${scheme} ${code}`, id]));
  return rows.map(({ institutionId, institutionScheme, institutionCode }) => {
    const stated = institutionId?.toLowerCase();
    if (institutionCode === undefined && institutionScheme === undefined)
      return stated !== undefined && ids.has(stated) ? stated : unknown('/institutionId');
    const id = byCode.get(`${institutionScheme} ${institutionCode}`);
    return id !== undefined && (stated === undefined || stated === id) ? id : unknown('/institutionCode');
  });
}
