/** A reason for which personal data may be read. */
export interface PurposeOfRead {
  code: string;
  meaning: string;
}

/** Every purpose that a read may state in `X-Purpose`, with what it covers. A new one is one line here. */
export const purposes = [
  { code: 'TEACHING', meaning: 'teaching, supporting and assessing a learner of the institution' },
  { code: 'ENROLMENT', meaning: 'registering a learner or an enrolment' },
  { code: 'ADMISSION', meaning: 'deciding on an application' },
  { code: 'SUPERVISION', meaning: 'supervision of institutions, and inquiries prescribed by law' },
  { code: 'STATISTICS', meaning: 'official statistics' },
  { code: 'PERSON_REQUEST', meaning: 'the person asked for it' },
  { code: 'TECHNICAL', meaning: 'finding and repairing a fault' },
] as const satisfies readonly PurposeOfRead[];

export type Purpose = (typeof purposes)[number]['code'];

/** What the record says of a read that stated no purpose. */
export const unstated = 'UNSTATED';

export const purposeCodes: readonly string[] = purposes.map(({ code }) => code);

export function isPurpose(value: unknown): value is Purpose {
  return typeof value === 'string' && purposeCodes.includes(value);
}
