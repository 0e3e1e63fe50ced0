// Two schools with one of everything each, made through the API: what the access test and the fuzzer work on.
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../api-client.mjs';
import { importRows } from '../demo/load.mjs';
import { allocate, publish, setQuotas } from '../demo/stage.mjs';
import { moveStage, openStage } from './moved-stage.mjs';

const patienceMs = 60_000;
const today = () => new Date().toISOString().slice(0, 10);

/** Codes with the check digits of the published rule, nobody's. */
const personalCodes = ['50905149902', '60905149903'];

/**
 * Tells the story. Every client of it has every scope of the platform, so that nothing but its institution or its being
 * national stands between it and an object.
 * @param {{ url: string, clients: { clientId: string, clientSecret: string, institutions: string[] }[] }} platform
 * @param {{ givenName: string, familyName: string, personalCode: string }[]} people the learner of each school
 */
export async function twoSchools({ url, clients }, people = []) {
  const [{ clientId, clientSecret }, ...seeded] = clients.filter(({ municipalities }) => !municipalities);
  const ministry = new ApiClient(url, { clientId, clientSecret });
  const { scopes } = await ministry.get('/identity/v1/me');
  const schools = [];
  for (const [at, { institutions }] of seeded.entries()) {
    const client = await registerClient(ministry, { name: `School ${at}`, scopes, institutions });
    const named = people[at] ?? {
      givenName: 'Learner',
      familyName: `Of school ${at}`,
      personalCode: personalCodes[at],
    };
    const { personalCode, ...names } = named;
    const school = { api: new ApiClient(url, client), institutionId: institutions[0], personalCode, names };
    const { municipalityCode } = await ministry.get(`/registers/v1/institutions/${institutions[0]}`);
    schools.push({ ...school, clientId: client.clientId, municipalityCode });
  }
  const shared = await nationalFacts(ministry);
  for (const school of schools) await licensed(ministry, school, shared);
  const learnerIds = schools.map(({ spare }) => spare.id);
  const { id: matchReviewId } = await reviewOf(ministry, learnerIds);
  const { stage, year } = await openStage(ministry);
  const open = await ministry.post(`/admission/v1/campaigns/${stage.campaignId}/stages`, {
    type: 'ADDITIONAL',
    sequence: 2,
    ...windowsOf(stage),
  });
  for (const school of schools) await offered(school, { stage, open, ...shared });
  await setQuotas(
    ministry,
    stage,
    schools.map(({ offering }) => offering),
  );
  const run = await admitted(ministry, schools, { stage, open });
  await Promise.all(schools.map((school) => diplomaOf(ministry, school)));
  const stages = { year, stageId: stage.id, openStageId: open.id, campaignId: stage.campaignId, runId: run.id };
  return { ministry, a: schools[0], b: schools[1], shared: { ...shared, ...stages, matchReviewId } };
}

/** The register may have found the pair by itself already. */
async function reviewOf(ministry, learnerIds) {
  try {
    return await ministry.post('/registers/v1/match-reviews', { learnerIds });
  } catch (error) {
    if (error.status !== 409) throw error;
    const { items } = await ministry.get(`/registers/v1/match-reviews?learnerId=${learnerIds[0]}`);
    return items.find((each) => learnerIds.every((id) => each.learnerIds.includes(id)));
  }
}

/** A client that proves itself with a secret. */
export async function registerClient(ministry, facts) {
  const { clientId, secret } = await ministry.post('/identity/v1/clients', {
    ...facts,
    authMethod: 'client_secret_basic',
  });
  return { clientId, clientSecret: secret };
}

const windowsOf = ({ applyFrom, applyUntil, signUntil, startsOn }) => ({ applyFrom, applyUntil, signUntil, startsOn });

async function nationalFacts(ministry) {
  const rate = { amountMinor: 4_000, currency: 'EUR', validFrom: '2020-01-01', act: 'ACT-RATE' };
  await ministry.post('/finance/v1/funding-rates', rate);
  const facts = { name: 'Programme of the test', kind: 'INITIAL', fieldCode: '0613', eqfLevel: 4, credits: 60 };
  const programme = await ministry.put('/registers/v1/programmes/by-code/SMPKR/P43061301', facts);
  const employer = await ministry.put('/registers/v1/employers/by-code/JAR/188603091', {
    name: 'Employer of the test',
  });
  const nonFormal = await ministry.put('/registers/v1/non-formal-programmes/by-code/NF-1', {
    ...{ name: 'Course of the test', purpose: 'NON_FORMAL_ADULTS', municipalityCode: 'LT-16' },
    ...{ providerScheme: 'OTHER', providerCode: 'P-1' },
  });
  const qualification = await ministry.put('/registers/v1/qualifications/by-code/Q-1', {
    name: 'Qualification of the test',
    eqfLevel: 4,
  });
  const standard = await ministry.put('/registers/v1/occupational-standards/by-code/S-1', {
    name: 'Standard of the test',
    sector: 'Test',
    approvedOn: today(),
  });
  const { id } = await importRows(ministry, 'registers', 'institutions', [{ codeScheme: 'JAR', code: 'no code' }]);
  const imports = { registers: id };
  for (const [service, kind] of [
    ['accreditation', 'decisions'],
    ['admission', 'offerings'],
  ])
    imports[service] = (await importRows(ministry, service, kind, [{ programmeCode: 'none' }])).id;
  const snapshot = await ministry.post('/registers/v1/snapshots', { validOn: today(), name: 'Figures of the test' });
  const other = await ministry.put('/registers/v1/institutions/by-code/JAR/188603091', { name: 'Another school' });
  const ids = {
    otherInstitutionId: other.id,
    snapshotId: snapshot.id,
    programmeId: programme.id,
    employerId: employer.id,
    nonFormalProgrammeId: nonFormal.id,
  };
  const awards = { qualificationId: qualification.id, occupationalStandardId: standard.id };
  return { ...ids, ...awards, programmeVersion: programme.version, imports };
}

/** What is kept of a learner beside the person: each file can be told by the learner's family name. */
const filesOf = ({ familyName }) => ({
  guardians: { guardians: [{ givenName: 'Guardian', familyName, relation: 'MOTHER', represents: true }] },
  contacts: { address: `${familyName} st. 1` },
  'special-needs': {
    needs: [{ groupCode: '7', level: 'MODERATE', decisionNumber: 'PPT-1', decidedOn: today(), support: familyName }],
  },
  'prior-education': { education: [{ level: 'BASIC', institutionName: familyName, completedOn: '2020-06-20' }] },
});

/** A learner with files, staff, and a procedure that led to the licence. */
async function licensed(ministry, school, { programmeId, otherInstitutionId }) {
  const { api, institutionId, personalCode, names } = school;
  const person = { ...names, institutionId };
  school.learner = await api.post('/registers/v1/learners', { ...person, personalCode });
  school.spare = await api.post('/registers/v1/learners', { ...person, birthOn: '2006-05-14', sex: 'F' });
  for (const [file, content] of Object.entries(filesOf(person)))
    await api.put(`/registers/v1/learners/${school.learner.id}/${file}`, content);
  school.staffPost = await api.post('/registers/v1/staff-posts', {
    ...{ givenName: 'Teacher', familyName: person.familyName, birthOn: '1980-05-14', sex: 'F' },
    ...{ institutionId, position: 'Teacher', fullTimeShare: 1 },
  });
  school.transfer = await api.post('/registers/v1/transfers', {
    ...{ learnerId: school.learner.id, toInstitutionId: otherInstitutionId },
    ...{ startsOn: '2999-01-01', reason: 'Test' },
  });
  const procedure = await api.untilKnown(() =>
    api.post('/accreditation/v1/procedures', { institutionId, programmeId }),
  );
  const act = { authority: 'Ministry', actNumber: 'ACT-1', actOn: today(), documentHash: '0'.repeat(64) };
  const path = `/accreditation/v1/procedures/${procedure.id}`;
  const review = { result: 'POSITIVE', actNumber: `E-${school.clientId.slice(-6)}`, actOn: today() };
  await ministry.post(`${path}/review`, review);
  school.procedure = await ministry.post(`${path}/grant`, { ...act, validFrom: today() });
}

/** An offering in the stage that is played to its end, and one in the stage that stays open. */
async function offered(school, { stage, open, programmeId }) {
  const { api, institutionId } = school;
  const plan = { institutionId, programmeId, fundedSeats: 5, nonFundedSeats: 5 };
  const offer = (stageId, facts = {}) =>
    api.untilKnown(() => api.post('/admission/v1/offerings', { ...plan, ...facts, stageId }));
  school.offering = await licensedBy(() => offer(stage.id));
  school.wished = await offer(stage.id, { apprenticeship: true, fundedSeats: 0, nonFundedSeats: 0 });
  school.openOffering = await offer(open.id);
  await offer(open.id, { apprenticeship: true, entranceTest: true });
  school.testSlot = await api.post('/admission/v1/entrance-test-slots', {
    ...{ stageId: open.id, programmeId, institutionId, places: 5 },
    startsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
}

/** The licence is still on its way to admission for a moment. */
async function licensedBy(request) {
  for (const end = Date.now() + patienceMs; ; await delay(100)) {
    try {
      return await request();
    } catch (error) {
      if (error.status !== 409 || Date.now() > end) throw error;
    }
  }
}

const signature = { documentsSeen: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'], guardianSigned: true };

async function admitted(ministry, schools, { stage, open }) {
  await Promise.all([stage, open].map((each) => moveStage(ministry, each, 'applyFrom', 'OPEN')));
  const apply = ({ api }, learner, { stageId }, ...offerings) =>
    api.untilKnown(() =>
      api.post('/admission/v1/applications', {
        learnerId: learner.id,
        stageId,
        education: 'SECONDARY',
        grades: [{ scale: 'TEN', value: 8 }],
        preferences: offerings.map(({ id }) => ({ offeringId: id, fundingType: 'VF' })),
      }),
    );
  for (const school of schools) {
    school.application = await apply(school, school.learner, school.offering, school.wished, school.offering);
    school.openApplication = await apply(school, school.learner, school.openOffering, school.openOffering);
    await school.api.put(`/admission/v1/stages/${open.id}/drafts/${school.spare.id}`, { education: 'BASIC' });
    const path = `/admission/v1/suitability/${school.application.id}/${school.offering.id}`;
    await school.api.put(path, { state: 'SUITABLE' });
  }
  await moveStage(ministry, stage, 'applyUntil', 'LOCKED');
  const run = await publish(ministry, await allocate(ministry, stage));
  for (const school of schools) {
    const { items } = await school.api.get(`/admission/v1/invitations?stageId=${stage.id}`);
    school.invitation = items[0];
    school.complaint = await school.api.post('/admission/v1/complaints', {
      ...{ applicationId: school.application.id, offeringId: school.wished.id, fundingType: 'VF' },
      ground: 'GRADE_MISSING',
    });
    school.agreement = await school.api.post(`/admission/v1/invitations/${items[0].id}/agreement`, signature);
  }
  return run;
}

/** What follows by events, and a diploma; then waits for the money and the licence. */
async function diplomaOf(ministry, school) {
  const { api } = school;
  const first = async (path) => {
    for (const end = Date.now() + patienceMs; ; await delay(100)) {
      const { items } = await api.get(path);
      if (items.length > 0) return items[0];
      if (Date.now() > end) throw new Error(`Nothing came to ${path}.`);
    }
  };
  school.enrolment = await first('/learning-records/v1/enrolments');
  const { id: enrolmentId } = school.enrolment;
  school.result = await api.post('/learning-records/v1/results', { enrolmentId, mark: 9, decidedOn: today() });
  const registrationNumber = `D-${enrolmentId.slice(-8)}`;
  school.credential = await api.post('/learning-records/v1/credentials', { enrolmentId, registrationNumber });
  await first(`/registers/v1/certificate-entries?registrationNumber=${registrationNumber}`);
  school.commitment = await first('/finance/v1/commitments');
  school.entry = await first('/finance/v1/entries');
  school.licence = await first(`/registers/v1/licences?institutionId=${school.institutionId}`);
  await first('/monitoring/v1/indicators/enrolments/values').catch(() => undefined);
}
