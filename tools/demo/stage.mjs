// What happens in a stage of admission, from applications to signed agreements.
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from './progress.mjs';
import { weighted } from './random.mjs';

const lookEveryMs = 300;
const homeShare = 0.7;
const signature = { documentsSeen: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'], guardianSigned: true };
const signShare = 0.85;
const declineShare = 0.05;
const width = 24;

/** The share of the catalogue's places that a country with so many applicants would have, and whole seats of it. */
export function scaleSeats(rows, applicants, random) {
  const capacity = rows.reduce((sum, row) => sum + (row.capacity ?? 0), 0);
  const factor = applicants / capacity;
  return rows.map((row) => {
    const exact = (row.capacity ?? 0) * factor;
    const fundedSeats = Math.floor(exact) + (random() < exact - Math.floor(exact) ? 1 : 0);
    return { fundedSeats, nonFundedSeats: random() < exact / 20 ? 1 : 0 };
  });
}

/** Places planned for each broad field: what the budget pays, a little less than the seats. */
export async function setQuotas(api, stage, offerings) {
  const funded = new Map();
  for (const { poolCode, fundedSeats } of offerings) funded.set(poolCode, (funded.get(poolCode) ?? 0) + fundedSeats);
  const pools = [...funded].map(([fieldCode, seats]) => ({ fieldCode, planned: Math.floor(seats * 0.97) }));
  await api.put(`/admission/v1/stages/${stage.id}/pools`, { pools, act: 'DEMO-PLAN' });
  return pools;
}

/** Persons to apply: a code number instead of a name, nobody's data. */
export function registerLearners(api, year, applicants, random, report) {
  const people = Array.from({ length: applicants }, (_, i) => ({
    givenName: 'Applicant',
    familyName: `No ${year}-${String(i + 1).padStart(6, '0')}`,
    birthOn: `${year - 16 - Math.floor(random() * 4)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-15`,
    sex: random() < 0.5 ? 'F' : 'M',
  }));
  return inParallel(people, width, (person) => api.post('/registers/v1/learners', person), report);
}

/** Up to `most` preferences for each learner, in proportion to the demand of the catalogue, mostly near home. */
export function drawPreferences(offerings, { count, most }, random) {
  const open = offerings.filter((offering) => offering.fundedSeats + offering.nonFundedSeats > 0);
  const drawAny = weighted(
    open.map((offering) => offering.demand + 1),
    random,
  );
  const byCounty = Map.groupBy
    ? Map.groupBy(open, (offering) => offering.county)
    : groupBy(open, (offering) => offering.county);
  const local = new Map(
    [...byCounty].map(([county, list]) => [
      county,
      {
        list,
        draw: weighted(
          list.map((each) => each.demand + 1),
          random,
        ),
      },
    ]),
  );
  return Array.from({ length: count }, () => {
    const home = open[drawAny()].county;
    const chosen = new Map();
    for (let tries = 0; chosen.size < most && tries < 40; tries += 1) {
      const { list, draw } = local.get(home);
      const offering = random() < homeShare ? list[draw()] : open[drawAny()];
      const fundingType = offering.fundedSeats > 0 && (offering.nonFundedSeats === 0 || random() < 0.95) ? 'VF' : 'VNF';
      chosen.set(`${offering.id} ${fundingType}`, { offeringId: offering.id, fundingType });
    }
    return [...chosen.values()];
  });
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

/** The register's events may still be on their way to admission: a learner who is not known yet applies a moment later. */
export function apply(api, stage, learners, preferences, random, report) {
  const grade = () => ({ scale: 'TEN', value: 4 + Math.floor(random() * 7) });
  const applications = learners.map((learner, i) => ({
    learnerId: learner.id,
    stageId: stage.id,
    education: 'SECONDARY',
    grades: Array.from({ length: 8 }, grade),
    preferences: preferences[i],
  }));
  return inParallel(
    applications,
    width,
    (body) => api.untilKnown(() => api.post('/admission/v1/applications', body)),
    report,
  );
}

/** Every institution judges its applicants: nearly all are suitable. */
export async function judge(api, stage, random, report) {
  const pending = [];
  for await (const item of api.items(`/admission/v1/suitability?stageId=${stage.id}&state=PENDING`)) pending.push(item);
  const batches = [];
  for (const [institutionId, items] of groupBy(pending, (item) => item.institutionId)) {
    for (let at = 0; at < items.length; at += 1_000) {
      const decisions = items.slice(at, at + 1_000).map(({ applicationId, offeringId }) => ({
        applicationId,
        offeringId,
        ...(random() < 0.97 ? { state: 'SUITABLE' } : { state: 'UNSUITABLE', reason: 'HEALTH_REQUIREMENT' }),
      }));
      batches.push({ institutionId, decisions });
    }
  }
  await inParallel(batches, width, (batch) => api.post('/admission/v1/suitability-decisions', batch), report);
  return pending.length;
}

/** Runs the allocation and waits until it is stored and verified. */
export async function allocate(api, stage) {
  const run = await api.post(`/admission/v1/stages/${stage.id}/runs`);
  return untilRun(api, run, 'COMPLETED');
}

/** Publishes a verified run: reveals the seed and issues the invitations, in the background. */
export async function publish(api, run) {
  await api.post(`/admission/v1/runs/${run.id}/publish`);
  return untilRun(api, run, 'PUBLISHED');
}

/** What if a fifth more had applied? A trial by the stage's own lottery, beside the run that was published. */
export async function tryMore(api, stage, run) {
  const demand = [{ percent: 120 }];
  const trial = await api.post(`/admission/v1/stages/${stage.id}/trial-runs`, { name: 'A fifth more', demand });
  await untilRun(api, trial, 'COMPLETED', 'trial-runs');
  return api.get(`/admission/v1/runs/${run.id}/comparison?with=${trial.id}`);
}

async function untilRun(api, { id }, state, kind = 'runs') {
  for (;;) {
    const run = await api.get(`/admission/v1/${kind}/${id}`);
    if (run.state === state) return run;
    if (run.state === 'FAILED') throw new Error(`The allocation failed: ${run.error}`);
    await delay(lookEveryMs);
  }
}

/** Most of those who are invited sign, a few decline, and the others let their invitation lapse. */
export async function sign(api, stage, random, report) {
  const invitations = [];
  for await (const item of api.items(`/admission/v1/invitations?stageId=${stage.id}&state=ISSUED`))
    invitations.push(item);
  const answers = invitations.map(() => random());
  const signing = invitations.filter((_, i) => answers[i] < signShare);
  const declining = invitations.filter((_, i) => answers[i] >= signShare && answers[i] < signShare + declineShare);
  const agreements = await inParallel(
    signing,
    width,
    ({ id }) => api.post(`/admission/v1/invitations/${id}/agreement`, signature),
    report,
  );
  await inParallel(declining, width, ({ id }) => api.post(`/admission/v1/invitations/${id}/decline`));
  return { invitations, agreements };
}
