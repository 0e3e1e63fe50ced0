import { describe, expect, it } from '@jest/globals';
import { Programme } from '../src/programmes/programme.entity.js';
import type { RegisterProgrammeDto } from '../src/programmes/programmes.dto.js';
import { moduleKinds } from '../src/programmes/programme.rules.js';
import { aProgramme, faultsOf, registrar, startRegisters } from './builders.js';

const modules = moduleKinds.map((kind, at) => ({
  code: `40613${at}`,
  name: `Modulis ${at}`,
  kind,
  mandatory: kind !== 'OPTIONAL',
  credits: 12,
}));

/** The body of a PUT: facts without the code. */
function factsOf(body: RegisterProgrammeDto): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !['codeScheme', 'code'].includes(name)));
}

describe('POST /programmes', () => {
  const api = startRegisters();

  it('registers the programme with its modules and announces it', async () => {
    const body = aProgramme({ modules, nameEn: 'Software tester' });
    const { body: created, headers } = await api.as(registrar).post('/programmes', body).expect(201);
    expect(created).toMatchObject({ ...body, version: 1, state: 'REGISTERED' });
    expect(created).not.toHaveProperty('warnings');
    expect(headers['etag']).toBe('"1"');
    expect(await api.db.manager.findOneBy(Programme, { id: created.id })).toMatchObject(body);
    const { codeScheme, code, kind, fieldCode, eqfLevel, credits } = body;
    expect(await api.events()).toEqual([
      {
        type: 'registers.programme.registered.v1',
        key: created.id,
        version: 1,
        payload: {
          ...{ programmeId: created.id, version: 1, codeScheme, code, kind, fieldCode, eqfLevel, credits },
          state: 'REGISTERED',
        },
      },
    ]);
    const { body: read } = await api.as(registrar).get(`/programmes/${created.id}`).expect(200);
    expect(read).toEqual(created);
  });

  it('answers the same when the request is repeated, and does nothing', async () => {
    const body = aProgramme();
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(registrar).post('/programmes', body, key).expect(201);
    const again = await api.as(registrar).post('/programmes', body, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(await api.db.manager.countBy(Programme, { code: body.code })).toBe(1);
  });

  it('refuses a second programme with the same code', async () => {
    const body = aProgramme();
    await api.as(registrar).post('/programmes', body).expect(201);
    const { body: problem } = await api.as(registrar).post('/programmes', body).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:registers:programme-code-taken');
  });

  it('warns where the code reads otherwise, and stores all the same (R-REG-10)', async () => {
    const { body } = await api
      .as(registrar)
      .post('/programmes', aProgramme({ eqfLevel: 3, kind: 'CONTINUING' }))
      .expect(201);
    expect(body.warnings.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/kind', '/eqfLevel']);
  });

  it.each<[Partial<RegisterProgrammeDto>, string[]]>([
    [{ code: 'P4306130' }, ['/code WRONG_FORMAT']],
    [{ codeScheme: 'PSUP', code: '123456' }, ['/code WRONG_FORMAT']],
    [{ fieldCode: '0699' }, ['/fieldCode UNKNOWN_CODE']],
    [{ credits: 29, fieldCode: '0699' }, ['/credits TOO_FEW_CREDITS', '/fieldCode UNKNOWN_CODE']],
    [{ credits: 61, modules }, ['/modules CREDITS_DIFFER']],
    [{ modules: modules.slice(0, 1) }, [...Array<string>(3).fill('/modules MODULE_KIND_MISSING')]],
    [{ credits: 0, eqfLevel: 9, name: '' }, ['/credits MIN', '/eqfLevel MAX', '/name MIN_LENGTH']],
    [{ modules: [{ ...modules[0]!, code: 'in ner' }] }, ['/modules/0/code MATCHES']],
  ])('refuses %j', async (facts, faults) => {
    const { body } = await api.as(registrar).post('/programmes', aProgramme(facts)).expect(422);
    expect(faultsOf(body)).toEqual(expect.arrayContaining(faults));
  });
});

describe('PUT /programmes', () => {
  const api = startRegisters();

  it('by id replaces all facts, modules included', async () => {
    const body = aProgramme({ modules });
    const { body: created } = await api.as(registrar).post('/programmes', body).expect(201);
    const facts = { ...factsOf(body), modules: [], nameEn: 'Tester' };
    const path = `/programmes/${created.id}`;
    const { body: changed } = await api.as(registrar).put(path, facts, { 'if-match': '"1"' }).expect(200);
    expect(changed).toMatchObject({ version: 2, modules: [], nameEn: 'Tester' });
    await api.as(registrar).put(path, facts, { 'if-match': '"1"' }).expect(412);
    await api.as(registrar).put(path, facts, { 'if-match': '"2"' }).expect(200).expect('etag', '"2"');
  });

  it('by code registers, changes, and leaves unchanged facts alone', async () => {
    const body = aProgramme({ modules });
    const path = `/programmes/by-code/SMPKR/${body.code}`;
    const { body: created } = await api.as(registrar).put(path, factsOf(body)).expect(201);
    await api.as(registrar).put(path, factsOf(body)).expect(200).expect('etag', '"1"');
    const { body: changed } = await api
      .as(registrar)
      .put(path, { ...factsOf(body), name: 'Kita' })
      .expect(200);
    expect(changed).toMatchObject({ id: created.id, version: 2, name: 'Kita' });
    const { body: bad } = await api
      .as(registrar)
      .put(path, { ...factsOf(body), credits: 10 })
      .expect(422);
    expect(faultsOf(bad)).toEqual(['/credits TOO_FEW_CREDITS', '/modules CREDITS_DIFFER']);
  });
});

describe('GET /programmes', () => {
  const api = startRegisters();

  it('filters by code, field with its subfields, kind and level, and goes on by its cursor', async () => {
    const codes = [];
    for (const facts of [
      {},
      { fieldCode: '061' },
      { fieldCode: '1013', kind: 'CONTINUING' },
      { eqfLevel: 3 },
    ] as const) {
      const { body } = await api.as(registrar).post('/programmes', aProgramme(facts)).expect(201);
      codes.push(body.code);
    }
    const listed = async (query: string): Promise<string[]> => {
      const { body } = await api.as(registrar).get(`/programmes?${query}`).expect(200);
      return body.items.map(({ code }: { code: string }) => code);
    };
    expect(await listed('')).toEqual(codes);
    expect(await listed('fieldCode=061')).toEqual([codes[0], codes[1], codes[3]]);
    expect(await listed('kind=CONTINUING')).toEqual([codes[2]]);
    expect(await listed('eqfLevel=3')).toEqual([codes[3]]);
    expect(await listed(`codeScheme=SMPKR&code=${codes[0]}`)).toEqual([codes[0]]);
    const { body: page, headers } = await api.as(registrar).get('/programmes?limit=3').expect(200);
    expect(headers['link']).toContain('rel="next"');
    expect(await listed(`limit=3&after=${page.next}`)).toEqual([codes[3]]);
    const { body: feed } = await api.as(registrar).get('/programmes/changes').expect(200);
    expect(feed.items).toHaveLength(4);
  });
});
