import { Type } from 'class-transformer';
import {
  IsDefined,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Classifier, ClassifierItem, ClassifierVersion } from './classifier.entity.js';
import { textIn } from '@meistras/platform/http/language.rules';
import type { Language, Texts } from '@meistras/platform/http/language.rules';

export const classifierCodeShape = /^KL_[A-Z0-9_]{1,40}$/;
export const itemCodeShape = /^[A-Za-z0-9._-]{1,20}$/;

export class ClassifierParams {
  /**
   * Short name of the classifier.
   * @example "KL_ISCED_F"
   */
  @Matches(classifierCodeShape)
  code: string;
}

/** Names of an official list: Lithuanian and English always (R-REG-24). */
export class NamesDto {
  /** @example "Ugdymo sritys" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  lt: string;

  /** @example "Fields of education" */
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  en: string;

  /** @example "Lĩnh vực giáo dục" */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  vi?: string;
}

/** A text in the languages into which it has been translated. */
export class TextsDto {
  /** @example "Naudojama mokymo programoms." */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  lt?: string;

  /** @example "Used for programmes." */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  en?: string;

  /** @example "Dùng cho chương trình đào tạo." */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  vi?: string;
}

export class CreateClassifierDto {
  /**
   * Short name, never changed and never translated.
   * @example "KL_M_FORMA"
   */
  @Matches(classifierCodeShape)
  code: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => NamesDto)
  names: NamesDto;

  /** @example "Form of organising the training of a learner" */
  @IsString()
  @MinLength(1)
  @MaxLength(1000)
  purpose: string;

  /** @example "national, flat" */
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  type: string;

  /** @example "Ministry of Education, Science and Sport" */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  author: string;

  /**
   * Legal basis.
   * @example "V-373"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  act: string;

  /**
   * The classifier that the items above are in; left out: this one.
   * @example "KL_COUNTY"
   */
  @IsOptional()
  @Matches(classifierCodeShape)
  parentClassifier?: string;
}

/** The version of a classifier that holds on a day. */
export class VersionInForceDto {
  /** @example 1 */
  @ApiProperty({ type: 'integer' })
  number: number;
  /** First day; absent: ever since. */
  @ApiProperty({ format: 'date' })
  validFrom?: string;
  /** First day on which it no longer holds. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** Legal basis. */
  act?: string;
}

export class ClassifierDto {
  /** @example "KL_ISCED_F" */
  code: string;
  /**
   * In the language asked for; in another one where it has not been translated.
   * @example "Fields of education and training (ISCED-F 2013)"
   */
  name: string;
  names: TextsDto;
  purpose: string;
  /** @example "international, hierarchical" */
  type: string;
  author: string;
  /** Legal basis. */
  act?: string;
  /**
   * The classifier that the items above are in, where it is not this one.
   * @example "KL_COUNTY"
   */
  parentClassifier?: string;
  /** The version that holds on the day asked for, today if none was; absent where none does. */
  inForce?: VersionInForceDto;
}

export class ClassifierPageDto {
  items: ClassifierDto[];
  next?: string;
}

export class ClassifiersQuery extends PageQuery {
  /** Which version is `inForce`; today if left out. */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class ClassifierQuery {
  /** Which version is `inForce`; today if left out. */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class ClassifierItemsQuery extends PageQuery {
  /**
   * Only items directly below this one.
   * @example "061"
   */
  @IsOptional()
  @Matches(itemCodeShape)
  parent?: string;

  /** The version in force on this day, and of it only items that hold then. Left out: all items of today's version. */
  @IsOptional()
  @IsDay()
  validOn?: string;

  /**
   * Only items with this in their code or a name, whatever the case and the accents.
   * @example "programin"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  q?: string;
}

export class ClassifierItemDto {
  /** @example "0613" */
  code: string;
  @ApiProperty({ type: 'integer' })
  ordinal: number;
  /**
   * Code of the item above; for a municipality that of its county.
   * @example "061"
   */
  parentCode?: string;
  /**
   * In the language asked for; in another one where it has not been translated.
   * @example "Software and applications development and analysis"
   */
  name: string;
  names: TextsDto;
  /** In the language asked for; in another one where it has not been translated. */
  description?: string;
  descriptions?: TextsDto;
  /** First day; absent: as long as the version. */
  @ApiProperty({ format: 'date' })
  validFrom?: string;
  /** First day on which it no longer holds. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** Code of the item to use instead. */
  replacedBy?: string;
}

export class ClassifierItemPageDto {
  items: ClassifierItemDto[];
  next?: string;
}

/** A head with the version in force, if one is. */
export type ClassifierOnDay = Classifier & { inForce: ClassifierVersion | null };

export function toClassifierDto(classifier: ClassifierOnDay, language: Language): ClassifierDto {
  const { code, nameLt, nameEn, nameVi, purpose, type, author, act, inForce } = classifier;
  const names = textsOf(nameLt, nameEn, nameVi);
  return {
    code,
    name: textIn(names, language) ?? code,
    names,
    purpose,
    type,
    author,
    ...(act === null ? {} : { act }),
    ...(classifier.parentClassifier === null ? {} : { parentClassifier: classifier.parentClassifier }),
    ...(inForce === null ? {} : { inForce: { number: inForce.number, ...periodOf(inForce), ...actOf(inForce) } }),
  };
}

export function toClassifierItemDto(item: ClassifierItem, language: Language): ClassifierItemDto {
  const names = textsOf(item.nameLt, item.nameEn, item.nameVi);
  const descriptions = textsOf(item.descriptionLt, item.descriptionEn, item.descriptionVi);
  const description = textIn(descriptions, language);
  return {
    code: item.code,
    ordinal: item.ordinal,
    ...(item.parentCode === null ? {} : { parentCode: item.parentCode }),
    name: textIn(names, language) ?? item.code,
    names,
    ...(description === undefined ? {} : { description, descriptions }),
    ...periodOf(item),
    ...(item.replacedBy === null ? {} : { replacedBy: item.replacedBy }),
  };
}

function textsOf(lt: string | null, en: string | null, vi: string | null): Texts {
  return { ...(lt === null ? {} : { lt }), ...(en === null ? {} : { en }), ...(vi === null ? {} : { vi }) };
}

/** The ends of a period that are there. */
export function periodOf({ validFrom, validTo }: { validFrom: string | null; validTo: string | null }): {
  validFrom?: string;
  validTo?: string;
} {
  return { ...(validFrom === null ? {} : { validFrom }), ...(validTo === null ? {} : { validTo }) };
}

export const actOf = ({ act }: { act: string | null }): { act?: string } => (act === null ? {} : { act });
