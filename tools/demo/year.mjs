// The admission year of the demonstration: four stages and two cycles for free places. Admission goes by a clock that the
// demonstration moves over the API, so a year that is over passes in minutes.
import { setTimeout as delay } from 'node:timers/promises';

/** Days and hours in UTC; who applies anew in each stage, as a share of all applicants. */
export const calendar = [
  { type: 'WINTER', apply: '01-20', until: '02-02', sign: '02-08', starts: '02-16', newcomers: 0.08 },
  { type: 'SUMMER', apply: '06-01', until: '08-05', sign: '08-17', starts: '09-01', newcomers: 0.8 },
  { type: 'ADDITIONAL', apply: '08-18', until: '08-21', sign: '08-24', starts: '09-01', newcomers: 0.05 },
  { type: 'ADDITIONAL', apply: '08-25', until: '08-27', sign: '08-30', starts: '09-01', newcomers: 0.03 },
  { type: 'FREE_PLACES', apply: '09-07', until: '09-12', sign: '09-15', starts: '09-16', newcomers: 0.02 },
  { type: 'FREE_PLACES', apply: '09-16', until: '09-21', sign: '09-24', starts: '09-25', newcomers: 0.02 },
];
const lastStart = calendar.at(-1).starts;
const lookEveryMs = 200;

/** The last year that is over and has no campaign yet; its learners have begun, so money and diplomas follow. */
export async function freeYear(api) {
  const { items } = await api.get('/admission/v1/campaigns?limit=500');
  const taken = new Set(items.map(({ year }) => year));
  const now = new Date().toISOString();
  let year = Number(now.slice(0, 4));
  while (`${year}-${lastStart}` > now.slice(0, 10) || taken.has(year)) year -= 1;
  return year;
}

/** A campaign with its whole calendar, in one request. */
export async function planYear(api, year) {
  const campaign = await api.post('/admission/v1/campaigns', {
    year,
    planAct: `DEMO-PLAN-${year}`,
    stages: calendar.map(({ type, apply, until, sign, starts }, i) => ({
      ...{ type, sequence: i + 1, startsOn: `${year}-${starts}` },
      ...{ applyFrom: `${year}-${apply}T05:00:00Z`, applyUntil: `${year}-${until}T21:00:00Z` },
      signUntil: `${year}-${sign}T14:00:00Z`,
    })),
  });
  const { items } = await api.get(`/admission/v1/stages?campaignId=${campaign.id}&limit=100`);
  return { campaign, stages: items };
}

export const moveClock = (api, now) => api.put('/admission/v1/clock', { now });
export const resetClock = (api) => api.send('DELETE', '/admission/v1/clock');

/** Moves the clock and waits until the stage has followed it. */
export async function moveStageTo(api, { id }, instant, states) {
  await moveClock(api, instant);
  for (;;) {
    const stage = await api.get(`/admission/v1/stages/${id}`);
    if (states.includes(stage.state)) return stage;
    await delay(lookEveryMs);
  }
}
