import { beforeEach, describe, expect, it } from '@jest/globals';
import { Registers } from '../src/register/registers.js';
import { anInstitution, registrar, startRegisters } from './builders.js';

describe('the reorganisation of an institution', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  const register = async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body;
  const act = ({ id, version }: { id: string; version: number }, what: string, body: object) =>
    api.as(registrar).put(`/institutions/${id}/${what}`, body, { 'if-match': `"${version}"` });
  const statesOf = async (id: string) =>
    (await api.events('registers.institution'))
      .filter(({ key }) => key === id)
      .map(({ payload }) => [payload['state'], payload['isReorganising']]);

  it('begins on its day, is announced, and ends in the institution as it goes on', async () => {
    const institution = await register();
    const begins = { validFrom: '2026-02-01', legalBasis: 'V-12' };
    const { body: planned } = await act(institution, 'reorganisation', begins).expect(200);
    expect(planned.state).toBe('REGISTERED');
    api.clock.set('2026-02-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    const { body: now } = await api.anonymous().get(`/institutions/${institution.id}`).expect(200);
    expect(now).toMatchObject({ state: 'REORGANISING', validFrom: '2026-02-01', legalBasis: 'V-12' });
    const { body: again } = await act(now, 'reorganisation', { validFrom: '2026-02-01' }).expect(409);
    expect(again.type).toBe('urn:meistras:problem:registers:institution-state');
    const { body: ended } = await act(now, 'reorganisation/end', { validFrom: '2026-02-01' }).expect(200);
    expect(ended.state).toBe('REGISTERED');
    await act(ended, 'reorganisation/end', { validFrom: '2026-02-01' }).expect(409);
    // To other services it is registered all the while.
    const states = await statesOf(institution.id);
    expect(states.every(([state]) => state === 'REGISTERED')).toBe(true);
    expect(states.map(([, is]) => is)).toContain(true);
    expect(states.at(-1)).toEqual(['REGISTERED', undefined]);
  });

  it('ends in a closure with the successors', async () => {
    const [institution, successor] = [await register(), await register()];
    const { body: begun } = await act(institution, 'reorganisation', { validFrom: '2026-01-10' }).expect(200);
    const closure = { validFrom: '2026-01-10', successorIds: [successor.id] };
    const { body: closed } = await act(begun, 'closure', closure).expect(200);
    expect(closed).toMatchObject({ state: 'CLOSED', successorIds: [successor.id] });
    await act(closed, 'reorganisation', { validFrom: '2026-01-10' }).expect(409);
    expect((await statesOf(institution.id)).at(-1)).toEqual(['CLOSED', undefined]);
  });
});
