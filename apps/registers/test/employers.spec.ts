import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RegisterEmployerDto } from '../src/employers/employers.dto.js';
import { anEmployer, faultsOf, registrar, startRegisters } from './builders.js';

const workplace = { code: 'W-1', name: 'Dirbtuvės', fieldCodes: ['0715'], capacity: 4, accreditedFrom: '2026-01-01' };

describe('employers', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  it('are registered with their workplaces, and announced with what they can take on the day', async () => {
    const ended = { ...workplace, code: 'W-2', accreditedFrom: '2020-01-01', accreditedTo: '2026-01-10' };
    const later = { ...workplace, code: 'W-3', accreditedFrom: '2026-09-01' };
    const stated = anEmployer({ workplaces: [workplace, ended, later] });
    const { body } = await client().post('/employers', stated).expect(201);
    expect(body).toMatchObject({ ...stated, version: 1, state: 'REGISTERED', validFrom: '2026-01-10' });
    expect(await api.events('registers.employer')).toMatchObject([
      { type: 'registers.employer.registered.v1', key: body.id, payload: { capacity: 4, code: stated.code } },
    ]);
  });

  it.each<[string, Partial<RegisterEmployerDto>, string[]]>([
    ['two workplaces of one code', { workplaces: [workplace, workplace] }, ['/workplaces/1/code DUPLICATE']],
    [
      'an accreditation that ends before it begins',
      { workplaces: [{ ...workplace, accreditedTo: '2025-01-01' }] },
      ['/workplaces/0/accreditedTo ORDER'],
    ],
    [
      'an unknown field and place',
      { workplaces: [{ ...workplace, fieldCodes: ['0715', '0198'], municipalityCode: 'LT-99' }] },
      ['/workplaces/0/fieldCodes/1 UNKNOWN_CODE', '/workplaces/0/municipalityCode UNKNOWN_CODE'],
    ],
    ['no capacity', { workplaces: [{ ...workplace, capacity: 0 }] }, ['/workplaces/0/capacity MIN']],
    ['a wrong check digit', { code: '188603092' }, ['/code WRONG_CHECK_DIGIT']],
  ])('with %s are refused, and nothing is stored', async (_, facts, faults) => {
    const { body } = await client().post('/employers', anEmployer(facts)).expect(422);
    expect(faultsOf(body)).toEqual(faults);
    const { body: found } = await client()
      .get(`/employers?code=${anEmployer(facts).code}`)
      .expect(200);
    expect(found.items).toEqual([]);
  });

  it('keep their history and are taken off the register once', async () => {
    const { code, codeScheme, ...facts } = anEmployer({ validFrom: '2026-01-01' });
    const { body: first } = await client().put(`/employers/by-code/${codeScheme}/${code}`, facts).expect(201);
    const change = { name: 'Naujas', workplaces: [{ ...workplace, capacity: 9 }] };
    await client().put(`/employers/${first.id}`, change, { 'if-match': '"1"' }).expect(200);
    const end = { validFrom: '2026-01-10', legalBasis: 'V-3' };
    await client().put(`/employers/${first.id}/deregistration`, end, { 'if-match': '"2"' }).expect(200);
    await client().put(`/employers/${first.id}/deregistration`, end, { 'if-match': '"3"' }).expect(409);
    const { body: before } = await client().get(`/employers/${first.id}?validOn=2026-01-09`).expect(200);
    expect(before).toMatchObject({ name: facts.name, state: 'REGISTERED', workplaces: [{ capacity: 4 }] });
    const events = await api.events('registers.employer');
    expect(events.filter(({ key }) => key === first.id).map(({ payload }) => payload['capacity'])).toEqual([4, 9, 9]);
  });
});
