// A stage in the real time, moved on by acts of the ministry: for tests that need one now.
import { setTimeout as delay } from 'node:timers/promises';

const hourMs = 3_600_000;
const soonMs = 2_000;
const lookEveryMs = 300;

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
