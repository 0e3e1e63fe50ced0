import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AccessAlarmRaisedV1 } from '@meistras/contracts/events/registers/access';
import { ServiceConfig } from '@meistras/platform/config/config';
import { setReach } from '@meistras/platform/database/reach';
import { insertRows } from '@meistras/platform/database/rows';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { AccessAlarm } from './access-alarm.entity.js';
import { massLookupsIn, windowEnd } from './mass-lookup.rules.js';
import type { MassLookup, MassLookupPolicy, Sighting } from './mass-lookup.rules.js';

/** An alarm is owed within a minute. */
const pollMs = 20_000;
const minuteMs = 60_000;
/** A read's instant is taken before its record commits: no statement takes longer than this. */
const latestMs = minuteMs;

interface Suspect {
  clientId: string;
  national: boolean;
  learners: number;
}

/**
 * Looks through the reads since the last look for clients that read masses of learners: a former provider's forgotten key,
 * or one log-in shared by everybody, shows itself by this. What happened while nobody looked is looked through later.
 */
@Injectable()
export class AccessWatchService extends ServiceLoop {
  private readonly log = new Logger('AccessWatch');

  constructor(
    config: ServiceConfig,
    private readonly dataSource: DataSource,
    private readonly policies: PoliciesService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    super({ name: 'access-watch', url: config.DATABASE_URL, pollMs });
  }

  protected async turn(): Promise<number> {
    await this.look();
    return 0;
  }

  /** Raises the alarms that are due; answers them. */
  async look(): Promise<AccessAlarm[]> {
    return this.dataSource.transaction(async (tx) => {
      await setReach(tx, null);
      const [watch]: [{ looked_until: Date }] = await tx.query('SELECT looked_until FROM access_watch FOR UPDATE');
      const now = this.clock.now();
      const { limits, windowMinutes } = await this.policies.massLookupOn(tx, this.clock.today());
      const since = new Date(watch.looked_until.getTime() - windowMinutes * minuteMs - latestMs);
      const alarms: AccessAlarm[] = [];
      for (const { clientId, national, learners } of await suspects(tx, since)) {
        const limit = national ? limits.NATIONAL : limits.SCHOOL;
        if (limit === null || learners <= limit) continue;
        alarms.push(...(await this.judge(tx, { clientId, national, since }, { limit, windowMinutes })));
      }
      if (limits.NATIONAL !== null)
        alarms.push(...(await this.judgeBulk(tx, since, { limit: limits.NATIONAL, windowMinutes })));
      await this.raise(tx, alarms);
      await tx.query('UPDATE access_watch SET looked_until = greatest(looked_until, $1)', [now]);
      return alarms;
    });
  }

  private async judge(
    tx: EntityManager,
    { clientId, national, since }: { clientId: string; national: boolean; since: Date },
    policy: MassLookupPolicy,
  ): Promise<AccessAlarm[]> {
    const [last]: { first_at: Date; window_minutes: number }[] = await tx.query(
      'SELECT first_at, window_minutes FROM access_alarm WHERE client_id = $1 ORDER BY first_at DESC LIMIT 1',
      [clientId],
    );
    const closedUntil = last ? windowEnd(last.first_at, last.window_minutes) : since;
    const from = closedUntil > since ? closedUntil : since;
    const sightings: Sighting[] = await tx.query(
      `SELECT subject_id AS "learnerId", recorded_at AS at FROM access_record
       WHERE recorded_at >= $1 AND client_id = $2 AND (institutions IS NULL) = $3 ORDER BY recorded_at, id`,
      [from, clientId, national],
    );
    return massLookupsIn(sightings, policy).map((lookup) => this.alarmOf(clientId, lookup, policy));
  }

  /** A read of everybody says at once how many it was; one that falls into a window with an alarm raises none. */
  private async judgeBulk(tx: EntityManager, since: Date, policy: MassLookupPolicy): Promise<AccessAlarm[]> {
    const reads: { clientId: string; persons: number; at: Date }[] = await tx.query(
      `SELECT DISTINCT ON (b.client_id) b.client_id AS "clientId", b.persons, b.recorded_at AS at FROM bulk_access b
       WHERE b.recorded_at >= $1 AND b.persons > $2 AND NOT EXISTS (
         SELECT 1 FROM access_alarm a WHERE a.client_id = b.client_id AND a.first_at <= b.recorded_at
           AND b.recorded_at < a.first_at + make_interval(mins => a.window_minutes))
       ORDER BY b.client_id, b.recorded_at`,
      [since, policy.limit],
    );
    return reads.map(({ clientId, persons, at }) =>
      this.alarmOf(clientId, { learners: persons, firstAt: at, lastAt: at }, policy),
    );
  }

  private alarmOf(clientId: string, lookup: MassLookup, policy: MassLookupPolicy): AccessAlarm {
    return { id: this.ids.next(), clientId, ...lookup, ...policy, raisedAt: this.clock.now() };
  }

  private async raise(tx: EntityManager, alarms: AccessAlarm[]): Promise<void> {
    await insertRows(tx, AccessAlarm, alarms);
    for (const alarm of alarms) {
      this.log.warn(`The client ${alarm.clientId} read ${alarm.learners} learners in ${alarm.windowMinutes} minutes`);
      await this.outbox.add(tx, AccessAlarmRaisedV1, stateOf(alarm));
    }
  }
}

/** How many learners each client read since an instant. */
function suspects(tx: EntityManager, since: Date): Promise<Suspect[]> {
  return tx.query(
    `SELECT client_id AS "clientId", institutions IS NULL AS national, count(DISTINCT subject_id)::int AS learners
     FROM access_record WHERE recorded_at >= $1 GROUP BY client_id, institutions IS NULL`,
    [since],
  );
}

function stateOf({ id, clientId, learners, limit, windowMinutes, firstAt, lastAt }: AccessAlarm): AccessAlarmRaisedV1 {
  const instants = { firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() };
  return { version: 1, alarmId: id, clientId, learners, limit, windowMinutes, ...instants };
}
