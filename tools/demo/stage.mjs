// Second part of the demonstration: a stage of admission from applications to signed agreements.
import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from './progress.mjs';
import { weighted } from './random.mjs';

const hourMs = 3_600_000;
const lookEveryMs = 300;
const soonMs = 2_000;
const homeShare = 0.7;
const signShare = 0.92;
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

/** A campaign of the next free year with one stage that takes applications now. */
export async function openStage(api) {
  const { items } = await api.get('/admission/v1/campaigns?limit=500');
  const thisYear = new Date().getUTCFullYear();
  const year = Math.max(thisYear, ...items.map((campaign) => campaign.year + 1));
  const campaign = await api.post('/admission/v1/campaigns', { year, planAct: 'DEMO-PLAN' });
  const now = Date.now();
  const stage = await api.post(`/admission/v1/campaigns/${campaign.id}/stages`, {
    type: 'SUMMER',
    sequence: 1,
    applyFrom: new Date(now + 0.5 * hourMs).toISOString(),
    applyUntil: new Date(now + 2 * hourMs).toISOString(),
    signUntil: new Date(now + 6 * hourMs).toISOString(),
    startsOn: new Date(now).toISOString().slice(0, 10),
  });
  return { year, stage };
}

/**
 * Moves a bound of the stage's windows to shortly after now, by a ministry's act, and waits until the platform's clock has
 * moved the stage. Asked anew when the moment passed before the request arrived, or an answer was lost on its way.
 */
export async function moveStage(api, stage, bound, state) {
  for (;;) {
    const current = await api.get(`/admission/v1/stages/${stage.id}`);
    if (current.state === state) return current;
    const { applyFrom, applyUntil, signUntil } = current;
    if (Date.parse(current[bound]) > Date.now() + soonMs) {
      const soon = new Date(Date.now() + soonMs).toISOString();
      const body = { applyFrom, applyUntil, signUntil, [bound]: soon, act: 'DEMO-WINDOWS' };
      try {
        await api.put(`/admission/v1/stages/${stage.id}/windows`, body, { 'if-match': `"${current.version}"` });
      } catch (error) {
        if (error.status !== 412 && error.status !== 422) throw error;
      }
    }
    await delay(lookEveryMs);
  }
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
    birthOn: `${new Date().getUTCFullYear() - 16 - Math.floor(random() * 4)}-${String(1 + Math.floor(random() * 12)).padStart(2, '0')}-15`,
    sex: random() < 0.5 ? 'F' : 'M',
  }));
  return inParallel(people, width, (person) => api.post('/registers/v1/learners', person), report);
}

/** Three preferences for each learner, in proportion to the demand of the catalogue, mostly near home. */
export function drawPreferences(offerings, count, random) {
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
    for (let tries = 0; chosen.size < 3 && tries < 40; tries += 1) {
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

async function untilRun(api, { id }, state) {
  for (;;) {
    const run = await api.get(`/admission/v1/runs/${id}`);
    if (run.state === state) return run;
    if (run.state === 'FAILED') throw new Error(`The allocation failed: ${run.error}`);
    await delay(lookEveryMs);
  }
}

const signature = { documentsSeen: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'], guardianSigned: true };

/** Nearly everyone who is invited signs. */
export async function sign(api, stage, random, report) {
  const invitations = [];
  for await (const item of api.items(`/admission/v1/invitations?stageId=${stage.id}&state=ISSUED`))
    invitations.push(item);
  const signing = invitations.filter(() => random() < signShare);
  const agreements = await inParallel(
    signing,
    width,
    ({ id }) => api.post(`/admission/v1/invitations/${id}/agreement`, signature),
    report,
  );
  return { invitations, agreements };
}
