import { IsUUID } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import { ApplicationDto, IneligibleDto } from '../applications/applications.dto.js';
import type { JudgedOffering } from '../applications/eligibility.service.js';

export class OptionsQuery extends PageQuery {
  @IsUUID()
  stageId: string;
}

/** An offering as it is open to the person who asks. */
export class OptionDto {
  offeringId: string;
  institutionId: string;
  /** Whether it can be entered at all. */
  mayEnter: boolean;
  /** Why not. */
  mayNotEnter?: IneligibleDto;
  /** Whether a state-funded place is open to the person, too (F-ADM-2). */
  funded: boolean;
  /** Why none is. */
  notFunded?: IneligibleDto;
}

export class OptionPageDto {
  items: OptionDto[];
  next?: string;
}

export class MyApplicationsDto {
  items: ApplicationDto[];
}

export function toOptionDto({ id, institutionId, mayNotEnter, notFunded }: JudgedOffering): OptionDto {
  return {
    ...{ offeringId: id, institutionId, mayEnter: mayNotEnter === null },
    ...(mayNotEnter === null ? {} : { mayNotEnter }),
    funded: mayNotEnter === null && notFunded === null,
    ...(notFunded === null ? {} : { notFunded }),
  };
}
