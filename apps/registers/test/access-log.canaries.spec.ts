import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PlatformLogger } from '@meistras/platform/telemetry/logger';
import { asAdmin } from '@meistras/testing/test-database';
import { AccessWatchService } from '../src/access-log/access-watch.service.js';
import { aLearner, aPersonalCode, forTeaching, officer, person, startRegisters, trusted } from './builders.js';

describe('canaries: seeded personal codes and names (T9, R-REG-30)', () => {
  const api = startRegisters();

  it('are in no event, access record, alarm or log line, whatever was asked', async () => {
    // Request lines are looked at in libs/platform/test/telemetry.spec.ts.
    const lines: string[] = [];
    Logger.overrideLogger(new PlatformLogger('registers', 'debug', { write: (line) => lines.push(line) }));
    const user = 'LT38505051234';
    const headers = { ...forTeaching, 'x-road-userid': user };
    const people = Array.from({ length: 5 }, (_, i) =>
      aLearner({ givenName: `Kanarėlė-${i}`, familyName: `Geltonoji-${i}`, personalCode: aPersonalCode() }),
    );
    const client = api.as(trusted);
    for (const [i, body] of people.entries()) {
      const { body: created } = await client.post('/learners', body, headers).expect(201);
      const { text } = await client.get(`/learners/${created.id}`, headers).expect(200);
      expect(text).toContain(body.personalCode);
      await client.post('/learners', body, headers).expect(409);
      await client.post('/learners/match', { personalCode: body.personalCode }, headers).expect(200);
      const names = { givenName: `Kanarėlė-${i}`, familyName: `Geltonoji-${i}b` };
      await client.put(`/learners/${created.id}`, names, { ...headers, 'if-match': '"1"' }).expect(200);
      await api.as(officer).get(`/learners/${created.id}/access-log`, headers).expect(200);
      await api.as(person(created.id)).get('/me/access-log', headers).expect(200);
    }
    await client.get('/learners?familyName=geltonoji', headers).expect(200);
    const [{ name }]: [{ name: string }] = await api.db.query('SELECT current_database() AS name');
    const dump = await asAdmin(async (admin) => {
      await admin.query(`UPDATE policy_parameter SET value = '{"SCHOOL": 1, "NATIONAL": 1}' WHERE value ? 'SCHOOL'`);
      await api.app.get(AccessWatchService).look();
      await admin.query('REVOKE INSERT ON access_record FROM registers_app');
      await client.get('/learners?familyName=geltonoji', headers).expect(500);
      await admin.query('GRANT INSERT ON access_record TO registers_app');
      const tables = ['outbox', 'access_record', 'access_alarm', 'parked_event'];
      const rows = await Promise.all(tables.map((table) => admin.query(`SELECT t::text FROM ${table} t`)));
      return rows.map((result) => JSON.stringify(result.rows));
    }, name);
    Logger.overrideLogger(false);

    const [events, records, alarms] = dump;
    expect(events).toContain('registers.access.alarm-raised.v1');
    expect(records).toContain('listLearners');
    expect(alarms).toContain('test-client');
    expect(lines.length).toBeGreaterThan(0);
    const canaries = people.flatMap(({ personalCode }) => [personalCode!, Buffer.from(personalCode!).toString('hex')]);
    const kept = [...dump, ...lines].join('\n').toLowerCase();
    for (const canary of [...canaries, 'kanarėl', 'geltonoji', user.slice(2)])
      expect(kept).not.toContain(canary.toLowerCase());
  });
});
