import { describe, expect, it } from '@jest/globals';
import { Clock } from '@meistras/platform/time/clock';
import { SimulationService } from '../src/simulation/simulation.service.js';
import { ministry, schoolOf, startAdmission } from './builders.js';

const near = (instant: unknown): number => Math.abs(Date.parse(String(instant)) - Date.now());

describe('the clock of a rehearsal', () => {
  const { api } = startAdmission({ SIMULATED_CLOCK: 'on' });

  it('shows what it is told, goes on from there, and outlives a restart', async () => {
    const { body } = await api.as(ministry).put('/clock', { now: '2021-06-01T05:00:00Z' }).expect(200);
    expect(Date.parse(body.now) - Date.parse('2021-06-01T05:00:00Z')).toBeLessThan(60_000);
    const clock = api.app.get(Clock);
    clock.simulate(undefined); // as after a restart
    await api.app.get(SimulationService).onModuleInit();
    expect(clock.now().toISOString().slice(0, 10)).toBe('2021-06-01');
    expect(near(clock.real())).toBeLessThan(60_000);
    await api.as(schoolOf('0198c0de-0000-7000-8000-00000000ffff')).put('/clock', { now: body.now }).expect(403);
    expect(near((await api.as(ministry).delete('/clock').expect(200)).body.now)).toBeLessThan(60_000);
  });
});

describe('a real admission', () => {
  const { api } = startAdmission();

  it('goes by the real time', async () => {
    const { body } = await api.as(ministry).put('/clock', { now: '2021-06-01T05:00:00Z' }).expect(409);
    expect(body.type).toMatch(/clock-is-real$/);
    await api.as(ministry).delete('/clock').expect(409);
    expect(near((await api.as(ministry).get('/clock').expect(200)).body.now)).toBeLessThan(60_000);
  });
});
