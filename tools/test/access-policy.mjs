// Who may do what, written by hand and not derived from the code: every operation of the platform with the relation that
// opens it. A new operation without a row here fails the access test.
//
//   public         anybody, without a token
//   authenticated  every client with a token, whatever its scopes
//   open           every client with the scope; the object belongs to nobody in particular
//   national       clients that act for the whole country
//   importer       the client that sent the file, and national clients with the scope of its rows
//   client         the client that made the object, and nobody else; to others it is as if it did not exist
//   feed           every client with the scopes of the feeds that it names
//   own            clients of the institution that the object belongs to; to others it is as if it did not exist
//   list           own objects alone; `mine` is what such a list shows of a school, unless the story makes nothing for it
//   changes        the same as a feed of changes
//   export         the same in one stream
//   sums           figures of the own institutions alone
//   person         the person whom the token names; a client's own token, whatever its scopes, is refused
//   reach          answers to all, but says whose it is to the own school alone
//
// These are the relations of a school. A municipality and a person are said after the table.
//
// `request` builds a request that is valid but for who sends it, from the objects of a school (two-schools.mjs).
import { randomUUID } from 'node:crypto';
import { generalIn, registers } from './access-policy.registers.mjs';
import { list, of, row, today } from './access-policy.rows.mjs';

const act = () => ({ authority: 'Ministry', actNumber: 'ACT-2', actOn: today(), documentHash: '1'.repeat(64) });
const choices = (x) => [{ offeringId: x.openOffering.id, fundingType: 'VF' }];

/** Operations that every service has. */
const everywhere = Object.fromEntries(
  ['Identity', 'Registers', 'Accreditation', 'Admission', 'LearningRecords', 'Finance', 'Monitoring'].flatMap(
    (service) => [
      [`listParkedEventsOf${service}`, row('national')],
      [`retryParkedEventOf${service}`, row('national', () => ({ path: { id: randomUUID() } }))],
    ],
  ),
);

const imports = Object.fromEntries(
  [
    ['Registers', 'institutions'],
    ['Accreditation', 'decisions'],
    ['Admission', 'offerings'],
  ].flatMap(([service, kind]) => {
    const job = (x) => ({ path: { id: x.imports[service.toLowerCase()] } });
    return [
      [`createImportOf${service}`, row('national', () => ({ query: { kind }, body: '{}\n' }))],
      [`getImportOf${service}`, row('importer', job)],
      [`followImportOf${service}`, row('importer', job)],
      [`getImportReportOf${service}`, row('importer', job)],
    ];
  }),
);

const client = (x) => ({ path: { id: x.clientId } });
const identity = {
  registerClient: row('national', (x) => ({
    body: { name: 'Client', scopes: ['registers.learners:read'], institutions: [x.institutionId] },
  })),
  listClients: row('national'),
  getClient: row('national', client),
  changeClient: row('national', (x) => ({
    ...client(x),
    body: { name: 'Client', scopes: ['registers.learners:read'], national: true },
  })),
  addClientKey: row('national', (x) => ({ ...client(x), body: {} })),
  removeClientKey: row('national', (x) => ({ path: { id: x.clientId, keyId: randomUUID() } })),
  revokeClient: row('national', client),
  listRevocations: row('national'),
  getMe: row('authenticated'),
};

const accreditation = {
  submitProcedure: row('own', (x) => ({ body: { institutionId: x.institutionId, programmeId: x.programmeId } })),
  listProcedures: list((x) => x.procedure.id),
  getProcedure: row('own', of('procedure')),
  reviewProcedure: row(
    'national',
    of('procedure', () => ({ result: 'POSITIVE', actNumber: 'E-99', actOn: today() })),
  ),
  grantProcedure: row(
    'national',
    of('procedure', () => ({ ...act(), validFrom: today() })),
  ),
  refuseProcedure: row(
    'national',
    of('procedure', () => ({ reason: 'No equipment.' })),
  ),
  revokeProcedure: row(
    'national',
    of('procedure', () => ({ ...act(), effectiveFrom: today() })),
  ),
  listDecisions: list((x) => x.procedure.decisionId),
  listDecisionChanges: row('changes'),
  getDecision: row('own', (x) => ({ path: { id: x.procedure.decisionId } })),
  revokeDecision: row('national', (x) => ({ path: { id: x.procedure.decisionId }, body: act() })),
  checkRight: row('own', (x) => ({
    query: { institutionId: x.institutionId, programmeId: x.programmeId, validOn: today() },
  })),
};

const stage = (x) => ({ path: { stageId: x.stageId } });
const plans = {
  listAdmissionPolicyParameters: row('open'),
  stateAdmissionPolicyParameter: row('national', () => ({
    body: { code: 'adm.order.extraDays', value: 0, validFrom: '2040-01-01', legalBasis: 'ACT-6' },
  })),
  listPlaceMovements: row('open'),
  summariseCampaign: row('national', (x) => ({ path: { id: x.campaignId } })),
  getStageStatistics: row('public', (x) => ({ ...stage(x), query: { by: 'field' } })),
  listCutOffs: row('public', stage),
  getAdmissionClock: row('open'),
  setAdmissionClock: row('national', () => ({ body: { now: new Date().toISOString() } })),
  resetAdmissionClock: row('national'),
  decideComplaint: row('national', (x) => ({
    path: { id: x.complaint.id },
    body: { state: 'REJECTED', reason: 'Nothing was wrong with it.' },
  })),
  planCampaign: row('national', (x) => ({ body: { year: x.year + 1, planAct: 'ACT-3' } })),
  listCampaigns: row('open'),
  getCampaign: row('open', (x) => ({ path: { id: x.campaignId } })),
  planStage: row('national', (x) => ({ path: { campaignId: x.campaignId }, body: {} })),
  listStages: row('open'),
  getStage: row('open', (x) => ({ path: { id: x.stageId } })),
  moveStageWindows: row('national', (x) => ({ path: { id: x.stageId }, body: {} })),
  listPools: row('open', stage),
  setPools: row('national', (x) => ({
    ...stage(x),
    body: { pools: [{ fieldCode: '06', planned: 1 }], act: 'ACT-4' },
  })),
  setPool: row('national', (x) => ({
    path: { stageId: x.stageId, fieldCode: '06' },
    body: { planned: 1, act: 'ACT-4' },
  })),
  startRun: row('national', stage),
  listRuns: row('national', stage),
  getRun: row('national', (x) => ({ path: { id: x.runId } })),
  publishRun: row('national', (x) => ({ path: { id: x.runId } })),
  decideQuarantine: row('national', (x) => ({ path: { id: x.runId }, body: { group: 1, act: 'ACT-6' } })),
  startTrialRun: row('national', (x) => ({ ...stage(x), body: { name: 'As it is' } })),
  listTrialRuns: row('national', stage),
  getTrialRun: row('national', (x) => ({ path: { id: x.runId } })),
  deleteTrialRun: row('national', (x) => ({ path: { id: x.runId } })),
  compareRuns: row('national', (x) => ({ path: { id: x.runId }, query: { with: x.runId } })),
  compareRunsByOffering: row('national', (x) => ({ path: { id: x.runId }, query: { with: x.runId } })),
  listArtefactKeys: row('public'),
  getRunArtefact: row('public', (x) => ({ path: { id: x.runId } })),
  getFullRunArtefact: row('national', (x) => ({ path: { id: x.runId } })),
  summariseStage: row('national', stage),
};

const seats = { fundedSeats: 3, nonFundedSeats: 1 };
const draft = (x) => ({ path: { stageId: x.openStageId, learnerId: x.spare.id } });
const suitable = (x) => ({ applicationId: x.openApplication.id, offeringId: x.openOffering.id });
const admission = {
  planOffering: row('own', (x) => ({
    body: { ...seats, stageId: x.openStageId, institutionId: x.institutionId, programmeId: x.programmeId },
  })),
  listOfferings: row('open'),
  getOffering: row('open', of('offering')),
  changeSeatPlan: row(
    'own',
    of('openOffering', () => seats),
  ),
  submitApplication: row('own', (x) => ({
    body: {
      learnerId: x.spare.id,
      stageId: x.openStageId,
      education: 'SECONDARY',
      grades: [{ scale: 'TEN', value: 7 }],
      preferences: choices(x),
    },
  })),
  listApplications: list((x) => x.application.id),
  getApplication: row('own', of('application')),
  savePreferences: row(
    'own',
    of('openApplication', (x) => ({ preferences: choices(x) })),
  ),
  correctGrades: row(
    'own',
    of('openApplication', () => ({ grades: [{ scale: 'TEN', value: 8 }], reason: 'REGISTER_CORRECTED' })),
  ),
  getScore: row('own', of('application')),
  getDraft: row('own', draft),
  saveDraft: row('own', (x) => ({ ...draft(x), body: { education: 'BASIC' } })),
  discardDraft: row('own', draft),
  withdrawApplication: row('own', of('application')),
  explainResult: row('own', of('application')),
  listSuitability: list((x) => x.application.id),
  decideSuitability: row('own', (x) => ({ path: suitable(x), body: { state: 'SUITABLE' } })),
  decideSuitabilities: row('own', (x) => ({
    body: { institutionId: x.institutionId, decisions: [{ ...suitable(x), state: 'SUITABLE' }] },
  })),
  planTestSlot: row('own', (x) => ({
    body: {
      ...{ stageId: x.openStageId, programmeId: x.programmeId, institutionId: x.institutionId },
      ...{ startsAt: new Date(Date.now() + 1_800_000).toISOString(), places: 5 },
    },
  })),
  listTestSlots: row('open'),
  registerForTest: row(
    'own',
    of('testSlot', (x) => ({ learnerId: x.spare.id })),
  ),
  stateTestResults: row(
    'own',
    of('testSlot', (x) => ({ results: [{ learnerId: x.spare.id, result: 'PASSED' }] })),
  ),
  listInvitations: list((x) => x.invitation.id),
  getInvitation: row('own', of('invitation')),
  declineInvitation: row('own', of('invitation')),
  annulInvitation: row(
    'own',
    of('invitation', () => ({ reason: 'ORIGINALS_CONTRADICT' })),
  ),
  signAgreement: row(
    'own',
    of('invitation', () => ({ documentsSeen: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'] })),
  ),
  fileComplaint: row('own', (x) => ({
    body: { applicationId: x.application.id, offeringId: x.wished.id, fundingType: 'VF', ground: 'GRADE_MISSING' },
  })),
  listComplaints: list((x) => x.complaint.id),
  getComplaint: row('own', of('complaint')),
  listMyApplications: row('person'),
  listMyOptions: row('person', (x) => ({ query: { stageId: x.openStageId } })),
  listAgreements: list((x) => x.agreement.id),
  listAgreementChanges: row('changes'),
  getAgreement: row('own', of('agreement')),
  terminateAgreement: row(
    'own',
    of('agreement', () => ({ terminatedOn: today(), reason: 'OTHER' })),
  ),
};

const learningRecords = {
  listEnrolments: list((x) => x.enrolment.id),
  listEnrolmentChanges: row('changes'),
  getEnrolment: row('own', of('enrolment')),
  endEnrolment: row(
    'own',
    of('enrolment', () => ({ endedOn: today(), reason: '12' })),
  ),
  recordResult: row('own', (x) => ({ body: { enrolmentId: x.enrolment.id, mark: 8, decidedOn: today() } })),
  issueCredential: row('own', (x) => ({ body: { enrolmentId: x.enrolment.id, registrationNumber: 'D-2' } })),
  listCredentials: list((x) => x.credential.id),
  listCredentialChanges: row('changes'),
  getCredential: row('own', of('credential')),
  revokeCredential: row(
    'own',
    of('credential', () => ({ reason: 'Issued in error.' })),
  ),
  verifyCredential: row('public', (x) => ({ path: { code: x.credential.verificationCode } })),
  getStatusList: row('public', () => ({ path: { list: 0 } })),
  getIssuerKeys: row('public'),
};

const finance = {
  listAccounts: row('open'),
  listEntries: list((x) => x.entry.id),
  listBalances: row('sums'),
  publishFundingRate: row('national', () => ({
    body: { amountMinor: 5_000, currency: 'EUR', validFrom: '2040-01-01', act: 'ACT-5' },
  })),
  listFundingRates: row('open'),
  listCommitments: list((x) => x.commitment.id),
  listCommitmentChanges: row('changes'),
  getCommitment: row('own', of('commitment')),
};

const monitoring = {
  listIndicators: row('open'),
  listIndicatorValues: {
    ...list((x) => x.institutionId, { by: 'institution' }),
    request: () => ({ path: { code: 'enrolments' }, query: { by: 'institution' } }),
  },
};

/** @type {Record<string, { relation: string, mine?: (x: object) => string, request: (x: object) => object }>} */
export const policy = {
  ...everywhere,
  ...imports,
  ...identity,
  ...registers,
  ...accreditation,
  ...plans,
  ...admission,
  ...learningRecords,
  ...finance,
  ...monitoring,
};

/**
 * What a municipality may besides what is open to all (registers.md, R-REG-18 and R-REG-07): it sees what the registers hold
 * of the learners in its area, and enters the institutions there that are not entered nationally, proposed ones too. Everything else is
 * closed to it: it writes nothing, and in other services it acts for no institution.
 */
export const municipality = {
  sees: new Set([
    ...['listLearners', 'searchLearners', 'matchLearner', 'listLearnerChanges', 'getLearner', 'getLearnerHistory'],
    ...['listLearnerAccesses', 'listLearnerEntries', 'listInstitutionDrafts', 'getInstitutionDraft'],
  ]),
  enters: {
    registerInstitution: (x) => ({ body: { codeScheme: 'JAR', code: x.general.newCode, ...generalIn(x) } }),
    changeInstitution: (x) => ({ path: { id: x.general.id }, body: generalIn(x) }),
    closeInstitution: (x) => ({ path: { id: x.general.id }, body: { validFrom: '2999-01-01' } }),
    putInstitution: (x) => ({ path: { codeScheme: 'JAR', code: x.general.code }, body: generalIn(x) }),
    proposeInstitution: policy.proposeInstitution.request,
  },
  decides: new Set(['confirmInstitution', 'rejectInstitution']),
};

/**
 * A person with every scope acts for no institution: what these answer is the person's own, and an applicant decides on the
 * own list, place and complaint (admission.md, section 7). All else is nobody's.
 */
export const ofPerson = {
  reads: new Set([
    ...['listMyAccesses', 'getMyRecord', 'listMyCorrectionRequests'],
    ...['listMyApplications', 'listMyOptions'],
  ]),
  writes: new Set(['requestMyCorrection']),
  own: new Set([
    ...['getApplication', 'getScore', 'explainResult', 'savePreferences', 'withdrawApplication'],
    ...['getInvitation', 'declineInvitation', 'fileComplaint', 'getComplaint'],
  ]),
};

/**
 * What row-level security alone does not hide: feeds are read from the outbox, which has no wall; they hold ids and birth
 * years.
 */
export const unwalled = new Set(['listLearnerChanges', 'listStaffPostChanges', 'listCertificateEntryChanges']);
