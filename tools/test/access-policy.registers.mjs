// The rows of registers in the access policy (access-policy.mjs).
import { randomUUID } from 'node:crypto';
import { list, of, row, stream, today } from './access-policy.rows.mjs';

const programme = () => ({ name: 'Another name', kind: 'INITIAL', fieldCode: '0613', eqfLevel: 4, credits: 60 });
const employer = () => ({ name: 'Another employer' });
const qualification = () => ({ name: 'Another qualification', eqfLevel: 4 });
const standard = () => ({ name: 'Another standard', sector: 'Test', approvedOn: today() });
const nonFormalProgramme = () => ({
  ...{ name: 'Another', purpose: 'PROFESSIONAL_DEVELOPMENT', municipalityCode: 'LT-16' },
  ...{ providerScheme: 'JAR', providerCode: '188603091' },
});
/** The calendar year in which today's school year began: 1 September is the 244th day. */
const schoolYear = new Date(Date.now() - 243 * 86_400_000).toISOString().slice(0, 4);
const transfer = (x) => ({ toInstitutionId: x.otherInstitutionId, startsOn: '2999-01-01', reason: 'Test' });
const person = () => ({ givenName: 'Learner', familyName: 'Changed', birthOn: '2006-05-14', sex: 'F' });

/** An institution of a municipality's own kind. */
export const generalIn = (x) => ({ name: 'School', type: 'GENERAL', municipalityCode: x.municipalityCode });
const hashes = { pledgeHash: '1'.repeat(64), dataCardHash: '2'.repeat(64) };

const hook = (x) => ({ path: { id: x.webhookId } });
const webhooks = {
  createWebhookOfRegisters: row('feed', () => ({
    body: { url: 'https://receiver.invalid/', topics: ['registers.learner'] },
  })),
  listWebhooksOfRegisters: row('authenticated'),
  getWebhookOfRegisters: row('client', hook),
  listWebhookDeliveriesOfRegisters: row('client', hook),
  pingWebhookOfRegisters: row('client', hook),
  redeliverWebhookOfRegisters: row('client', (x) => ({ ...hook(x), body: {} })),
  removeWebhookOfRegisters: row('client', hook),
};

const version = () => ({ code: 'KL_ISCED_F', number: 1 });
const programmeCode = () => ({ path: { codeScheme: 'SMPKR', code: 'P43061301' } });
export const registers = {
  ...webhooks,
  ...Object.fromEntries(
    [
      ['open', 'Employer', 'employerId', employer, { codeScheme: 'JAR', code: '399990500' }],
      ['open', 'NonFormalProgramme', 'nonFormalProgrammeId', nonFormalProgramme, { code: 'NF-9' }],
      ['public', 'Qualification', 'qualificationId', qualification, { code: 'Q-9' }],
      ['public', 'OccupationalStandard', 'occupationalStandardId', standard, { code: 'S-9' }],
    ].flatMap(([readers, thing, name, facts, code]) => {
      const one = (body) => (x) => ({ path: { id: x[name] }, ...(body ? { body: body() } : {}) });
      return [
        [`register${thing}`, row('national', () => ({ body: { ...facts(), ...code } }))],
        [`list${thing}s`, row(readers)],
        [`list${thing}Changes`, row('open')],
        [`export${thing}s`, row('open')],
        [`get${thing}`, row(readers, one())],
        [`get${thing}History`, row(readers, one())],
        [`change${thing}`, row('national', one(facts))],
        [
          `deregister${thing}`,
          row(
            'national',
            one(() => ({
              validFrom: '2999-01-01',
              ...(thing === 'NonFormalProgramme' ? { deregistrationReason: 'MERGED' } : {}),
            })),
          ),
        ],
        [`put${thing}`, row('national', () => ({ path: code, body: facts() }))],
      ];
    }),
  ),
  listClassifiers: row('public'),
  getClassifier: row('public', () => ({ path: { code: 'KL_ISCED_F' } })),
  listClassifierItems: row('public', () => ({ path: { code: 'KL_ISCED_F' } })),
  listClassifierVersions: row('public', () => ({ path: { code: 'KL_ISCED_F' } })),
  compareClassifierVersions: row('public', () => ({ path: version() })),
  listClassifierChanges: row('open'),
  exportClassifierItems: row('open'),
  getClassifierVersion: row('national', () => ({ path: version() })),
  listClassifierVersionItems: row('national', () => ({ path: version() })),
  previewClassifierVersion: row('national', () => ({ path: version() })),
  createClassifier: row('national', () => ({
    body: {
      code: 'KL_NEW',
      names: { lt: 'Naujas', en: 'New' },
      purpose: 'Test',
      type: 'flat',
      author: 'A',
      act: 'V-1',
    },
  })),
  createClassifierVersion: row('national', () => ({ path: { code: 'KL_COUNTY' }, body: { act: 'V-1' } })),
  changeClassifierVersion: row('national', () => ({ path: version(), body: { act: 'V-1' } })),
  replaceClassifierItems: row('national', () => ({ path: version(), body: { items: [] } })),
  publishClassifierVersion: row('national', () => ({ path: version() })),
  endClassifierItem: row('national', () => ({
    path: { ...version(), itemCode: '0612' },
    body: { validTo: '2040-01-01' },
  })),
  registerInstitution: row('national', () => ({ body: { codeScheme: 'JAR', code: '399999157', name: 'Another' } })),
  listInstitutions: row('public'),
  listInstitutionChanges: row('open'),
  getInstitution: row('public', (x) => ({ path: { id: x.institutionId } })),
  exportInstitutions: row('open'),
  getInstitutionHistory: row('public', (x) => ({ path: { id: x.institutionId } })),
  closeInstitution: row('national', (x) => ({ path: { id: x.institutionId }, body: { validFrom: '2999-01-01' } })),
  ...Object.fromEntries(
    ['reorganiseInstitution', 'endInstitutionReorganisation'].map((id) => [
      id,
      row('national', (x) => ({ path: { id: x.institutionId }, body: { validFrom: '2999-01-01' } })),
    ]),
  ),
  recodeInstitution: row('national', (x) => ({
    path: { id: x.institutionId },
    body: { codeScheme: 'JAR', code: '399990500', validFrom: '2999-01-01' },
  })),
  changeInstitution: row('national', (x) => ({ path: { id: x.institutionId }, body: { name: 'Another' } })),
  putInstitution: row('national', () => ({
    path: { codeScheme: 'JAR', code: '399999157' },
    body: { name: 'Another' },
  })),
  registerProgramme: row('national', () => ({ body: { codeScheme: 'SMPKR', code: 'P43061302', ...programme() } })),
  listProgrammes: row('public'),
  listProgrammeChanges: row('open'),
  getProgramme: row('public', (x) => ({ path: { id: x.programmeId } })),
  listProgrammeModules: row('public', programmeCode),
  listProgrammeProviders: row('public', programmeCode),
  exportProgrammes: row('open'),
  getProgrammeHistory: row('public', (x) => ({ path: { id: x.programmeId } })),
  deregisterProgramme: row('national', (x) => ({ path: { id: x.programmeId }, body: { validFrom: '2999-01-01' } })),
  supersedeProgramme: row('national', (x) => ({
    path: { id: x.programmeId },
    body: { successorId: randomUUID(), validFrom: '2999-01-01' },
  })),
  recodeProgramme: row('national', (x) => ({
    path: { id: x.programmeId },
    body: { codeScheme: 'SMPKR', code: 'P43061309', validFrom: '2999-01-01' },
  })),
  changeProgramme: row('national', (x) => ({ path: { id: x.programmeId }, body: programme() })),
  putProgramme: row('national', () => ({ ...programmeCode(), body: programme() })),
  registerLearner: row('own', (x) => ({ body: { ...person(), institutionId: x.institutionId } })),
  listLearners: list((x) => x.learner.id),
  exportLearners: stream((x) => x.learner.id),
  matchLearner: row('reach', (x) => ({ body: { personalCode: x.personalCode } })),
  listLearnerChanges: row('changes'),
  getLearner: row('own', of('learner')),
  getLearnerHistory: row('own', of('learner')),
  searchLearners: { relation: 'list', mine: (x) => x.learner.id, request: () => ({ body: { name: 'Learner' } }) },
  getLearnerGuardians: row('own', of('learner')),
  putLearnerGuardians: row(
    'own',
    of('learner', () => ({ guardians: [] })),
  ),
  getLearnerGuardiansHistory: row('own', of('learner')),
  getLearnerContacts: row('own', of('learner')),
  putLearnerContacts: row(
    'own',
    of('learner', () => ({ phone: '+37060000001' })),
  ),
  getLearnerContactsHistory: row('own', of('learner')),
  getLearnerSpecialNeeds: row('own', of('learner')),
  putLearnerSpecialNeeds: row(
    'own',
    of('learner', () => ({ needs: [] })),
  ),
  getLearnerSpecialNeedsHistory: row('own', of('learner')),
  getLearnerPriorEducation: row('own', of('learner')),
  putLearnerPriorEducation: row(
    'own',
    of('learner', () => ({ education: [] })),
  ),
  getLearnerPriorEducationHistory: row('own', of('learner')),
  protectLearner: row(
    'national',
    of('learner', () => ({})),
  ),
  listErasures: row('national'),
  listDueErasures: row('national'),
  erasePerson: row('national', () => ({
    body: { learnerId: randomUUID(), ground: 'COURT_ORDER', legalBasis: 'V-7' },
  })),
  listMatchReviews: row('national'),
  openMatchReview: row('national', () => ({ body: { learnerIds: [randomUUID(), randomUUID()] } })),
  getMatchReview: row('national', (x) => ({ path: { id: x.matchReviewId } })),
  decideMatchReview: row('national', (x) => ({
    path: { id: x.matchReviewId },
    body: { decision: 'DIFFERENT', reason: 'Seen' },
  })),
  reverseMatchReview: row('national', (x) => ({ path: { id: x.matchReviewId }, body: { reason: 'Seen' } })),
  listLearnerAccesses: row('own', of('learner')),
  listMyAccesses: row('person'),
  getMyRecord: row('person'),
  listMyCorrectionRequests: row('person'),
  requestMyCorrection: row('person', () => ({ body: { about: 'LEARNER', statement: 'Test' } })),
  requestCertificateCorrection: row('own', (x) => ({
    body: { institutionId: x.institutionId, entryId: x.credential.id, statement: 'Test' },
  })),
  listCorrectionRequests: list((x) => x.correctionRequest.id),
  getCorrectionRequest: row('own', of('correctionRequest')),
  acceptCorrection: row(
    'own',
    of('correctionRequest', () => ({})),
  ),
  refuseCorrection: row(
    'own',
    of('correctionRequest', () => ({ reason: 'Test' })),
  ),
  proposeInstitution: row('national', (x) => ({
    body: { facts: { codeScheme: 'JAR', code: '399999157', ...generalIn(x) }, ...hashes },
  })),
  listInstitutionDrafts: row('national'),
  getInstitutionDraft: row('national', of('institutionDraft')),
  confirmInstitution: row(
    'national',
    of('institutionDraft', () => ({ statutesOn: '2020-01-01', statutesNameEducation: true })),
  ),
  rejectInstitution: row(
    'national',
    of('institutionDraft', () => ({ reason: 'Test' })),
  ),
  proposeProgramme: row('own', (x) => ({
    body: { institutionId: x.institutionId, facts: { codeScheme: 'SMPKR', code: 'P43061377', ...programme() } },
  })),
  listProgrammeDrafts: list((x) => x.programmeDraft.id),
  getProgrammeDraft: row('own', of('programmeDraft')),
  confirmProgramme: row('national', of('programmeDraft')),
  rejectProgramme: row(
    'national',
    of('programmeDraft', () => ({ reason: 'Test' })),
  ),
  listAccessAlarms: row('national'),
  listRegistersPolicyParameters: row('public'),
  changeLearner: row('own', of('spare', person)),
  registerStaffPost: row('own', (x) => ({
    body: { ...person(), institutionId: x.institutionId, position: 'Teacher', fullTimeShare: 1 },
  })),
  listStaffPostChanges: row('changes'),
  exportStaffPosts: stream((x) => x.staffPost.id),
  getStaffPostHistory: row('own', of('staffPost')),
  changeStaffPost: row(
    'own',
    of('staffPost', () => ({ fullTimeShare: 0.5 })),
  ),
  endStaffPost: row(
    'own',
    of('staffPost', () => ({ validFrom: '2999-01-01' })),
  ),
  listStaffMembers: list((x) => x.staffPost.staffMemberId),
  listStaffMemberChanges: row('national'),
  getStaffMember: row('own', (x) => ({ path: { id: x.staffPost.staffMemberId } })),
  changeStaffMember: row('own', (x) => ({ path: { id: x.staffPost.staffMemberId }, body: person() })),
  recordStaffDevelopment: row('own', (x) => ({
    path: { id: x.staffPost.staffMemberId },
    body: { institutionId: x.institutionId, heldOn: today(), hours: 6, title: 'Course' },
  })),
  listLateEntries: { relation: 'list', request: () => ({}) },
  requestTransfer: row('own', (x) => ({ body: { learnerId: x.spare.id, ...transfer(x) } })),
  listTransfers: list((x) => x.transfer.id),
  getTransfer: row('own', of('transfer')),
  consentToTransfer: row('own', of('transfer')),
  refuseTransfer: row('own', (x) => ({ path: { id: x.transfer.id }, body: { reason: 'Not known' } })),
  withdrawTransfer: row('own', of('transfer')),
  takeSnapshot: row('national', () => ({ body: { validOn: today(), name: 'Another' } })),
  listSnapshots: row('open'),
  getSnapshot: row('open', (x) => ({ path: { id: x.snapshotId } })),
  listSnapshotFigures: row('open', (x) => ({ path: { id: x.snapshotId } })),
  exportSnapshotFigures: row('open', (x) => ({ path: { id: x.snapshotId } })),
  getSnapshotDifference: row('national', (x) => ({ path: { id: x.snapshotId } })),
  listLearnerEntries: list((x) => x.enrolment.id, { schoolYear }),
  listCertificateEntries: list((x) => x.credential.id),
  isCertificateRegistered: row('public', (x) => ({
    query: { registrationNumber: x.credential.registrationNumber, issuedOn: x.credential.issuedOn },
  })),
  listCertificateEntryChanges: row('changes'),
  exportCertificateEntries: stream((x) => x.credential.id),
  getCertificateEntry: row('own', of('credential')),
  getCertificateEntryHistory: row('own', of('credential')),
  getCertificateSupplement: row('own', of('credential')),
  putCertificateSupplement: row(
    'own',
    of('credential', () => ({ modules: [] })),
  ),
  getCertificateSupplementHistory: row('own', of('credential')),
  listLicences: row('public'),
  listLicenceChanges: row('open'),
  exportLicences: row('open'),
  getLicenceOfInstitution: row('public', (x) => ({ path: { institutionId: x.institutionId } })),
  getLicence: row('public', of('licence')),
  getLicenceHistory: row('public', of('licence')),
};
