import { randomUUID } from 'node:crypto';
import type { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import type { Caller } from '@meistras/testing/tokens';

const scopes = ['finance.rates:read', 'finance.rates:write', 'finance.commitments:read', 'finance.entries:read'];

export const ministry: Caller = { scopes, national: true, clientId: 'ministry' };
export const schoolOf = (institutionId: string): Caller => ({
  scopes,
  institutions: [institutionId],
  clientId: `school-${institutionId}`,
});

export function aStartedEnrolment(facts: Partial<EnrolmentStartedV1> = {}): EnrolmentStartedV1 {
  return {
    enrolmentId: randomUUID(),
    version: 2,
    agreementId: randomUUID(),
    learnerId: randomUUID(),
    institutionId: randomUUID(),
    programmeId: randomUUID(),
    programmeCode: 'P43061301',
    fieldCode: '0613',
    eqfLevel: 4,
    credits: 36,
    fundingSource: '11',
    year: 2026,
    startsOn: '2026-01-01',
    plannedEndOn: '2026-06-30',
    state: 'ACTIVE',
    ...facts,
  };
}
