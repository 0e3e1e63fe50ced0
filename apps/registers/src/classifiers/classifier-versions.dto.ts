import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { ClassifierItem, ClassifierVersion } from './classifier.entity.js';
import { versionStates } from './classifier.rules.js';
import type { VersionState } from './classifier.rules.js';
import { changeKinds } from './classifier-version.rules.js';
import type { ItemDifference, ItemFacts } from './classifier-version.rules.js';
import {
  actOf,
  ClassifierItemDto,
  ClassifierParams,
  itemCodeShape,
  NamesDto,
  periodOf,
  TextsDto,
  toClassifierItemDto,
} from './classifiers.dto.js';
import type { Language } from '@meistras/platform/http/language.rules';

export const mostItems = 5_000;
export const mostVersions = 100_000;
export const mostOrdinal = 1_000_000;

export class VersionParams extends ClassifierParams {
  /** Number of the version. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: mostVersions, example: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(mostVersions)
  number: number;
}

export class VersionItemParams extends VersionParams {
  /**
   * Code of the item.
   * @example "0612"
   */
  @Matches(itemCodeShape)
  itemCode: string;
}

export class VersionFactsDto {
  /**
   * First day; left out: ever since.
   * @example "2027-01-01"
   */
  @IsOptional()
  @IsDay()
  validFrom?: string;

  /**
   * First day on which it no longer holds; left out: open-ended.
   * @example "2030-01-01"
   */
  @IsOptional()
  @IsDay()
  validTo?: string;

  /**
   * Legal basis.
   * @example "V-374"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(250)
  act: string;
}

export class CreateVersionDto extends VersionFactsDto {
  /** Begin with the items of the latest published version. */
  @IsOptional()
  @IsBoolean()
  copyItems?: boolean;
}

export class DraftItemDto {
  /** @example "0613" */
  @Matches(itemCodeShape)
  code: string;

  /**
   * Place in the list; left out: after the item before it.
   * @example 1
   */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: mostOrdinal })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostOrdinal)
  ordinal?: number;

  /**
   * Code of the item above.
   * @example "061"
   */
  @IsOptional()
  @Matches(itemCodeShape)
  parentCode?: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => NamesDto)
  names: NamesDto;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TextsDto)
  descriptions?: TextsDto;

  /**
   * First day; left out: as long as the version.
   * @example "2027-01-01"
   */
  @IsOptional()
  @IsDay()
  validFrom?: string;

  /**
   * First day on which it no longer holds.
   * @example "2028-01-01"
   */
  @IsOptional()
  @IsDay()
  validTo?: string;

  /**
   * Code of the item to use instead.
   * @example "0619"
   */
  @IsOptional()
  @Matches(itemCodeShape)
  replacedBy?: string;
}

export class ReplaceItemsDto {
  /** All items of the draft; those that are not here leave it. */
  @IsArray()
  @ArrayMaxSize(mostItems)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => DraftItemDto)
  items: DraftItemDto[];
}

export class EndItemDto {
  /**
   * First day on which the item no longer holds.
   * @example "2028-01-01"
   */
  @IsDay()
  validTo: string;

  /**
   * Code of the item to use instead.
   * @example "0619"
   */
  @IsOptional()
  @Matches(itemCodeShape)
  replacedBy?: string;
}

export class ClassifierVersionDto {
  /** @example "KL_ISCED_F" */
  code: string;
  /** @example 1 */
  @ApiProperty({ type: 'integer' })
  number: number;
  /** Entity tag; a change of an item changes it too. */
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ enum: versionStates })
  state: VersionState;
  /** First day; absent: ever since. */
  @ApiProperty({ format: 'date' })
  validFrom?: string;
  /** First day on which it no longer holds. */
  @ApiProperty({ format: 'date' })
  validTo?: string;
  /** Legal basis. */
  act?: string;
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  @ApiProperty({ format: 'date-time' })
  publishedAt?: string;
}

export class ClassifierVersionPageDto {
  items: ClassifierVersionDto[];
  next?: string;
}

export class EndedItemDto extends ClassifierItemDto {
  /** Entity tag of the version of the classifier. */
  @ApiProperty({ type: 'integer', example: 2 })
  version: number;
}

export class DifferenceQuery extends PageQuery {}

export class ItemDifferenceDto {
  @ApiProperty({ enum: changeKinds })
  kind: (typeof changeKinds)[number];
  /** @example "0613" */
  code: string;
  /** As it was in the version before; absent when it was added. */
  before?: ClassifierItemDto;
  /** As it is in this version; absent when it was removed. */
  after?: ClassifierItemDto;
  /**
   * Which of its facts changed.
   * @example ["names", "validTo"]
   */
  fields: string[];
}

export class DifferencePageDto {
  /**
   * Number of the version before; absent for the first one, of which every item is new.
   * @example 1
   */
  @ApiProperty({ type: 'integer' })
  from?: number;
  /** @example 2 */
  @ApiProperty({ type: 'integer' })
  to: number;
  /** How many items were added in all. */
  @ApiProperty({ type: 'integer' })
  added: number;
  /** How many items were removed in all. */
  @ApiProperty({ type: 'integer' })
  removed: number;
  /** How many items were changed in all. */
  @ApiProperty({ type: 'integer' })
  changed: number;
  items: ItemDifferenceDto[];
  next?: string;
}

export function toVersionDto(version: ClassifierVersion): ClassifierVersionDto {
  return {
    code: version.classifierCode,
    number: version.number,
    version: version.version,
    state: version.state,
    ...periodOf(version),
    ...actOf(version),
    recordedAt: version.recordedAt.toISOString(),
    ...(version.publishedAt === null ? {} : { publishedAt: version.publishedAt.toISOString() }),
  };
}

export function toDifferenceDto(difference: ItemDifference<ClassifierItem>, language: Language): ItemDifferenceDto {
  const { kind, code, before, after, fields } = difference;
  return {
    kind,
    code,
    ...(before ? { before: toClassifierItemDto(before, language) } : {}),
    ...(after ? { after: toClassifierItemDto(after, language) } : {}),
    fields: [...new Set(fields.map(fieldOf))],
  };
}

/** The answer has the languages of a text in one field. */
function fieldOf(fact: keyof ItemFacts): string {
  if (fact.startsWith('name')) return 'names';
  return fact.startsWith('description') ? 'descriptions' : fact;
}

const nfc = (text: string | undefined): string | null => text?.normalize('NFC') ?? null;

/** The facts as they are stored; `ordinal` is the one to take where none is given. */
export function itemFactsOf(dto: DraftItemDto, ordinal: number): ItemFacts {
  return {
    code: dto.code,
    ordinal: dto.ordinal ?? ordinal,
    parentCode: dto.parentCode ?? null,
    nameLt: nfc(dto.names.lt),
    nameEn: nfc(dto.names.en),
    nameVi: nfc(dto.names.vi),
    descriptionLt: nfc(dto.descriptions?.lt),
    descriptionEn: nfc(dto.descriptions?.en),
    descriptionVi: nfc(dto.descriptions?.vi),
    validFrom: dto.validFrom ?? null,
    validTo: dto.validTo ?? null,
    replacedBy: dto.replacedBy ?? null,
  };
}
