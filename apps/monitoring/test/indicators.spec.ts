import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AgreementSignedV1, AgreementTerminatedV1 } from '@meistras/contracts/events/admission/agreement';
import { OfferingPlannedV1 } from '@meistras/contracts/events/admission/offering';
import { CommitmentAdjustedV1, CommitmentCreatedV1 } from '@meistras/contracts/events/finance/commitment';
import { CredentialIssuedV1, CredentialRevokedV1 } from '@meistras/contracts/events/learning-records/credential';
import { EnrolmentPlannedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { monitoring } from '../src/data-source.js';

const scopes = ['monitoring.indicators:read'];
const [north, south] = [randomUUID(), randomUUID()];

function anAgreement(institutionId: string, fieldCode: string): AgreementSignedV1 {
  return {
    ...{
      agreementId: randomUUID(),
      version: 1,
      invitationId: randomUUID(),
      learnerId: randomUUID(),
      institutionId,
      programmeId: randomUUID(),
    },
    ...{
      programmeCode: 'P43061301',
      fieldCode,
      eqfLevel: 4,
      credits: 60,
      fundingType: 'VF',
      year: 2026,
      state: 'SIGNED',
    },
    ...{ signedAt: '2026-08-14T09:00:00Z', startsOn: '2026-09-01', plannedEndOn: '2027-06-30' },
  };
}

function anEnrolment(agreement: AgreementSignedV1): EnrolmentStartedV1 {
  const {
    agreementId,
    learnerId,
    institutionId,
    programmeId,
    programmeCode,
    fieldCode,
    eqfLevel,
    credits,
    year,
    startsOn,
    plannedEndOn,
  } = agreement;
  return {
    ...{
      agreementId,
      learnerId,
      institutionId,
      programmeId,
      programmeCode,
      fieldCode,
      eqfLevel,
      credits,
      year,
      startsOn,
      plannedEndOn,
    },
    ...{ enrolmentId: randomUUID(), version: 1, fundingSource: '11', state: 'PLANNED' },
  };
}

describe('indicators', () => {
  const api = startService(monitoring, features);
  const values = async (path: string, caller = { scopes, national: true } as object): Promise<unknown> =>
    (
      await api
        .as(caller as never)
        .get(`/indicators/${path}`)
        .expect(200)
    ).body.items;

  beforeAll(async () => {
    await api.consume(InstitutionRegisteredV1, {
      institutionId: north,
      version: 1,
      codeScheme: 'JAR',
      code: '188603091',
      countyCode: 'LT-SA',
      state: 'REGISTERED',
    });
    await api.consume(InstitutionRegisteredV1, {
      institutionId: south,
      version: 1,
      codeScheme: 'JAR',
      code: '399999157',
      countyCode: 'LT-AL',
      state: 'REGISTERED',
    });
    const agreements = [anAgreement(north, '0613'), anAgreement(north, '0714'), anAgreement(south, '0613')];
    for (const agreement of agreements) await api.consume(AgreementSignedV1, agreement);
    await api.consume(AgreementTerminatedV1, {
      ...agreements[1]!,
      version: 2,
      state: 'TERMINATED',
      terminatedOn: '2026-08-20',
    });
    const [first, , third] = agreements.map(anEnrolment);
    for (const enrolment of [first!, third!]) await api.consume(EnrolmentPlannedV1, enrolment);
    await api.consume(EnrolmentStartedV1, { ...first!, version: 2, state: 'ACTIVE' });
  });

  it('count agreements in force by county, field, institution and year', async () => {
    expect(await values('agreements/values')).toEqual([{ year: 2026, value: 2 }]);
    expect(await values('agreements/values?by=county')).toEqual([
      { county: 'LT-AL', value: 1 },
      { county: 'LT-SA', value: 1 },
    ]);
    expect(await values('agreements/values?by=field,year')).toEqual([{ field: '0613', year: 2026, value: 2 }]);
    expect(await values(`agreements/values?by=institution&institutionId=${north}`)).toEqual([
      { institution: north, value: 1 },
    ]);
    expect(await values('agreements/values?by=county&fieldCode=06&countyCode=LT-SA&year=2026')).toEqual([
      { county: 'LT-SA', value: 1 },
    ]);
    expect(await values('agreements/values?year=2025')).toEqual([]);
  });

  it('count enrolments from their first day', async () => {
    expect(await values('enrolments/values?by=institution')).toEqual([{ institution: north, value: 1 }]);
  });

  it('sum places, and funding as it is after adjustment, whichever event comes last', async () => {
    const commitment = {
      commitmentId: randomUUID(),
      version: 1,
      enrolmentId: randomUUID(),
      institutionId: north,
      programmeId: randomUUID(),
      fieldCode: '0613',
      calendarYear: 2026,
      creditsHundredths: 3_600,
      amountMinor: 144_000,
      currency: 'EUR' as const,
      state: 'ACTIVE' as const,
    };
    await api.consume(CommitmentAdjustedV1, { ...commitment, version: 2, amountMinor: 71_602, state: 'ENDED' });
    await api.consume(CommitmentCreatedV1, commitment);
    expect(await values('funding/values')).toEqual([{ year: 2026, value: 71_602 }]);
    await api.consume(OfferingPlannedV1, {
      offeringId: randomUUID(),
      version: 1,
      stageId: randomUUID(),
      year: 2026,
      institutionId: south,
      programmeId: randomUUID(),
      fieldCode: '0613',
      fundedSeats: 20,
      nonFundedSeats: 4,
      state: 'OPEN',
    });
    expect(await values('places/values?by=county')).toEqual([{ county: 'LT-AL', value: 24 }]);
  });

  it('count diplomas in force', async () => {
    const credential: CredentialIssuedV1 = {
      credentialId: randomUUID(),
      version: 1,
      kind: 'QUALIFICATION_DIPLOMA',
      enrolmentId: randomUUID(),
      learnerId: randomUUID(),
      institutionId: north,
      programmeId: randomUUID(),
      programmeCode: 'P43061301',
      registrationNumber: '1',
      issuedOn: '2027-06-20',
      state: 'ISSUED',
    };
    await api.consume(CredentialIssuedV1, credential);
    expect(await values('credentials/values')).toEqual([{ year: 2027, value: 1 }]);
    await api.consume(CredentialRevokedV1, { ...credential, version: 2, state: 'REVOKED' });
    expect(await values('credentials/values')).toEqual([]);
  });

  it('show a school its own institution alone', async () => {
    const school = { scopes, institutions: [south] };
    expect(await values('agreements/values?by=institution', school)).toEqual([{ institution: south, value: 1 }]);
    await api.as(school).get(`/indicators/agreements/values?institutionId=${north}`).expect(404);
    await api.as({ scopes: [], national: true }).get('/indicators').expect(403);
  });

  it('have a definition each, and refuse what is not defined', async () => {
    const { body } = await api.as({ scopes, national: true }).get('/indicators').expect(200);
    expect(body.items.every((card: { definition: string }) => card.definition.length > 20)).toBe(true);
    await api.as({ scopes, national: true }).get('/indicators/happiness/values').expect(404);
    await api.as({ scopes, national: true }).get('/indicators/agreements/values?by=sex').expect(400);
  });
});
