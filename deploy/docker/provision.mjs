// One-shot: databases with their two roles, the topics of the bus, the first clients. Run before the services; safe to repeat.
// Needs POSTGRES_ADMIN_URL, DATABASE_PASSWORD, and KAFKA_BROKERS (or a database of the bus when it is absent).
import { createKafkaTopics } from '../../libs/platform/dist/bus/kafka.bus.js';
import { createPostgresTopics } from '../../libs/platform/dist/bus/postgres.bus.js';
import { provisionDatabase } from '../../libs/platform/dist/database/provision.js';

const {
  POSTGRES_ADMIN_URL: admin,
  DATABASE_PASSWORD: password,
  KAFKA_BROKERS: brokers,
  KAFKA_REPLICATION_FACTOR: factor = '1',
} = process.env;
if (!admin || !password) {
  console.error('POSTGRES_ADMIN_URL and DATABASE_PASSWORD are needed.');
  process.exit(1);
}
for (const service of [
  'identity',
  'registers',
  'accreditation',
  'admission',
  'learning_records',
  'finance',
  'monitoring',
]) {
  await provisionDatabase(admin, service, service, password);
  console.log(`database ${service}`);
}
if (brokers) {
  await createKafkaTopics(brokers, Number(factor));
} else {
  const bus = await provisionDatabase(admin, 'bus', 'bus', password);
  await createPostgresTopics(bus.MIGRATOR_DATABASE_URL, 'bus_app');
}
console.log('topics');
