import { IsOptional, Matches } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Classifier, ClassifierItem } from './classifier.entity.js';

export class ClassifierParams {
  /**
   * Short name of the classifier.
   * @example "KL_ISCED_F"
   */
  @Matches(/^KL_[A-Z0-9_]{1,40}$/)
  code: string;
}

export class ClassifierDto {
  /** @example "KL_ISCED_F" */
  code: string;
  nameLt?: string;
  /** @example "Fields of education and training (ISCED-F 2013)" */
  nameEn: string;
  purpose: string;
  /** @example "international, hierarchical" */
  kind: string;
  author: string;
}

export class ClassifierPageDto {
  items: ClassifierDto[];
  next?: string;
}

export class ClassifierItemsQuery extends PageQuery {
  /**
   * Only items directly below this one.
   * @example "061"
   */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,20}$/)
  parent?: string;

  /** Only items that hold on this day. */
  @IsOptional()
  @IsDay()
  validOn?: string;
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
  parent?: string;
  nameLt?: string;
  /** @example "Software and applications development and analysis" */
  nameEn?: string;
  description?: string;
  /** First day; absent: ever since. */
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

export function toClassifierDto({ code, nameLt, nameEn, purpose, kind, author }: Classifier): ClassifierDto {
  return { code, nameEn, purpose, kind, author, ...(nameLt === null ? {} : { nameLt }) };
}

export function toClassifierItemDto(item: ClassifierItem): ClassifierItemDto {
  return {
    code: item.code,
    ordinal: item.ordinal,
    ...(item.parentCode === null ? {} : { parent: item.parentCode }),
    ...(item.nameLt === null ? {} : { nameLt: item.nameLt }),
    ...(item.nameEn === null ? {} : { nameEn: item.nameEn }),
    ...(item.description === null ? {} : { description: item.description }),
    ...(item.validFrom === null ? {} : { validFrom: item.validFrom }),
    ...(item.validTo === null ? {} : { validTo: item.validTo }),
    ...(item.replacedBy === null ? {} : { replacedBy: item.replacedBy }),
  };
}
