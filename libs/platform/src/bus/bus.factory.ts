import type { ServiceConfig } from '../config/config.js';
import type { Bus } from './bus.js';
import { KafkaBus } from './kafka.bus.js';
import { PostgresBus } from './postgres.bus.js';

/** The bus that the configuration names. */
export function busOf(config: ServiceConfig, clientId: string): Bus {
  return config.BUS === 'kafka'
    ? new KafkaBus(config.KAFKA_BROKERS ?? '', clientId)
    : new PostgresBus(config.BUS_DATABASE_URL ?? '');
}
