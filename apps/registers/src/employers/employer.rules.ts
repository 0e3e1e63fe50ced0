import type { Fault } from '@meistras/platform/errors/domain-error';

/** A place of practical training at an employer, accredited for fields of education. */
export interface Workplace {
  code: string;
  name: string;
  municipalityCode?: string;
  /** ISCED-F 2013. */
  fieldCodes: string[];
  /** Learners at the same time. */
  capacity: number;
  accreditedFrom: string;
  /** First day without accreditation. */
  accreditedTo?: string;
}

/** Codes that come twice, and accreditations that end before they begin. */
export function workplaceFaults(workplaces: Workplace[]): Fault[] {
  return workplaces.flatMap(({ code, accreditedFrom, accreditedTo }, at) => [
    ...(workplaces.findIndex((each) => each.code === code) < at
      ? [{ pointer: `/workplaces/${at}/code`, code: 'DUPLICATE', message: 'Another workplace has this code.' }]
      : []),
    ...(accreditedTo !== undefined && accreditedTo <= accreditedFrom
      ? [
          {
            pointer: `/workplaces/${at}/accreditedTo`,
            code: 'ORDER',
            message: 'The accreditation must end after it begins.',
          },
        ]
      : []),
  ]);
}

/** Learners whom an employer may take on a day. */
export function capacityOn(workplaces: Workplace[], day: string): number {
  return workplaces
    .filter(
      ({ accreditedFrom, accreditedTo }) => accreditedFrom <= day && (accreditedTo === undefined || day < accreditedTo),
    )
    .reduce((sum, { capacity }) => sum + capacity, 0);
}
