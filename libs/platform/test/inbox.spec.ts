import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { startService } from '@meistras/testing/start-service';
import type { BusEvent } from '../src/bus/bus.js';
import { BusStrategy } from '../src/inbox/bus.strategy.js';
import { Inbox } from '../src/inbox/inbox.js';
import { features, sample } from './sample/things.js';

const operator = { scopes: ['platform.parked-events:read', 'platform.parked-events:write'], national: true };

function state(institutionId: string, version: number, code = '188603091'): InstitutionChangedV1 {
  return { institutionId, version, code, codeScheme: 'JAR', state: 'REGISTERED' };
}

function message(institutionId: string, version: number, change: Partial<BusEvent> = {}): BusEvent {
  return {
    id: randomUUID(),
    type: version === 1 ? InstitutionRegisteredV1.type : InstitutionChangedV1.type,
    topic: 'registers.institution',
    key: institutionId,
    version,
    occurredAt: '2026-09-01T08:00:00Z',
    payload: JSON.stringify(state(institutionId, version)),
    ...change,
  };
}

describe('the inbox', () => {
  const api = startService(sample, features);
  const apply = (batch: BusEvent[]): Promise<void> =>
    api.app.get(Inbox).apply(batch, api.app.get(BusStrategy).dispatch);
  const applied = (id: string): Promise<{ version: number; times: number }[]> =>
    api.db.query('SELECT version, times FROM applied WHERE institution_id = $1', [id]);

  it('applies an event once, however often it arrives', async () => {
    const id = randomUUID();
    const event = message(id, 1);
    await apply([event, event]);
    await apply([event]);
    await api.consume(InstitutionRegisteredV1, state(id, 1));
    expect(await applied(id)).toEqual([{ version: 1, times: 1 }]);
  });

  it('ignores an older version that comes late', async () => {
    const id = randomUUID();
    await apply([message(id, 2)]);
    await apply([message(id, 1)]);
    expect(await applied(id)).toEqual([{ version: 2, times: 1 }]);
  });

  it('applies the versions of one aggregate in their order, in one batch', async () => {
    const id = randomUUID();
    await apply([message(id, 1), message(id, 2), message(id, 3)]);
    expect(await applied(id)).toEqual([{ version: 3, times: 3 }]);
  });

  it('parks a refused event, parks those behind it, and lets other aggregates flow', async () => {
    const [ill, well] = [randomUUID(), randomUUID()];
    const poison = message(ill, 1, { payload: JSON.stringify(state(ill, 1, 'poison')) });
    await apply([message(well, 1), poison, message(ill, 2), message(well, 2)]);
    expect(await applied(well)).toEqual([{ version: 2, times: 2 }]);
    expect(await applied(ill)).toEqual([]);
    const parked = await api.db.query('SELECT version, error FROM parked_event WHERE key = $1 ORDER BY version', [ill]);
    expect(parked).toMatchObject([{ version: 1, error: 'This event is poison.' }, { version: 2 }]);
  });

  it.each([
    ['is not JSON', '{'],
    ['is no object', '[]'],
    ['lacks a field', '{"institutionId":"0198c0de-0000-7000-8000-000000000001"}'],
  ])('parks an event whose payload %s', async (_, payload) => {
    const id = randomUUID();
    await apply([message(id, 1, { payload })]);
    const [row]: { error: string }[] = await api.db.query('SELECT error FROM parked_event WHERE key = $1', [id]);
    expect(row?.error).toMatch(/^The payload is/);
  });

  it('lets an operator list parked events and apply them when the cause is mended', async () => {
    const id = randomUUID();
    await apply([message(id, 1, { payload: JSON.stringify(state(id, 1, 'poison')) }), message(id, 2)]);
    const { body: page } = await api.as(operator).get('/parked-events?limit=500').expect(200);
    const [first, second] = (page.items as { id: string; key: string; version: number }[])
      .filter((event) => event.key === id)
      .sort((a, b) => a.version - b.version);
    await api.as(operator).post(`/parked-events/${second?.id}/retry`).expect(409);
    await api.as(operator).post(`/parked-events/${first?.id}/retry`).expect(409);
    await api.db.query(
      `UPDATE parked_event SET event = jsonb_set(event, '{payload}', to_jsonb($2::text)) WHERE id = $1`,
      [first?.id, JSON.stringify(state(id, 1))],
    );
    await api.as(operator).post(`/parked-events/${first?.id}/retry`).expect(200);
    await api.as(operator).post(`/parked-events/${second?.id}/retry`).expect(200);
    expect(await applied(id)).toEqual([{ version: 2, times: 2 }]);
    await api.as(operator).post(`/parked-events/${second?.id}/retry`).expect(404);
    await api.as({ scopes: operator.scopes }).get('/parked-events').expect(403);
  });
});
