import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsDay } from '@meistras/platform/http/day';
import { itemFactsOf, mostOrdinal, mostVersions } from './classifier-versions.dto.js';
import type { ItemFacts } from './classifier-version.rules.js';
import { classifierCodeShape, itemCodeShape } from './classifiers.dto.js';

/** A row of an import: an item of a draft, its texts side by side as a spreadsheet has them. */
export class DraftItemRow {
  @Matches(classifierCodeShape)
  classifierCode: string;

  @IsInt()
  @Min(1)
  @Max(mostVersions)
  number: number;

  @Matches(itemCodeShape)
  code: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostOrdinal)
  ordinal?: number;

  @IsOptional()
  @Matches(itemCodeShape)
  parentCode?: string;

  @IsString()
  @MinLength(1)
  @MaxLength(500)
  nameLt: string;

  @IsString()
  @MinLength(1)
  @MaxLength(500)
  nameEn: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  nameVi?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  descriptionLt?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  descriptionEn?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  descriptionVi?: string;

  @IsOptional()
  @IsDay()
  validFrom?: string;

  @IsOptional()
  @IsDay()
  validTo?: string;

  @IsOptional()
  @Matches(itemCodeShape)
  replacedBy?: string;
}

/** The facts as they are stored; `ordinal` is the one to take where none is given. */
export function rowFactsOf(row: DraftItemRow, ordinal: number): ItemFacts {
  const { nameLt, nameEn, nameVi, descriptionLt, descriptionEn, descriptionVi, ...rest } = row;
  return itemFactsOf(
    {
      ...rest,
      names: { lt: nameLt, en: nameEn, ...(nameVi ? { vi: nameVi } : {}) },
      descriptions: {
        ...(descriptionLt ? { lt: descriptionLt } : {}),
        ...(descriptionEn ? { en: descriptionEn } : {}),
        ...(descriptionVi ? { vi: descriptionVi } : {}),
      },
    },
    ordinal,
  );
}
