import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { InstitutionChangedV1 } from '@meistras/contracts/events/registers/institution';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { accreditation } from '../src/data-source.js';
import type { GrantDto, RevokeDto } from '../src/decisions/decisions.dto.js';
import { Procedure } from '../src/procedures/procedure.entity.js';
import {
  aGrant,
  aKnownPair,
  anInstitutionRegistered,
  aProcedure,
  aReview,
  aRevocation,
  faultsOf,
  ministry,
  school,
} from './builders.js';

const api = startService(accreditation, features);

describe('POST /procedures', () => {
  it('opens a procedure for the institution that asks', async () => {
    const pair = await aKnownPair(api);
    const { body, headers } = await api.as(school(pair.institutionId)).post('/procedures', pair).expect(201);
    expect(body).toMatchObject({ ...pair, version: 1, state: 'SUBMITTED' });
    expect(headers['etag']).toBe('"1"');
    expect(await api.db.manager.findOneBy(Procedure, { id: body.id })).toMatchObject(pair);
  });

  it('answers the same when the request is repeated, and opens no second one', async () => {
    const pair = await aKnownPair(api);
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(ministry).post('/procedures', pair, key).expect(201);
    const again = await api.as(ministry).post('/procedures', pair, key).expect(201);
    expect(again.text).toBe(first.text);
    const { body: problem } = await api.as(ministry).post('/procedures', pair).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:accreditation:procedure-open');
  });

  it('opens a new one when the one before is closed', async () => {
    const { institutionId, programmeId } = await aProcedure(api, 'review', 'refuse');
    await api.as(ministry).post('/procedures', { institutionId, programmeId }).expect(201);
  });

  it('refuses what the registers have not announced, or have closed (R-ACC-06)', async () => {
    const unknown = { institutionId: randomUUID(), programmeId: randomUUID() };
    const { body: problem } = await api.as(ministry).post('/procedures', unknown).expect(422);
    expect(faultsOf(problem)).toEqual(['/institutionId UNKNOWN', '/programmeId UNKNOWN']);
    const pair = await aKnownPair(api);
    const { institutionId } = pair;
    await api.consume(InstitutionChangedV1, anInstitutionRegistered({ institutionId, version: 2, state: 'CLOSED' }));
    const { body: closed } = await api.as(ministry).post('/procedures', pair).expect(422);
    expect(faultsOf(closed)).toEqual(['/institutionId CLOSED']);
  });

  it('is for an institution of the caller alone', async () => {
    const pair = await aKnownPair(api);
    await api.as(school(randomUUID())).post('/procedures', pair).expect(404);
  });
});

describe('a procedure', () => {
  it('is reviewed, granted and revoked, each act announced once', async () => {
    const { id, institutionId, programmeId } = await aProcedure(api);
    const [review, grant, revocation] = [aReview(), aGrant({ validTo: '2031-09-01' }), aRevocation()];
    const reviewed = await api.as(ministry).post(`/procedures/${id}/review`, review).expect(200);
    expect(reviewed.body).toMatchObject({ state: 'REVIEWED', version: 2, expertise: review });
    const granted = await api.as(ministry).post(`/procedures/${id}/grant`, grant).expect(200);
    expect(granted.body).toMatchObject({ state: 'GRANTED', version: 3 });
    const { decisionId } = granted.body;
    const revoked = await api.as(ministry).post(`/procedures/${id}/revoke`, revocation).expect(200);
    expect(revoked.body).toMatchObject({ state: 'REVOKED', version: 4, decisionId });

    const { body: decision } = await api.as(ministry).get(`/decisions/${decisionId}`).expect(200);
    expect(decision).toMatchObject({
      ...{ ...grant, validTo: '2027-01-01' },
      ...{ id: decisionId, version: 2, procedureId: id, institutionId, programmeId, state: 'REVOKED' },
      revocation,
    });
    const { actNumber, validFrom } = grant;
    const shared = { decisionId, institutionId, programmeId, actNumber, validFrom };
    expect((await api.events()).filter(({ key }) => key === decisionId)).toEqual([
      {
        type: 'accreditation.decision.granted.v1',
        key: decisionId,
        version: 1,
        payload: { ...shared, version: 1, state: 'GRANTED', validTo: '2031-09-01' },
      },
      {
        type: 'accreditation.decision.revoked.v1',
        key: decisionId,
        version: 2,
        payload: { ...shared, version: 2, state: 'REVOKED', validTo: '2027-01-01' },
      },
    ]);
  });

  it('takes a command sent twice once', async () => {
    const { id } = await aProcedure(api, 'review');
    const key = { 'idempotency-key': 'the-same-grant-1' };
    const grant = aGrant();
    const first = await api.as(ministry).post(`/procedures/${id}/grant`, grant, key).expect(200);
    const again = await api.as(ministry).post(`/procedures/${id}/grant`, grant, key).expect(200);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    await api.as(ministry).post(`/procedures/${id}/grant`, grant).expect(409);
  });

  it('needs a positive expertise act to be granted (R-ACC-32)', async () => {
    const { id } = await aProcedure(api);
    const path = `/procedures/${id}`;
    await api.as(ministry).post(`${path}/grant`, aGrant()).expect(409);
    await api
      .as(ministry)
      .post(`${path}/review`, aReview({ result: 'NEGATIVE' }))
      .expect(200);
    const { body: problem } = await api.as(ministry).post(`${path}/grant`, aGrant()).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:accreditation:expertise-not-positive');
    const { body } = await api.as(ministry).post(`${path}/refuse`, { reason: 'No equipment.' }).expect(200);
    expect(body).toMatchObject({ state: 'REFUSED', refusal: { reason: 'No equipment.' } });
    expect(body).not.toHaveProperty('decisionId');
  });

  it('has an expertise act of its own', async () => {
    const [first, second] = [await aProcedure(api), await aProcedure(api)];
    const review = aReview();
    await api.as(ministry).post(`/procedures/${first.id}/review`, review).expect(200);
    const { body: problem } = await api.as(ministry).post(`/procedures/${second.id}/review`, review).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:accreditation:expertise-act-taken');
  });

  it.each<[Partial<GrantDto>, string[]]>([
    [{ authority: '' }, ['/authority MIN_LENGTH']],
    [{ actNumber: '' }, ['/actNumber MATCHES']],
    [{ actOn: '2026-02-30' }, ['/actOn DAY']],
    [{ documentHash: 'x'.repeat(64) }, ['/documentHash MATCHES']],
    [{ validTo: '2026-09-01' }, ['/validTo ENDS_BEFORE_START']],
  ])('is not granted by an act with %j (R-ACC-03)', async (facts, faults) => {
    const { id } = await aProcedure(api, 'review');
    const { body } = await api.as(ministry).post(`/procedures/${id}/grant`, aGrant(facts)).expect(422);
    expect(faultsOf(body)).toEqual(faults);
    const { body: after } = await api.as(ministry).get(`/procedures/${id}`).expect(200);
    expect(after).toMatchObject({ state: 'REVIEWED', version: 2 });
  });

  it.each<[Partial<RevokeDto>, string[]]>([
    [{ effectiveOn: '2026-08-31' }, ['/effectiveOn OUTSIDE_PERIOD']],
    [{ reason: '' }, ['/reason MIN_LENGTH']],
  ])('is not revoked by %j', async (facts, faults) => {
    const { id } = await aProcedure(api, 'review', 'grant');
    const { body } = await api.as(ministry).post(`/procedures/${id}/revoke`, aRevocation(facts)).expect(422);
    expect(faultsOf(body)).toEqual(faults);
  });

  it('is not found by an unknown id, whatever the command', async () => {
    const id = randomUUID();
    await api.as(ministry).get(`/procedures/${id}`).expect(404);
    await api.as(ministry).post(`/procedures/${id}/review`, aReview()).expect(404);
    await api.as(ministry).post(`/procedures/${id}/grant`, aGrant()).expect(404);
  });
});
