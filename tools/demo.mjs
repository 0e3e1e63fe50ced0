// `npm run demo` against the running platform: a national catalogue, 20,000 applicants, an admission year of four stages and
// two cycles for free places, and what follows from it. Every step is a REST call through the gateway. A second run plays
// the year before.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installMissing } from './install.mjs';

installMissing();
const { ApiClient } = await import('./api-client.mjs');
const { isIncomplete, institutionsOf, readCatalogue } = await import('./demo/catalogue.mjs');
const load = await import('./demo/load.mjs');
const stages = await import('./demo/stage.mjs');
const years = await import('./demo/year.mjs');
const { Progress } = await import('./demo/progress.mjs');
const { seeded } = await import('./demo/random.mjs');

const clientsFile = process.env.MEISTRAS_CLIENTS ?? join(import.meta.dirname, '../.meistras/clients.json');
const url = process.env.MEISTRAS_URL ?? `http://127.0.0.1:${process.env.MEISTRAS_PORT ?? 8080}`;
const applicants = Number(process.env.MEISTRAS_DEMO_APPLICANTS ?? 20_000);
const patienceMs = 1_000 * Number(process.env.MEISTRAS_DEMO_PATIENCE_SECONDS ?? 180);
/** Only so many rows of the catalogue; all of them if not said. */
const rowLimit = Number(process.env.MEISTRAS_DEMO_ROWS ?? Infinity);
const n = (value) => value.toLocaleString('en');

function ministry() {
  if (!existsSync(clientsFile)) throw new Error('The platform has not been started here: run `npm start` first.');
  const client = JSON.parse(readFileSync(clientsFile, 'utf8')).find(({ clientId }) => clientId === 'demo-ministry');
  return new ApiClient(url, client);
}

/** Waits until monitoring, which hears of everything last, counts as many as there must be. */
async function untilCounted(api, indicator, year, expected, report) {
  for (const end = Date.now() + patienceMs; ; await delay(300)) {
    const { items } = await api.get(`/monitoring/v1/indicators/${indicator}/values?by=year&year=${year}`);
    const value = items[0]?.value ?? 0;
    report(value, expected);
    if (value >= expected || Date.now() > end) return value;
  }
}

async function catalogue(api, progress, random) {
  console.log(
    '\nThe national catalogue (Parcoursup 2019, French ministry in charge of higher education, Licence Ouverte)',
  );
  const rows = (await readCatalogue()).slice(0, rowLimit);
  const dirty = await progress.step('institutions into the register', (report) =>
    load.loadInstitutions(api, rows, report),
  );
  const programmes = await progress.step('programmes into the register', (report) =>
    load.loadProgrammes(api, rows, report),
  );
  const badCodes = new Set((await badInstitutions(api, dirty)).map((row) => row.code));
  const unknown = rows.filter((row) => row.offeringCode === '' || badCodes.has(row.institutionCode)).length;
  const decisions = await progress.step('decisions of accreditation', (report) =>
    load.loadDecisions(api, rows, { expectedFailures: unknown, report }),
  );
  const year = await years.freeYear(api);
  await years.moveClock(api, `${year}-01-02T08:00:00Z`);
  const plan = await years.planYear(api, year);
  const seats = stages.scaleSeats(rows, applicants, random);
  const unusable = rows.filter((row) => isIncomplete(row) || badCodes.has(row.institutionCode)).length;
  const offerings = await progress.step('offerings of the first stage', (report) =>
    load.loadOfferings(api, plan.stages[0], rows, seats, { expectedFailures: unusable, report }),
  );
  await reportDirt(api, { rows, institutions: dirty, programmes, decisions, offerings });
  return { year, ...plan, rows };
}

async function badInstitutions(api, job) {
  const { parse } = await import('csv-parse/sync');
  return parse(await api.text(`/registers/v1/imports/${job.id}/report`), { columns: true }).map(({ row }) =>
    JSON.parse(row),
  );
}

async function reportDirt(api, { rows, institutions, programmes, decisions, offerings }) {
  console.log(
    `\n  ${n(rows.length)} rows, ${n(institutionsOf(rows).length)} institutions. Refused and kept in the reports of the imports:`,
  );
  const imports = [
    ['institutions', 'registers', institutions],
    ['programmes', 'registers', programmes],
    ['decisions', 'accreditation', decisions],
    ['offerings', 'admission', offerings],
  ];
  for (const [name, service, job] of imports) {
    const stored = job.total - job.failed;
    console.log(
      `    ${name.padEnd(13)} ${n(stored).padStart(7)} stored, ${n(job.failed).padStart(4)} rows refused   /${service}/v1/imports/${job.id}/report`,
    );
    for (const [fault, count] of (await load.faultsOf(api, service, job)).slice(0, 6))
      console.log(`        ${n(count).padStart(6)} × ${fault}`);
  }
  console.log(`    incomplete rows (no offering code, capacity or position): ${n(rows.filter(isIncomplete).length)}\n`);
}

async function admission(api, progress, { year, campaign, stages: planned, rows }, random) {
  console.log(`Admission ${year}: four stages and two cycles for free places, ${n(applicants)} applicants`);
  const learners = await progress.step('applicants into the register', (report) =>
    stages.registerLearners(api, year, applicants, random, report),
  );
  const all = { offerings: 0, seats: 0, runs: [], invitations: [], agreements: [] };
  let waiting = [];
  let registered = 0;
  for (const [i, stage] of planned.entries()) {
    const newcomers = Math.round(applicants * years.calendar[i].newcomers);
    const applying = [...waiting, ...learners.slice(registered, registered + newcomers)];
    registered += newcomers;
    const played = await playStage(api, progress, { stage, applying, rows, isFirst: i === 0 }, random);
    if (i === 0) Object.assign(all, played.places);
    all.runs.push(played.run);
    all.more ??= played.more;
    all.invitations.push(...played.invitations);
    all.agreements.push(...played.agreements);
    const placed = new Set(played.agreements.map(({ learnerId }) => learnerId));
    waiting = applying.filter(({ id }) => !placed.has(id));
  }
  return { ...all, totals: await api.get(`/admission/v1/campaigns/${campaign.id}/summary`) };
}

/** One stage from its opening to its close, and who signed. */
async function playStage(api, progress, { stage, applying, rows, isFirst }, random) {
  const name = `${stage.sequence} ${stage.type.toLowerCase().replace('_', ' ')}`;
  await years.moveStageTo(api, stage, stage.applyFrom, ['OPEN']);
  const offerings = await offeringsOf(api, stage, rows);
  if (isFirst) await stages.setQuotas(api, stage, offerings);
  const preferences = stages.drawPreferences(
    offerings,
    { count: applying.length, most: stage.preferenceLimit },
    random,
  );
  await progress.step(`${name}: ${n(applying.length)} applications`, (report) =>
    stages.apply(api, stage, applying, preferences, random, report),
  );
  await progress.step(`${name}: suitability, judged by the institutions`, (report) =>
    stages.judge(api, stage, random, report),
  );
  await years.moveStageTo(api, stage, stage.applyUntil, ['LOCKED']);
  const run = await progress.step(`${name}: allocation, verified`, () => stages.allocate(api, stage));
  await progress.step(`${name}: seed revealed, invitations issued`, () => stages.publish(api, run));
  const more =
    stage.type === 'SUMMER'
      ? await progress.step(`${name}: what if a fifth more had applied`, () => stages.tryMore(api, stage, run))
      : undefined;
  const signed = await progress.step(`${name}: agreements signed`, (report) => stages.sign(api, stage, random, report));
  await progress.step(`${name}: closed, free places go on`, () =>
    years.moveStageTo(api, stage, stage.signUntil, ['CLOSED']),
  );
  const seats = offerings.reduce((sum, each) => sum + each.fundedSeats + each.nonFundedSeats, 0);
  return { run, more, ...signed, places: { offerings: offerings.length, seats } };
}

/** The offerings of a stage with the demand that the catalogue knows for them. */
async function offeringsOf(api, stage, rows) {
  const demand = new Map(rows.map((row) => [row.offeringCode, row]));
  const codes = new Map();
  for await (const item of api.items('/registers/v1/programmes?codeScheme=PSUP')) codes.set(item.id, item.code);
  const list = [];
  for await (const item of api.items(`/admission/v1/offerings?stageId=${stage.id}`)) {
    const row = demand.get(codes.get(item.programmeId));
    list.push({ ...item, demand: row?.applicants ?? 0, county: row?.departmentCode ?? '' });
  }
  return list;
}

async function consequences(api, progress, { year, agreements }) {
  console.log('\nWhat follows, by events alone');
  const funded = agreements.filter((agreement) => agreement.fundingType === 'VF').length;
  const enrolled = await progress.step('enrolments', (report) =>
    untilCounted(api, 'enrolments', year, agreements.length, report),
  );
  const committed = await progress.step('funding commitments', (report) =>
    untilCommitted(api, agreements, funded, report),
  );
  const diploma = await progress.step('one learner to the diploma, verified', () => diplomaOf(api, agreements[0]));
  return { enrolled, funded, committed, diploma };
}

/** Commitments carry the enrolment; those of this stage are counted by its agreements' institutions once monitoring knows all. */
async function untilCommitted(api, agreements, funded, report) {
  const mine = new Set(agreements.map(({ id }) => id));
  const enrolments = new Set();
  for await (const enrolment of api.items('/learning-records/v1/enrolments'))
    if (mine.has(enrolment.agreementId)) enrolments.add(enrolment.id);
  for (const end = Date.now() + patienceMs; ; await delay(500)) {
    let count = 0;
    let amountMinor = 0;
    for await (const commitment of api.items('/finance/v1/commitments')) {
      if (!enrolments.has(commitment.enrolmentId)) continue;
      count += 1;
      amountMinor += commitment.amountMinor;
    }
    report(count, funded);
    if (count >= funded || Date.now() > end) return { count, amountMinor };
  }
}

async function diplomaOf(api, agreement) {
  const { items } = await api.get(`/learning-records/v1/enrolments?learnerId=${agreement.learnerId}`);
  const enrolment = items.find((each) => each.agreementId === agreement.id);
  const today = new Date().toISOString().slice(0, 10);
  await api.post('/learning-records/v1/results', { enrolmentId: enrolment.id, mark: 9, decidedOn: today });
  const credential = await api.post('/learning-records/v1/credentials', {
    enrolmentId: enrolment.id,
    registrationNumber: `DEMO-${agreement.id.slice(-12)}`,
  });
  const answer = await fetch(`${url}/learning-records/v1/verify/${credential.verificationCode}`);
  return { code: credential.verificationCode, verification: await answer.json() };
}

function summary(year, times) {
  const { invitations, agreements, totals, runs, more, enrolled, funded, committed, diploma } = year;
  const first = invitations.filter(({ rank }) => rank === 1).length;
  const verified = runs.every((run) => run.verified === true);
  const rows = [
    ['offerings, seats', `${n(year.offerings)}, ${n(year.seats)}`],
    ['applicants', n(applicants)],
    [
      'invited; of these to their first choice',
      `${n(invitations.length)}; ${((100 * first) / invitations.length).toFixed(1)} %`,
    ],
    ['allocations', `${n(runs.length)}, ${verified ? 'all of them stable' : 'NOT ALL STABLE'}`],
    [
      'a fifth more: out; worse off; places free',
      `${n(more.applicants.onlyInFirst)}; ${n(more.applicants.worseInSecond)}; ${n(more.second.funded.unfilled)}`,
    ],
    ['agreements signed', n(agreements.length)],
    [
      'state-funded places: planned = taken + returned',
      `${n(totals.planned)} = ${n(totals.agreements)} + ${n(totals.returned)}`,
    ],
    ['enrolments started', n(enrolled)],
    ['state-funded, commitments made', `${n(funded)}, ${n(committed.count)}`],
    ['funds committed', `${n(committed.amountMinor / 100)} EUR`],
    ['diploma verified by anybody', `${diploma.code}: ${diploma.verification.valid ? 'valid' : 'NOT valid'}`],
  ];
  console.log(`\nSummary of ${totals.year}`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(42)} ${value}`);
  console.log(`  ${'time'.padEnd(42)} ${times.reduce((sum, [, seconds]) => sum + seconds, 0).toFixed(0)} s\n`);
  const complete =
    totals.reconciles === true &&
    verified &&
    enrolled === agreements.length &&
    committed.count === funded &&
    diploma.verification.valid === true;
  console.log(complete ? 'Everything adds up.' : 'THE NUMBERS DO NOT ADD UP.');
  return complete;
}

try {
  const api = ministry();
  const random = seeded(20_190_601);
  const progress = new Progress();
  const { items } = await api.get('/finance/v1/funding-rates');
  if (items.length === 0) {
    await api.post('/finance/v1/funding-rates', {
      amountMinor: 4_000,
      currency: 'EUR',
      validFrom: '2020-01-01',
      act: 'DEMO-RATE',
    });
  }
  const loaded = await catalogue(api, progress, random);
  const admitted = await admission(api, progress, loaded, random);
  await years.resetClock(api);
  const followed = await consequences(api, progress, { ...loaded, ...admitted });
  process.exitCode = summary({ ...loaded, ...admitted, ...followed }, progress.times) ? 0 : 1;
} catch (error) {
  console.error(error.cause ? `${error.message}: ${error.cause.message ?? error.cause}` : error.message);
  process.exitCode = 1;
}
