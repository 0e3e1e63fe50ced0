import { randomUUID } from 'node:crypto';
import type { DecisionGrantedV1 } from '@meistras/contracts/events/accreditation/decision';
import type { AgreementSignedV1 } from '@meistras/contracts/events/admission/agreement';
import type { Caller } from '@meistras/testing/tokens';

const scopes = ['enrolments', 'results', 'credentials'].flatMap((resource) => [
  `learning-records.${resource}:read`,
  `learning-records.${resource}:write`,
]);

export const ministry: Caller = { scopes, national: true, clientId: 'ministry' };
export const schoolOf = (institutionId: string): Caller => ({
  scopes,
  institutions: [institutionId],
  clientId: `school-${institutionId}`,
});

export function aSignedAgreement(facts: Partial<AgreementSignedV1> = {}): AgreementSignedV1 {
  return {
    agreementId: randomUUID(),
    version: 1,
    invitationId: randomUUID(),
    learnerId: randomUUID(),
    institutionId: randomUUID(),
    programmeId: randomUUID(),
    programmeCode: 'P43061301',
    fieldCode: '0613',
    eqfLevel: 4,
    credits: 60,
    fundingType: 'VF',
    year: 2026,
    signedAt: '2026-08-14T09:00:00.000Z',
    startsOn: '2026-09-01',
    plannedEndOn: '2027-06-30',
    state: 'SIGNED',
    ...facts,
  };
}

export function aLicence(agreement: AgreementSignedV1, facts: Partial<DecisionGrantedV1> = {}): DecisionGrantedV1 {
  const { institutionId, programmeId } = agreement;
  return {
    decisionId: randomUUID(),
    version: 1,
    institutionId,
    programmeId,
    state: 'GRANTED',
    validFrom: '2020-01-01',
    actNumber: 'V-100',
    ...facts,
  };
}
